import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MINUTE_MS } from '../../src/durations.ts';
import { startBeat } from '../../src/jobs/beat.ts';

const log = pino({ level: 'silent' });
let zone: string | undefined;

beforeEach(() => {
  zone = process.env['TZ'];
});

afterEach(() => {
  vi.useRealTimers();
  process.env['TZ'] = zone;
  if (zone === undefined) delete process.env['TZ'];
});

/** The monotonic times of the beats, in seconds from the start. */
async function beatsWhile(start: string, work: () => Promise<unknown>): Promise<number[]> {
  vi.useFakeTimers({ now: Date.parse(start) });
  const begun = performance.now();
  const beats: number[] = [];
  const end = startBeat(async () => void beats.push(Math.round((performance.now() - begun) / 1000)), log);
  await work();
  await end();
  return beats;
}

const longestPause = (beats: readonly number[]): number => Math.max(...beats.map((at, k) => at - (beats[k - 1] ?? 0)));

describe('the beat', () => {
  it('comes on every minute, once', async () => {
    const beats = await beatsWhile('2026-06-02T00:28:30Z', () => vi.advanceTimersByTimeAsync(10 * MINUTE_MS));
    expect(beats).toHaveLength(10);
    expect(new Set(beats.map((at) => at % 60))).toEqual(new Set([30]));
  });

  it('goes on after the clock was set back by two hours, and forth again', async () => {
    const beats = await beatsWhile('2026-06-02T10:00:30Z', async () => {
      await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);
      vi.setSystemTime(Date.now() - 120 * MINUTE_MS);
      await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
      vi.setSystemTime(Date.now() + 120 * MINUTE_MS);
      await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    });
    expect(longestPause(beats)).toBeLessThan(120);
    expect(beats.length).toBeGreaterThan(12);
  });

  it('goes on in the hour that a host has twice', async () => {
    process.env['TZ'] = 'Europe/Berlin';
    const beats = await beatsWhile('2026-10-25T00:58:30Z', () => vi.advanceTimersByTimeAsync(4 * MINUTE_MS));
    expect(longestPause([...beats, 4 * 60])).toBeLessThan(90);
  });

  it('is silent once it has ended', async () => {
    const beats = await beatsWhile('2026-06-02T00:28:30Z', async () => {});
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(beats).toEqual([]);
  });
});
