import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** @returns a function that gives the next `count` numbers, uniform on (−scale, scale) */
export const randomNumbers = (seed = 1): ((count: number, scale?: number) => Float32Array) => {
  const generator = xoroshiro128plus(seed);
  return (count, scale = 1) => Float32Array.from({ length: count }, () => (2 * uniformFloat64(generator) - 1) * scale);
};

/** Infinite when the lengths differ or one holds a NaN. */
export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
};
