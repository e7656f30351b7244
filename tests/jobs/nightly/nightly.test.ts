import { describe, expect, it, vi } from 'vitest';
import { DAY_MS } from '../../../src/durations.ts';
import { withLimit } from '../../../src/engine/mandate.ts';
import { DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import { listedModelName } from '../../../src/engine-service/model-fit.ts';
import { hopelessTraining } from '../../../src/engine/hopeless-training.ts';
import { reportKey } from '../../../src/job-runs.ts';
import { nightly } from '../../../src/jobs/nightly/nightly.ts';
import type { TaskKind } from '../../../src/workers/task-types.ts';
import {
  busyFor,
  FRIDAY,
  GUILD,
  hopelessAlert,
  MEMBER,
  OPERATORS,
  report,
  savedQuery,
  startServices,
  universe,
} from '../fixtures.ts';
import { openStoredSeries } from '../../../src/prices/ticker-series.ts';

const OTHER_GUILD = '100000000000000002';
const MONDAY = FRIDAY + 3 * DAY_MS;

/** A guild with a universe of its own, which its settings name. */
async function startWithGuild() {
  const made = await startServices();
  made.serve('AAA', 'BBB', 'CCC', 'DDD');
  await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'BBB'])], settings: { universe: 'pair' } });
  return made;
}

type Made = Awaited<ReturnType<typeof startWithGuild>>;

const count = ({ pool }: Made, kind: TaskKind): number => pool.ran.filter((one) => one === kind).length;

/** Before the nth training something happens. */
function beforeTraining({ pool }: Made, nth: number, happens: () => void): void {
  const run = pool.run.bind(pool);
  let trainings = 0;
  pool.run = (kind, input, options) => {
    if (kind === 'fit' && ++trainings === nth) happens();
    return run(kind, input, options);
  };
}

describe('the nightly task', () => {
  it('is due as configured, and since the very first start', async () => {
    const made = await startServices();
    const [first] = await nightly.tasks(made.context);
    expect(first).toMatchObject({ key: 'nightly', schedule: made.app.config.nightly, since: FRIDAY });
    made.time.now += 10 * DAY_MS;
    const [later] = await nightly.tasks(made.context);
    expect(later?.since).toBe(FRIDAY);
  });

  it('is due since now where a clock far ahead has made the first start', async () => {
    const made = await startServices();
    made.time.now = FRIDAY + 400 * DAY_MS;
    await nightly.tasks(made.context);
    made.time.now = FRIDAY;
    const [task] = await nightly.tasks(made.context);
    made.time.now = FRIDAY + DAY_MS;
    const [later] = await nightly.tasks(made.context);
    expect([task?.since, later?.since]).toEqual([FRIDAY, FRIDAY]);
  });
});

