import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/commands/report/record.ts';
import { DAY_MS, MINUTE_MS } from '../../../src/durations.ts';
import { saveRefreshed } from '../../../src/jobs/nightly/done-before.ts';
import { nightly } from '../../../src/jobs/nightly/nightly.ts';
import { keyOf } from '../../../src/jobs/nightly/universes-in-use.ts';
import { reports } from '../../../src/jobs/reports/reports.ts';
import { busyFor, CHANNEL, FRIDAY, GUILD, MEMBER, report, startServices, universe } from '../fixtures.ts';

async function startWithReports(...saved: Report[]) {
  const made = await startServices();
  made.serve('AAA', 'BBB');
  await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'BBB'])], reports: saved });
  return Object.assign(made, {
    saved: async () => (await made.app.guilds.get(GUILD)).reports,
    to: () => made.messenger.sent.map(({ to }) => to),
  });
}

describe('a scheduled report', () => {
  it('is a task of its own, since it was scheduled', async () => {
    const made = await startWithReports(report(), report({ id: 'r2' }));
    expect(await reports.tasks(made.context)).toMatchObject([
      {
        key: `report/${GUILD}/r1`,
        schedule: { cron: '0 19 * * 1-5', timeZone: 'America/New_York' },
        since: Date.parse('2024-04-01T12:00:00Z'),
      },
      { key: `report/${GUILD}/r2` },
    ]);
  });

  it('is posted to its channel with its picture, once for each time that it is due', async () => {
    const made = await startWithReports(report());
    await made.run(reports);
    await made.run(reports);
    expect(made.to()).toEqual([`channel ${CHANNEL}`]);
    const { reply } = made.messenger.sent[0]!;
    expect(reply.title).toContain('Efficient frontier · 5 trading days · pair');
    expect(reply.images).toHaveLength(1);
    await made.run(reports, { due: FRIDAY + DAY_MS });
    expect(made.to()).toHaveLength(2);
  });

  it('is not posted when it was removed while queued', async () => {
    const made = await startWithReports(report());
    const [task] = await reports.tasks(made.context);
    await made.saveGuild(GUILD, { reports: [] });
    await task?.run(FRIDAY, true);
    expect(made.messenger.tried).toEqual([]);
  });

  it('says in the channel, in one sentence, that its universe is gone', async () => {
    const made = await startWithReports(report({ universe: 'lost' }));
    await made.run(reports);
    expect(made.messenger.sent[0]?.reply).toMatchObject({
      tone: 'error',
      title: 'No frontier report of lost this time',
      body: expect.stringContaining('The universe "lost" no longer exists'),
    });
  });

  it('waits while people keep the threads busy, and says nothing of it', async () => {
    const made = await startWithReports(report());
    busyFor(made, 2);
    await made.run(reports);
    expect(made.messenger.sent.map(({ reply }) => reply.title)).toEqual([
      expect.stringContaining('Efficient frontier'),
    ]);
  });

  it('has no task while the bot is not in its server', async () => {
    const made = await startWithReports(report());
    made.messenger.left.add(GUILD);
    expect(await reports.tasks(made.context)).toEqual([]);
    made.messenger.left.clear();
    expect(await reports.tasks(made.context)).toHaveLength(1);
  });

  it('is left to the scheduler when it fails, and has the same nonce when it is tried again', async () => {
    const made = await startWithReports(report());
    made.messenger.becomes.set(CHANNEL, 'failed');
    await expect(made.run(reports)).rejects.toThrow('could not be posted');
    made.messenger.becomes.clear();
    await made.run(reports);
    expect(made.to()).toEqual([`channel ${CHANNEL}`]);
    expect(new Set(made.messenger.tried).size).toBe(1);
  });

  it('notifies its scheduler once when it may not be posted, computes nothing, and recovers by itself', async () => {
    const made = await startWithReports(report(), report({ id: 'r2', channelId: '1' }));
    made.messenger.lacks.set(CHANNEL, 'Embed Links');
    await made.run(reports);
    await made.run(reports, { due: FRIDAY + DAY_MS });
    expect(made.pool.ran).toEqual([]);
    expect(made.to()).toEqual([`member ${MEMBER}`]);
    expect(made.messenger.sent[0]?.reply.body).toContain('I lack Embed Links');
    const [blocked, other] = await made.saved();
    expect(blocked?.blockedSince).toBe(new Date(FRIDAY).toISOString());
    expect(other).toEqual(report({ id: 'r2', channelId: '1' }));
    made.messenger.lacks.clear();
    await made.run(reports, { due: FRIDAY + 2 * DAY_MS });
    expect(made.to().at(-1)).toBe(`channel ${CHANNEL}`);
    expect((await made.saved())[0]).toEqual(report());
  });

  it('waits while the member who scheduled it may not write there, whom it tells once', async () => {
    const made = await startWithReports(report());
    made.messenger.lacks.set(`${CHANNEL}${MEMBER}`, 'Send Messages');
    await made.run(reports);
    await made.run(reports, { due: FRIDAY + DAY_MS });
    expect(made.to()).toEqual([`member ${MEMBER}`]);
    expect(made.messenger.sent[0]?.reply.body).toContain('you may not write there yourself, without Send Messages.');
    expect((await made.app.incidents.digestOf(FRIDAY))[0]?.sentence).toContain('the member who scheduled it');
    made.messenger.lacks.clear();
    await made.run(reports, { due: FRIDAY + 2 * DAY_MS });
    expect(made.to().at(-1)).toBe(`channel ${CHANNEL}`);
  });

  it('needs nobody but the bot to be allowed to where nobody is known to have scheduled it', async () => {
    const { scheduledBy: _, ...older } = report();
    const made = await startWithReports(older);
    made.messenger.lacks.set(`${CHANNEL}${MEMBER}`, 'Send Messages');
    await made.run(reports);
    expect(made.to()).toEqual([`channel ${CHANNEL}`]);
  });

  it('also notifies when it is refused only on posting', async () => {
    const made = await startWithReports(report());
    made.messenger.becomes.set(CHANNEL, 'refused');
    await made.run(reports);
    expect(made.to()).toEqual([`member ${MEMBER}`]);
    expect((await made.saved())[0]).toHaveProperty('blockedSince');
    expect(await made.app.incidents.digestOf(FRIDAY)).toMatchObject([
      { subject: `report/${GUILD}/r1`, sentence: 'The report may not be posted, and is paused until it may.' },
    ]);
  });

  it('notifies at the next due time when its scheduler could not be reached', async () => {
    const made = await startWithReports(report());
    made.messenger.lacks.set(CHANNEL, 'Embed Links');
    made.messenger.becomes.set(MEMBER, 'failed');
    await made.run(reports);
    expect((await made.saved())[0]).not.toHaveProperty('blockedSince');
    made.messenger.becomes.clear();
    await made.run(reports, { due: FRIDAY + DAY_MS });
    expect(made.to()).toEqual([`member ${MEMBER}`]);
  });
});

