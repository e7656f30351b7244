import { describe, expect, it } from 'vitest';
import { lastRunIn, nextRun, nextRunsAfter } from '../src/schedule.ts';

const at = (instant: string): number => Date.parse(instant);

describe('a schedule', () => {
  const nightly = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };

  it('makes up once, after the clocks went forward, for a time that they skip', () => {
    expect(nextRun(nightly, at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
    expect(nextRun(nightly, at('2026-03-29T01:00:00Z'))).toBe(at('2026-03-30T00:30:00Z'));
  });

  it('counts once a time that comes twice when they go back', () => {
    expect(nextRun(nightly, at('2026-10-24T12:00:00Z'))).toBe(at('2026-10-25T00:30:00Z'));
    expect(nextRun(nightly, at('2026-10-25T00:30:00Z'))).toBe(at('2026-10-26T01:30:00Z'));
  });

  it('keeps its hour in its zone, summer and winter', () => {
    const close = { cron: '30 18 * * 1-5', timeZone: 'America/New_York' };
    expect(nextRun(close, at('2026-03-06T12:00:00Z'))).toBe(at('2026-03-06T23:30:00Z'));
    expect(nextRun(close, at('2026-03-06T23:30:00Z'))).toBe(at('2026-03-09T22:30:00Z'));
  });

  it('knows the newest of the times that were missed', () => {
    expect(lastRunIn(nightly, at('2026-06-01T12:00:00Z'), at('2026-06-05T12:00:00Z'))).toBe(at('2026-06-05T00:30:00Z'));
    expect(lastRunIn(nightly, at('2026-06-01T00:30:00Z'), at('2026-06-01T23:00:00Z'))).toBeUndefined();
    expect(lastRunIn(nightly, at('2026-06-01T00:29:59Z'), at('2026-06-01T00:30:00Z'))).toBe(at('2026-06-01T00:30:00Z'));
  });
});

describe('nextRunsAfter', () => {
  it('returns the requested number of runs, in order, after the time', () => {
    const after = Date.UTC(2026, 2, 6, 18, 30); // a Friday
    const runs = nextRunsAfter({ cron: '30 18 * * 1-5', timeZone: 'UTC' }, after, 3);
    expect(runs.map((run) => new Date(run).toISOString().slice(0, 16))).toEqual([
      '2026-03-09T18:30',
      '2026-03-10T18:30',
      '2026-03-11T18:30',
    ]);
  });
});