describe('a nightly run', () => {
  it('refreshes prices, trains and draws scenarios for every universe in use, and for equal lists of assets once', async () => {
    const made = await startWithGuild();
    await made.saveGuild(OTHER_GUILD, {
      universes: [universe('same', ['AAA', 'BBB']), universe('more', ['CCC', 'DDD']), universe('idle', ['BBB', 'CCC'])],
      settings: { universe: 'same', horizonDays: 10 },
      reports: [report({ universe: 'more' })],
    });
    await made.run(nightly);
    expect(count(made, 'fit')).toBe(2);
    // 10 and 21 days of the first, 5 of the other.
    expect(count(made, 'simulate')).toBe(3);
    expect(new Set(made.vendor.requests.map((request) => request.split(' ')[0]))).toEqual(
      new Set(['AAA', 'BBB', 'CCC', 'DDD']),
    );
    expect(made.messenger.tried).toEqual([]);
  });

  it('asks the vendor about the next universe, and trains for it, while it trains for one', async () => {
    const made = await startWithGuild();
    await made.saveGuild('1', { universes: [universe('more', ['CCC', 'DDD'])], settings: { universe: 'more' } });
    const run = made.pool.run.bind(made.pool);
    const begun = { count: 0 };
    made.pool.run = async (kind, input, options) => {
      // Neither training goes on before the other has begun.
      if (kind === 'fit' && (begun.count += 1) <= 2) await vi.waitUntil(() => begun.count === 2, 10_000);
      return run(kind, input, options);
    };
    await made.run(nightly);
    expect(made.log.filter(({ msg }) => msg === 'trained')).toHaveLength(2);
    expect(made.messenger.tried).toEqual([]);
  });

  it('asks the vendor for new prices, however recent the stored ones are', async () => {
    const made = await startWithGuild();
    made.time.now = FRIDAY - 60_000;
    await made.app.prices.history({ kind: 'tickers', tickers: ['AAA', 'BBB'] });
    made.time.now = FRIDAY;
    made.vendor.requests.length = 0;
    await made.run(nightly);
    expect(made.vendor.requests[0]).toMatch(/^AAA from 2024-04/);
  });

  it('compares a new model with the live one, and trains none while there are no new prices', async () => {
    const made = await startWithGuild();
    const trained = () => made.log.filter(({ msg }) => msg === 'trained').map(({ outcome }) => outcome);
    await made.run(nightly);
    expect(trained()).toEqual(['first']);
    made.time.now = FRIDAY + DAY_MS;
    await made.run(nightly);
    expect(count(made, 'fit')).toBe(1);
    made.time.now = MONDAY;
    await made.run(nightly);
    expect(count(made, 'score')).toBe(1);
    expect(made.log).toContainEqual(
      expect.objectContaining({
        msg: 'trained',
        universe: 'pair',
        outcome: expect.stringMatching(/^(replaced|kept)$/),
        scores: { champion: expect.any(Number), challenger: expect.any(Number), days: 60 },
      }),
    );
  });

  it('continues with the others when one universe fails, and notifies the operators once', async () => {
    const made = await startWithGuild();
    await made.saveGuild('1', { universes: [universe('broken', ['AAA', 'NONE'])], settings: { universe: 'broken' } });
    await made.run(nightly);
    await made.run(nightly);
    expect(count(made, 'fit')).toBe(1);
    expect(made.messenger.sent).toHaveLength(1);
    const [message] = made.messenger.sent;
    expect(message?.to).toBe(`channel ${OPERATORS}`);
    expect(message?.reply.body).toMatch(/^\*\*broken\*\*: refreshing prices failed: .*NONE[^\n]*$/);
    expect(made.log).toContainEqual(
      expect.objectContaining({ level: 50, universe: 'broken', step: 'refreshing prices' }),
    );
  });

  it('is repeated at its time where a clock that was ahead has made it early', async () => {
    const made = await startWithGuild();
    const refreshed = () => made.log.filter(({ msg }) => msg === 'universe refreshed').length;
    for (const days of [0, 1, 0, 1]) {
      made.time.now = FRIDAY + days * DAY_MS;
      await made.run(nightly);
    }
    expect(refreshed()).toBe(4);
    await made.run(nightly);
    expect(refreshed()).toBe(4);
  });

  it('retries only what failed, before it notifies the operators', async () => {
    const made = await startWithGuild();
    await made.saveGuild('1', { universes: [universe('late', ['CCC', 'EEE'])], settings: { universe: 'late' } });
    made.vendor.answer('EEE', [{ status: 503, body: 'no' }]);
    const due = made.time.now;
    await expect(made.run(nightly, { isLastAttempt: false })).rejects.toThrow('late failed and will be retried');
    made.vendor.requests.length = 0;
    made.serve('EEE');
    made.time.now += 5 * 60_000;
    await made.run(nightly, { due });
    expect(made.vendor.requests.some((request) => request.startsWith('AAA'))).toBe(false);
    expect(count(made, 'fit')).toBe(2);
    expect(made.messenger.tried).toEqual([]);
  });

  it('waits while people keep the threads busy', async () => {
    const made = await startWithGuild();
    await made.saveAlerts(MEMBER, hopelessAlert());
    busyFor(made, 3);
    await made.run(nightly);
    expect(made.messenger.sent.map(({ to }) => to)).toEqual([`member ${MEMBER}`]);
    expect(made.log).toContainEqual(expect.objectContaining({ msg: 'trained', outcome: 'first' }));
  });

  it('does nothing for servers that the bot has left, nor for reports that may not be posted', async () => {
    const made = await startWithGuild();
    await made.saveGuild(OTHER_GUILD, {
      universes: [universe('muted', ['CCC', 'DDD'])],
      reports: [report({ universe: 'muted', blockedSince: '2024-04-10T12:00:00.000Z' })],
    });
    made.messenger.left.add(GUILD);
    await made.saveAlerts(MEMBER, hopelessAlert());
    await made.run(nightly);
    await made.run(nightly, { due: FRIDAY + DAY_MS });
    expect(made.vendor.requests).toEqual([]);
    expect(made.messenger.sent.map(({ reply }) => reply.title)).toEqual([
      expect.stringContaining('Alert paused: limit of 0.01%'),
    ]);
    made.messenger.left.clear();
    await made.run(nightly, { due: FRIDAY + 2 * DAY_MS });
    expect(made.messenger.sent.at(-1)?.reply.title).toContain('can no longer be kept');
  });

  it('uses stored prices when the vendor no longer knows a ticker, and names it', async () => {
    const made = await startWithGuild();
    await made.run(nightly);
    made.time.now = MONDAY;
    made.vendor.forget('BBB');
    await made.saveAlerts(MEMBER, hopelessAlert());
    await made.run(nightly);
    const [alert, message] = made.messenger.sent;
    expect(alert?.to).toBe(`member ${MEMBER}`);
    expect(message?.reply.body).toBe(
      '**pair**: Yahoo Finance gave no new prices of BBB (it did not know the ticker this time): the prices stored on 2024-04-19 were used.',
    );
  });

  it('uses stored prices when one ticker fails, and says so', async () => {
    const made = await startWithGuild();
    await made.run(nightly);
    made.time.now = MONDAY;
    made.vendor.answer('BBB', [{ status: 503, body: 'no' }]);
    await made.saveAlerts(MEMBER, hopelessAlert());
    await made.run(nightly);
    const [alert, message] = made.messenger.sent;
    expect(alert?.to).toBe(`member ${MEMBER}`);
    expect(message?.reply.body).toContain('**pair**: Yahoo Finance gave no new prices of BBB');
  });

  it('keeps the old model, and still checks alerts with fresh prices, when training fails', async () => {
    const made = await startWithGuild();
    await made.run(nightly);
    made.time.now = MONDAY;
    await made.saveAlerts(MEMBER, hopelessAlert());
    beforeTraining(made, 1, () => {
      throw new Error('no training today');
    });
    await made.run(nightly);
    const [alert, message] = made.messenger.sent;
    expect(alert?.reply.fields).toContainEqual(
      expect.objectContaining({ value: expect.stringContaining('2024-04-22') }),
    );
    expect(message?.reply.body).toBe('**pair**: retraining failed: an internal error; see the log.');
  });

  it('tells once that no usable model can be trained, to the operators and to the member of an alert', async () => {
    const made = await startServices({ fit: () => Promise.reject(hopelessTraining('not sound')) });
    made.serve('AAA', 'BBB');
    await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'BBB'])] });
    await made.saveAlerts(MEMBER, hopelessAlert());
    const words = 'No usable model could be trained for these assets';
    const bodies = () => made.messenger.sent.map(({ reply }) => reply.body);
    await made.run(nightly);
    expect(bodies()).toEqual([expect.stringMatching(`^\\*\\*pair\\*\\*: retraining failed: ${words}.*1 of 1 alerts`)]);
    expect(bodies()[0]?.split(words)).toHaveLength(2);
    made.time.now += 3 * DAY_MS;
    await made.run(nightly);
    expect(bodies()[1]).toMatch(`${words}: what it learns from their prices`);
  });

  it('resumes where it was interrupted, and reports what still fails', async () => {
    const made = await startWithGuild();
    await made.saveGuild('1', { universes: [universe('broken', ['AAA', 'NONE'])], settings: { universe: 'broken' } });
    await made.saveGuild('9', { universes: [universe('more', ['CCC', 'DDD'])], settings: { universe: 'more' } });
    beforeTraining(made, 2, () => made.abort.abort(new Error('the bot stops')));
    await expect(made.run(nightly)).rejects.toThrow('the bot stops');
    expect(made.messenger.tried).toEqual([]);
    const { signal } = new AbortController();
    await made.run(nightly, { signal });
    expect(made.pool.aborted).toContain('fit');
    const trained = made.log.filter(({ msg }) => msg === 'trained').map(({ universe: name }) => String(name));
    expect(new Set(trained)).toEqual(new Set(['more', 'pair']));
    expect(trained).toHaveLength(2);
    expect(made.messenger.sent.map(({ reply }) => reply.body)).toEqual([expect.stringMatching(/^\*\*broken\*\*/)]);
    made.time.now = MONDAY;
    made.vendor.requests.length = 0;
    await made.run(nightly, { signal });
    expect(made.vendor.requests.some((request) => request.startsWith('AAA'))).toBe(true);
  });

  it('tidies up: unused models, old prices and the runs of removed reports go', async () => {
    const made = await startWithGuild();
    await made.saveGuild(GUILD, { reports: [report()] });
    await made.run(nightly);
    const idle = { kind: 'tickers', tickers: ['CCC', 'DDD'] } as const;
    await made.app.engine.train({ universe: idle, strategy: DEFAULT_STRATEGY, seed: 1 });
    const at = new Date(FRIDAY).toISOString();
    for (const id of ['r1', 'r2']) await made.app.jobRuns.set(reportKey(GUILD, id), { due: at, at, outcome: 'done' });
    const names = async () => (await made.app.models.list()).map(({ universe: name }) => name);
    expect(await names()).toHaveLength(2);
    made.time.now = FRIDAY + 98 * DAY_MS;
    await made.run(nightly);
    expect(await names()).toEqual([listedModelName(idle, ['AAA', 'BBB'])]);
    expect(await openStoredSeries(made.store).keys()).toEqual(['yahoo/AAA', 'yahoo/BBB']);
    expect((await made.app.jobRuns.keys()).filter((key) => key.startsWith('report/'))).toEqual([
      reportKey(GUILD, 'r1'),
    ]);
  });

  it('logs no members, limits or holdings', async () => {
    const { mandate } = savedQuery();
    const made = await startWithGuild();
    await made.saveAlerts(MEMBER, hopelessAlert({ mandate: withLimit(mandate, 0.00321), universe: 'gone' }));
    await made.saveAlerts('300000000000000002', hopelessAlert({ mandate: withLimit(mandate, 0.00123) }));
    made.messenger.becomes.set('300000000000000002', 'failed');
    await made.run(nightly);
    expect(made.messenger.tried).toHaveLength(3);
    const log = JSON.stringify(made.log);
    for (const secret of [MEMBER, '300000000000000002', '0.00321', '0.321', '0.00123', '0.123']) {
      expect(log).not.toContain(secret);
    }
  });
});