/** Whether the report is ready, minutes after it and the night were due. */
async function startNight(over: Partial<Report> = {}) {
  const made = await startWithReports(report(over));
  made.time.now = FRIDAY - DAY_MS;
  await nightly.tasks(made.context);
  const run = { due: new Date(FRIDAY).toISOString(), at: new Date(FRIDAY).toISOString() };
  return Object.assign(made, {
    saveNight: (outcome: 'begun' | 'done' | 'failed') => made.app.jobRuns.set('nightly', { ...run, outcome }),
    async readyAfter(minutes: number): Promise<boolean | undefined> {
      made.time.now = FRIDAY + minutes * MINUTE_MS;
      const [task] = await reports.tasks(made.context);
      return task?.isReady?.(FRIDAY);
    },
  });
}

describe('a report that is due with the night', () => {
  it('waits for the new model of its universe alone', async () => {
    const made = await startNight();
    expect(await made.readyAfter(0)).toBe(false);
    await made.saveNight('begun');
    expect(await made.readyAfter(1)).toBe(false);
    const pair = keyOf({ kind: 'tickers', tickers: ['AAA', 'BBB'] });
    await saveRefreshed(pair, { ...made.context, due: FRIDAY, isLastAttempt: false });
    expect(await made.readyAfter(2)).toBe(true);
  });

  it.each(['done', 'failed'] as const)('does not wait for a night that is %s', async (outcome) => {
    const made = await startNight();
    await made.saveNight(outcome);
    expect(await made.readyAfter(1)).toBe(true);
  });

  it('waits for a quarter of an hour at most, and not where there is nothing to wait for', async () => {
    const made = await startNight();
    await made.saveNight('begun');
    expect([await made.readyAfter(14), await made.readyAfter(15)]).toEqual([false, true]);
    const gone = await startNight({ universe: 'lost' });
    await gone.saveNight('begun');
    expect(await gone.readyAfter(1)).toBe(true);
    const later = await startWithReports(report());
    await nightly.tasks(later.context);
    expect(await (await reports.tasks(later.context))[0]?.isReady?.(FRIDAY)).toBe(true);
  });
});
