import { describe, expect, it, vi } from 'vitest';
import { DAY_MS } from '../../../src/durations.ts';
import { BusyError, UserError } from '../../../src/errors.ts';
import { nightly } from '../../../src/jobs/nightly/nightly.ts';
import { FRIDAY, GUILD, startServices, universe } from '../fixtures.ts';

async function startWithPair(firstDay?: string) {
  const made = await startServices();
  if (firstDay === undefined) made.serve('AAA', 'BBB');
  else made.serveFrom(firstDay, 'AAA', 'BBB');
  await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'BBB'])], settings: { universe: 'pair' } });
  const count = (kind: string): number => made.pool.ran.filter((one) => one === kind).length;
  return { ...made, count };
}

describe('the record of a universe', () => {
  it('is made after the training and before scenarios are drawn, and later only extended', async () => {
    const made = await startWithPair('2022-02-01');
    await made.run(nightly);
    const { ran } = made.pool;
    const decisions = made.count('simulatePast');
    expect(decisions).toBeGreaterThan(1);
    expect(ran.indexOf('fit')).toBeLessThan(ran.indexOf('decidePast'));
    expect(ran.lastIndexOf('decidePast')).toBeLessThan(ran.indexOf('simulate'));
    made.time.now = FRIDAY + 3 * DAY_MS;
    await made.run(nightly);
    expect(made.count('simulatePast')).toBe(decisions);
    made.time.now = FRIDAY + 35 * DAY_MS;
    await made.run(nightly);
    expect(made.count('simulatePast')).toBe(decisions + 1);
    expect(made.messenger.tried).toEqual([]);
  });

  it('of another horizon is extended once somebody has asked for it', async () => {
    const made = await startWithPair('2022-05-02');
    await made.run(nightly);
    expect(made.count('simulatePast')).toBe(0);
    const pair = { kind: 'tickers', tickers: ['AAA', 'BBB'], name: 'pair' } as const;
    await made.app.engine.keepRecord({ universe: pair, horizonDays: 4 });
    const decisions = made.count('simulatePast');
    expect(decisions).toBeGreaterThan(0);
    made.time.now = FRIDAY + 7 * DAY_MS;
    await made.run(nightly);
    expect(made.count('simulatePast')).toBe(decisions + 1);
  });

  it('is not made of too short a history, which is no failure', async () => {
    const made = await startWithPair();
    await made.run(nightly);
    expect(made.count('simulatePast')).toBe(0);
    expect(made.log).toContainEqual(expect.objectContaining({ msg: 'no record', universe: 'pair' }));
    expect(made.log.filter(({ level }) => Number(level) > 30)).toEqual([]);
    expect(made.messenger.tried).toEqual([]);
  });

  it('is waited for while the threads are busy; a fault is a failure, and the rest of the night goes on', async () => {
    const made = await startWithPair();
    const keep = vi.spyOn(made.app.engine, 'keepRecord');
    keep.mockRejectedValueOnce(new BusyError('busy')).mockRejectedValueOnce(new UserError('too short'));
    await made.run(nightly);
    expect(keep.mock.calls.map(([{ horizonDays }]) => horizonDays)).toEqual([5, 5, 21, 63, 252]);
    expect(made.messenger.sent).toEqual([]);
    made.time.now = FRIDAY + 3 * DAY_MS;
    keep.mockRejectedValueOnce(new Error('the store is full'));
    await made.run(nightly);
    expect(made.messenger.sent.map(({ reply }) => reply.body)).toEqual([
      '**pair**: keeping the record for 5 days failed: an internal error; see the log.',
    ]);
    expect(made.pool.ran.at(-1)).toBe('simulate');
  });
});
