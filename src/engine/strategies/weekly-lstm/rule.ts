// How forecasts become positions ("Portfolio Management Strategy Based on LSTM", section 3).
// docs/mathematics.md, section 24; docs/decisions/2026-11-27-weekly-lstm.md says how we read what the document leaves open.
import { mean } from '../../statistics.ts';

export interface RuleOptions {
  /** Whether what is forecast to fall is sold short too, or only not held. */
  readonly isShort: boolean;
  /** The largest share in one stock, long or short; absent: a third. */
  readonly mostEach?: number;
}

const MOST_EACH = 1 / 3;

/** Numbers that differ by less are equal but for rounding. */
const ROUNDING = 1e-12;

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

/** (R − E) / σ across the stocks; zeros where all are equal. */
function adjustmentFactors(changes: readonly number[]): number[] {
  const average = mean(changes);
  const deviation = Math.sqrt(mean(changes.map((change) => (change - average) ** 2)));
  if (deviation <= ROUNDING * Math.abs(average)) return changes.map(() => 0);
  return changes.map((change) => (change - average) / deviation);
}

/**
 * Brings each share down to a cap, and gives the excess to the others in proportion, as water fills glasses. What the
 * cap leaves no room for is not given.
 * @param shares (n) 0 or more @returns (n) with the same sum, or n⁺ · cap if that is less, of n⁺ shares above 0
 */
export function withinCap(shares: readonly number[], cap: number): number[] {
  const total = sum(shares);
  const capped = new Set<number>();
  for (;;) {
    const free = sum(shares.filter((_, j) => !capped.has(j)));
    const scale = free > 0 ? Math.max(0, total - capped.size * cap) / free : 0;
    const over = [...shares.keys()].filter((j) => !capped.has(j) && shares[j]! * scale > cap);
    if (over.length === 0) return shares.map((share, j) => (capped.has(j) ? cap : share * scale));
    for (const j of over) capped.add(j);
  }
}

/**
 * The positions of a week, as fractions of the money; the rest is cash. In proportion to the predicted changes; where all
 * stocks are to rise, to their adjustment factors; where none is, all is cash. The larger side, of what is bought and
 * what is sold short, is all the money, so that gross exposure is at most 200 %.
 * @param changes (n) predicted changes of the prices, as fractions
 * @returns (n) negative where sold short
 */
export function weeklyWeights(changes: readonly number[], { isShort, mostEach = MOST_EACH }: RuleOptions): number[] {
  if (changes.every((change) => change <= 0)) return changes.map(() => 0);
  const factors = changes.every((change) => change > 0) ? adjustmentFactors(changes) : changes;
  const isLevel = factors.every((factor) => factor === 0);
  const bought = factors.map((factor) => (isLevel ? 1 : Math.max(0, factor)));
  const sold = factors.map((factor) => (isShort ? Math.max(0, -factor) : 0));
  const whole = Math.max(sum(bought), sum(sold));
  const sideOf = (side: readonly number[]): number[] =>
    withinCap(
      side.map((one) => one / whole),
      mostEach,
    );
  const [long, short] = [sideOf(bought), sideOf(sold)];
  return long.map((weight, j) => weight - short[j]!);
}
