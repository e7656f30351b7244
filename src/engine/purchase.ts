// Turns weights into whole shares. What is bought keeps the limit and the upper bounds that the weights keep.
// docs/mathematics.md, section 16.
import { ROUNDING } from './constraints/polytope.ts';
import type { LotProblem } from './lot-program.ts';
import { costOf, distance, Positions, type PositionsOptions } from './positions.ts';
import { createPricing, pricingSample, type MeasuredPortfolio, type PricedPortfolio, type Samples } from './samples.ts';
import { nearestLots } from './whole-lots.ts';

/** Weights below this are the solver's noise, a ten-thousandth of a percent: they are neither bought nor shown. */
export const SMALLEST_WEIGHT = 1e-6;

export interface Order extends Omit<PositionsOptions, 'lots' | 'scenarios' | 'kept'> {
  /** (n) Long-only, summing to 1. */
  readonly weights: readonly number[];
  /** In the currency of the prices. */
  readonly amount: number;
  /** (n) The price of one unit. */
  readonly closes: readonly number[];
  /** (n) How many decimals a number of units that is traded may have: 0 for shares. */
  readonly decimals: readonly number[];
  /** (n) Units held before, of which a part of a share stays unless all are sold; absent: none. */
  readonly heldUnits?: readonly number[];
  /** What is bought of an asset is at least this fraction of the money; absent: no least. */
  readonly least?: number;
}

/** @template P the portfolio, before or after it is judged */
export interface Bought<P extends PricedPortfolio = PricedPortfolio> {
  /** (n) */
  readonly units: readonly number[];
  /** (n) In the currency of the prices. */
  readonly values: readonly number[];
  /** What is left over. */
  readonly cash: number;
  /** Of the trades; 0 without a rate. */
  readonly cost: number;
  /** Its weights are fractions of the whole amount; the rest is cash, which earns and loses nothing. */
  readonly portfolio: P;
}

export type Purchase = Bought<MeasuredPortfolio>;

/**
 * Buys whole units in three ways and takes what is nearest to the weights: rounded down, then one more of each in the order
 * of their remainders (Hamilton's method); rounded to the nearest, with the cheapest units given back where that costs too
 * much; and, where neither is near, by an integer program. What is left is spread in proportion to the weights, until no
 * unit of anything that has a weight fits: into the cash, under the upper bounds and under the limit. Deterministic; of
 * equals the first comes first.
 */
export async function buy(order: Order, samples: Samples): Promise<Bought> {
  const { amount, closes, decimals, alpha } = order;
  const lots = closes.map((close, j) => close / 10 ** decimals[j]! / amount);
  const weights = order.weights.map((weight) => (weight < SMALLEST_WEIGHT ? 0 : weight));
  const keptUnits = partsKept(order, lots, weights);
  const kept = keptUnits.map((units, j) => (units * closes[j]!) / amount);
  const options = { ...order, lots, kept, scenarios: pricingSample(samples) };
  const rounded = buyRounded(options, weights);
  const nearest = await nearestLots(options, weights, rounded);
  const positions = nearest === rounded ? rounded : spendRest(nearest, weights);
  const units = Array.from(positions.counts, (count, j) => count / 10 ** decimals[j]! + keptUnits[j]!);
  const values = units.map((count, j) => count * closes[j]!);
  const bought = values.map((value) => value / amount);
  const cost = order.trading === undefined ? 0 : amount * costOf(order.trading, bought);
  const cash = Math.max(0, amount - values.reduce((sum, value) => sum + value, 0) - cost);
  const trading = order.trading && { ...order.trading, held: Float64Array.from(order.trading.held) };
  return { units, values, cash, cost, portfolio: createPricing(samples, alpha, trading)(bought) };
}

/** (n) The parts of a share that stay, because whole ones are traded: of what has a weight and is not sold. */
function partsKept(order: Order, lots: readonly number[], weights: readonly number[]): number[] {
  const { heldUnits, decimals, least = 0, feasible } = order;
  return weights.map((weight, j) => {
    const inLots = (heldUnits?.[j] ?? 0) * 10 ** decimals[j]!;
    const part = inLots - Math.floor(inLots + ROUNDING);
    const isKept = weight > 0 && least === 0 && part > ROUNDING && part * lots[j]! <= feasible.upper[j]!;
    return isKept ? part / 10 ** decimals[j]! : 0;
  });
}

/** Without the smallest weights where less than the least would be bought of them. */
function buyRounded(options: LotProblem, weights: readonly number[]): Positions {
  const positions = [buyRoundedDown(options, weights), ...buyNearest(options, weights)]
    .map((one) => spendRest(one, weights))
    .reduce((best, one) => (distance(one, weights) < distance(best, weights) ? one : best));
  const tooSmall = [...weights.keys()]
    .filter((j) => positions.weights[j]! > 0 && positions.weights[j]! < (options.least ?? 0) - ROUNDING)
    .toSorted((a, b) => weights[a]! - weights[b]!)[0];
  return tooSmall === undefined ? positions : buyRounded(options, weights.with(tooSmall, 0));
}

/** For less money where this breaks the limit, as when an asset that hedges others is lost. The CVaR shrinks with it. */
function buyRoundedDown(options: PositionsOptions, weights: readonly number[]): Positions {
  const positions = new Positions(options);
  const { lots } = positions;
  const keptOf = (j: number): number => options.kept?.[j] ?? 0;
  let scale = 1;
  do {
    // A weight of 0.25 may be 0.2499999999. Without the allowance, an affordable share would be lost.
    positions.set(
      weights.map((weight, j) => Math.max(0, Math.floor((scale * weight - keptOf(j)) / lots[j]! + ROUNDING))),
    );
    scale *= positions.isWithinLimit() ? 0.99 : Math.min(positions.limit / positions.cvar(), 0.99);
    // The parts that stay may break the limit by themselves.
  } while (scale > 1e-12 && !(positions.isWithinLimit() && positions.cash >= -ROUNDING));
  roundUp(positions, weights);
  return positions;
}

/** @returns nothing where it breaks a bound or the limit */
function buyNearest(options: PositionsOptions, weights: readonly number[]): readonly Positions[] {
  const positions = new Positions(options);
  const { lots } = positions;
  const counts = weights.map((weight, j) => Math.max(0, Math.round((weight - (options.kept?.[j] ?? 0)) / lots[j]!)));
  positions.set(counts);
  let missing = -positions.cash;
  const cheapest = [...counts.keys()].filter((j) => counts[j]! > 0).toSorted((a, b) => lots[a]! - lots[b]!);
  for (const j of cheapest) {
    if (missing <= ROUNDING) break;
    const given = Math.min(counts[j]!, Math.ceil(missing / lots[j]! - ROUNDING));
    counts[j]! -= given;
    missing -= given * lots[j]!;
  }
  positions.set(counts);
  if (cheapest[0] !== undefined) giveBack(positions, cheapest[0]);
  return positions.keepsAll() ? [positions] : [];
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
  const remainders = weights.map((weight, j) => (weight - positions.weights[j]!) / positions.lots[j]!);
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
