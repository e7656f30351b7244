import { describe, expect, it } from 'vitest';
import { nightly } from '../../../src/jobs/nightly/nightly.ts';
import { chartBody } from '../../support/vendor.ts';
import { barsOf, FRIDAY, startServices, universe } from '../fixtures.ts';

const TICKERS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF'];

/** Servers' universes, which share tickers. */
async function startOverlapping(count: number) {
  const made = await startServices();
  made.serve(...TICKERS);
  for (let k = 0; k < count; k += 1) {
    const tickers = [0, 1, 2].map((j) => TICKERS[(k + j) % TICKERS.length]!);
    await made.saveGuild(`10000000000000000${k}`, {
      universes: [universe(`own${k}`, tickers)],
      settings: { universe: `own${k}`, horizonDays: 5 },
    });
  }
  return Object.assign(made, {
    asked: (): string[] => made.vendor.requests.map((request) => request.split(' ')[0]!).toSorted(),
  });
}

describe('in a night the vendor', () => {
  it('is asked once about each ticker, however many universes share it', async () => {
    const made = await startOverlapping(5);
    await made.run(nightly);
    expect(made.asked()).toEqual(TICKERS);
    expect(made.pool.ran.filter((kind) => kind === 'fit')).toHaveLength(5);
  });

  it('is not asked again about what it has told, when the run is tried again', async () => {
    const made = await startOverlapping(2);
    made.vendor.answer('CCC', [{ status: 503, body: 'no' }]);
    await expect(made.run(nightly, { isLastAttempt: false })).rejects.toThrow('will be retried');
    made.vendor.requests.length = 0;
    made.serve('CCC');
    const due = made.time.now;
    made.time.now += 5 * 60_000;
    await made.run(nightly, { due });
    expect(made.asked()).toEqual(['CCC']);
  });

  it('is not asked again about a ticker whose exchange has a holiday', async () => {
    const made = await startOverlapping(2);
    const today = new Date(FRIDAY).toISOString().slice(0, 10);
    made.vendor.answer('BBB', () => ({ body: chartBody(barsOf('BBB').filter(([day]) => day < today)) }));
    let now = FRIDAY;
    Object.defineProperty(made.time, 'now', { get: () => now++ });
    await made.run(nightly, { due: FRIDAY });
    expect(made.asked()).toEqual(['AAA', 'BBB', 'CCC', 'DDD']);
  });
});
