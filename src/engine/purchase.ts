// Turns weights into whole shares. What is bought keeps the limit and the upper bounds that the weights keep.
// docs/mathematics.md, section 16.
import { ROUNDING } from './constraints/polytope.ts';
import { Positions, type PositionsOptions } from './positions.ts';
import { createPricing, pricingSample, type MeasuredPortfolio, type PricedPortfolio, type Samples } from './samples.ts';

/** Weights below this are the solver's noise, a ten-thousandth of a percent: they are neither bought nor shown. */
export const SMALLEST_WEIGHT = 1e-6;

export interface Order extends Omit<PositionsOptions, 'lots' | 'scenarios'> {
  /** (n) Long-only, summing to 1. */
  readonly weights: readonly number[];
  /** In the currency of the prices. */
  readonly amount: number;
  /** (n) The price of one unit. */
  readonly closes: readonly number[];
  /** (n) How many decimals a number of units may have: 0 for shares. */
  readonly decimals: readonly number[];
}

/** @template P the portfolio, before or after it is judged */
export interface Bought<P extends PricedPortfolio = PricedPortfolio> {
  /** (n) */
  readonly units: readonly number[];
  /** (n) In the currency of the prices. */
  readonly values: readonly number[];
  /** What is left over. */
  readonly cash: number;
  /** Its weights are fractions of the whole amount; the rest is cash, which earns and loses nothing. */
  readonly portfolio: P;
}

export type Purchase = Bought<MeasuredPortfolio>;

/**
 * Buys whole units in two ways and takes what is nearer to the weights: rounded down, then one more of each in the order
 * of their remainders (Hamilton's method); and rounded to the nearest, with the cheapest units given back where that
 * costs too much. What is left is spread in proportion to the weights, until no unit of anything that has a weight fits:
 * into the cash, under the upper bounds and under the limit. Deterministic; of equals the first comes first.
 */
export function buy(order: Order, samples: Samples): Bought {
  const { amount, closes, decimals, alpha } = order;
  const lots = closes.map((close, j) => close / 10 ** decimals[j]! / amount);
  const weights = order.weights.map((weight) => (weight < SMALLEST_WEIGHT ? 0 : weight));
  const options = { ...order, lots, scenarios: pricingSample(samples) };
  const positions = [buyRoundedDown(options, weights), ...buyNearest(options, weights)]
    .map((one) => spendRest(one, weights))
    .reduce((best, one) => (distance(one, weights) < distance(best, weights) ? one : best));
  const units = Array.from(positions.counts, (count, j) => count / 10 ** decimals[j]!);
  const values = units.map((count, j) => count * closes[j]!);
  const spent = values.reduce((sum, value) => sum + value, 0);
  const bought = values.map((value) => value / amount);
  return { units, values, cash: Math.max(0, amount - spent), portfolio: createPricing(samples, alpha)(bought) };
}

/** How far what is bought is from the weights. */
const distance = ({ counts, lots }: Positions, weights: readonly number[]): number =>
  weights.reduce((total, weight, j) => total + Math.abs(weight - counts[j]! * lots[j]!), 0);

/** For less money where this breaks the limit, as when an asset that hedges others is lost. The CVaR shrinks with it. */
function buyRoundedDown(options: PositionsOptions, weights: readonly number[]): Positions {
  const positions = new Positions(options);
  let scale = 1;
  do {
    // A weight of 0.25 may be 0.2499999999. Without the allowance, an affordable share would be lost.
    positions.set(weights.map((weight, j) => Math.floor((scale * weight) / positions.lots[j]! + ROUNDING)));
    scale *= Math.min(positions.limit / positions.cvar(), 0.99);
  } while (!positions.isWithinLimit());
  roundUp(positions, weights);
  return positions;
}

/** @returns nothing where it breaks a bound or the limit */
function buyNearest(options: PositionsOptions, weights: readonly number[]): readonly Positions[] {
  const positions = new Positions(options);
  const { lots } = positions;
  const counts = weights.map((weight, j) => Math.round(weight / lots[j]!));
  let missing = counts.reduce((total, count, j) => total + count * lots[j]!, 0) - 1;
  const cheapest = [...counts.keys()].filter((j) => counts[j]! > 0).toSorted((a, b) => lots[a]! - lots[b]!);
  for (const j of cheapest) {
    if (missing <= ROUNDING) break;
    const given = Math.min(counts[j]!, Math.ceil(missing / lots[j]! - ROUNDING));
    counts[j]! -= given;
    missing -= given * lots[j]!;
  }
  positions.set(counts);
  if (cheapest[0] !== undefined) giveBack(positions, cheapest[0]);
  return counts.every((_, j) => positions.fits(j, 0)) ? [positions] : [];
}

/** Gives back as few lots of an asset as the limit asks for; all of them where none are enough. */
function giveBack(positions: Positions, j: number): void {
  const { counts } = positions;
  let [tooFew, enough] = [-1, counts[j]!];
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    positions.set(counts.with(j, counts[j]! - middle));
    if (positions.isWithinLimit()) enough = middle;
    else tooFew = middle;
  }
  positions.set(counts.with(j, counts[j]! - enough));
}

function roundUp(positions: Positions, weights: readonly number[]): void {
  const remainders = weights.map((weight, j) => weight / positions.lots[j]! - positions.counts[j]!);
  const order = [...remainders.keys()].filter((j) => remainders[j]! > ROUNDING);
  order.sort((a, b) => remainders[b]! - remainders[a]!);
  for (const j of order) if (positions.fits(j, 1)) positions.add(j, 1);
}

function spendRest(positions: Positions, weights: readonly number[]): Positions {
  const held = [...weights.keys()].filter((j) => weights[j]! > 0);
  held.sort((a, b) => weights[b]! - weights[a]!);
  const open = (candidates: readonly number[]): number[] => candidates.filter((j) => positions.fits(j, 1));
  for (let round = open(held); round.length > 0;) {
    const next = open(spread(positions, weights, round));
    // What the limit has stopped may fit again once something else has lowered the risk.
    round = next.length > 0 ? next : open(held);
  }
  return positions;
}

/**
 * Spends the cash on some assets in proportion to their weights, at least one lot on each, as far as they fit.
 * @returns those that got all of their part
 */
function spread(positions: Positions, weights: readonly number[], assets: readonly number[]): number[] {
  const { cash } = positions;
  const total = assets.reduce((sum, j) => sum + weights[j]!, 0);
  return assets.filter((j) => {
    const wanted = Math.max(1, Math.floor((cash * weights[j]!) / total / positions.lots[j]!));
    const count = positions.most(j, wanted);
    positions.add(j, count);
    return count === wanted;
  });
}
