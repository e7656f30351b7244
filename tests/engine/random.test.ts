import { describe, expect, it } from 'vitest';
import { indexStream, subSeed } from '../../src/engine/random.ts';

describe('indexStream', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(indexStream(7, 100)(50)).toEqual(indexStream(7, 100)(50));
    expect(indexStream(7, 100)(50)).not.toEqual(indexStream(8, 100)(50));
  });

  it('is one stream, however much is taken at a time', () => {
    const next = indexStream(3, 1000);
    expect([...next(2), ...next(0), ...next(5)]).toEqual([...indexStream(3, 1000)(7)]);
  });

  it('is uniform below its bound', () => {
    const counts = [0, 0, 0, 0, 0];
    for (const index of indexStream(1, 5)(10_000)) counts[index]! += 1;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe('subSeed', () => {
  it('differs between uses and seeds, also where their texts could run together', () => {
    const seeds = [subSeed(1, 'kernel'), subSeed(1, 'bias'), subSeed(2, 'kernel'), subSeed(1, 23), subSeed(12, 3)];
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(subSeed(1, 'kernel')).toBe(seeds[0]);
  });

  it('takes seeds beyond 32 bits', () => {
    expect(subSeed(2 ** 40 + 1, 'a')).not.toBe(subSeed(1, 'a'));
    expect(subSeed(2 ** 40, 'a')).toBeLessThan(2 ** 32);
  });
});
