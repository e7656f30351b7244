import { describe, expect, it } from 'vitest';
import { ageAt, believed } from '../src/believed.ts';
import { HOUR_MS } from '../src/durations.ts';

const NOW = Date.UTC(2026, 5, 1);
const iso = (time: number): string => new Date(time).toISOString();

describe('a stored time', () => {
  it('is believed unless it lies further ahead than it could', () => {
    for (const hours of [-100_000, -1, 0, 2])
      expect(believed(iso(NOW + hours * HOUR_MS), NOW)).toBe(NOW + hours * HOUR_MS);
    for (const hours of [2.1, 23.5, 400 * 24]) expect(believed(iso(NOW + hours * HOUR_MS), NOW)).toBeUndefined();
    expect(believed(iso(NOW + 2 * HOUR_MS), NOW, HOUR_MS)).toBeUndefined();
    expect(believed(undefined, NOW)).toBeUndefined();
    expect(believed('soon', NOW)).toBeUndefined();
  });

  it('never looks fresh when it lies ahead, but by a minute between two clocks', () => {
    expect([ageAt(NOW - 5, NOW), ageAt(NOW + 30_000, NOW), ageAt(NOW + HOUR_MS, NOW)]).toEqual([5, -30_000, Infinity]);
  });
});
