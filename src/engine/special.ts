// Pure: the special functions that tests of risk models need.

const ENOUGH = 1e-17;

/** Σ of positive terms, so that nothing cancels; quick for small x. */
const erfSeries = (x: number): number => {
  let term = x;
  let sum = x;
  for (let k = 1; term > ENOUGH * sum; k += 1) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
};

/** The continued fraction, from its 60th level up: exact to the last digits from 2 on. */
const erfcFraction = (x: number): number => {
  let tail = x;
  for (let k = 60; k >= 1; k -= 1) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
};

/** The complementary error function of x ≥ 0. */
const erfc = (x: number): number => (x < 2 ? 1 - erfSeries(x) : erfcFraction(x));

/** How often a χ² variable exceeds `value` ≥ 0. */
export const chiSquareTail = (value: number, degrees: 1 | 2): number =>
  degrees === 1 ? erfc(Math.sqrt(value / 2)) : Math.exp(-value / 2);
