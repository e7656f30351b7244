/** NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Relative size of a term that no longer changes the sum. */
const NEGLIGIBLE = 1e-17;

/** A series of positive terms, so that nothing cancels. Converges quickly for small x. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; term > NEGLIGIBLE * sum; k += 1) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** The continued fraction, evaluated from its 60th level up. Exact to the last digits for x ≥ 2. */
function erfcFraction(x: number): number {
  let tail = x;
  for (let k = 60; k >= 1; k -= 1) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}

/** The complementary error function, for x ≥ 0. */
const erfc = (x: number): number => (x < 2 ? 1 - erfSeries(x) : erfcFraction(x));

/** The probability that a χ² variable with one degree of freedom exceeds `value` ≥ 0. */
export function chiSquareTail(value: number): number {
  return erfc(Math.sqrt(value / 2));
}

/** Φ(x), the probability that a standard normal variable lies below x. */
export const normalCdf = (x: number): number => (x > 0 ? 1 - erfc(x / Math.SQRT2) / 2 : erfc(-x / Math.SQRT2) / 2);

/** Φ⁻¹(p), by halves. @param p in (0, 1) */
export function normalQuantile(p: number): number {
  let [low, high] = [-40, 40];
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
