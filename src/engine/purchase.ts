// Turns weights into whole shares. What is bought keeps what the weights keep, as far as whole shares can.
// docs/mathematics.md, section 16.
import { type Missed, missedBy } from './missed.ts';
import { ROUNDING, sum } from './constraints/polytope.ts';
import { type LotProblem, lotProblem } from './lot-problem.ts';
import type { Mandate } from './mandate.ts';
import { createBehindPricing } from './optimize/behind-margin.ts';
import { type RiskProblem, riskProblem } from './optimize/problem.ts';
import { tradeCost } from './optimize/trading.ts';
import { Positions } from './positions.ts';
import { swapLots } from './lot-swaps.ts';
import { isFar, mostProfitableLots } from './profitable-lots.ts';
import { createPricing, pricingSample, type MeasuredPortfolio, type PricedPortfolio, type Samples } from './samples.ts';
import { bestLots } from './whole-lots.ts';

/** Weights below this are the solver's noise, a ten-thousandth of a percent: they are neither bought nor shown. */
export const SMALLEST_WEIGHT = 1e-6;

export interface Order {
  /** (n) */
  readonly tickers: readonly string[];
  /** (n) Long-only, summing to 1. */
  readonly weights: readonly number[];
  /** Its limit is that of the weights. */
  readonly mandate: Pick<Mandate, 'constraints' | 'risk' | 'held'>;
  /** The largest CVaR of what is bought, 0 or more, as a fraction of the whole money; `Infinity` limits nothing. */
  readonly limit: number;
  /** In the currency of the prices. */
  readonly amount: number;
  /** (n) The price of one unit. */
  readonly closes: readonly number[];
  /** (n) How many decimals a number of units that is traded may have: 0 for shares. */
  readonly decimals: readonly number[];
  /**
   * Whether the weights are those with the highest expected return, so that whole shares are chosen by that too where
   * none come near; absent: no.
   */
  readonly isMostProfitable?: boolean;
  /** (n) Units held before, of which a part of a share stays unless all are sold; absent: none. */
  readonly heldUnits?: readonly number[];
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
  /** Whether it was chosen by its expected return, since whole shares come no nearer to the weights. */
  readonly isMostProfitable?: boolean;
  /** Whether the cash would pay for more of some asset that keeps all that this keeps, though it makes nothing better. */
  readonly allowsMore: boolean;
  /** The constraints that what is bought does not keep. */
  readonly missed: readonly Missed[];
  /** Its weights are fractions of the whole amount; the rest is cash, which earns and loses nothing. */
  readonly portfolio: P;
}

export type Purchase = Bought<MeasuredPortfolio>;

/**
 * Buys whole units in two ways and takes what is nearest to the weights: rounded down, then one more of each in the order
 * of their remainders (Hamilton's method); and rounded to the nearest, with the cheapest units given back where that costs
 * too much. What is left is spread in proportion to the weights, until no unit fits of anything that has a weight. Swaps
 * and, where that is not near, an integer program bring it nearer. Where it stays far, the highest expected return decides
 * if it chose the weights too. Deterministic; of equals the first comes first.
 */
export async function buy(order: Order, samples: Samples): Promise<Bought> {
  const { tickers, mandate, amount, closes, decimals, limit } = order;
  const problem = riskProblem(pricingSample(samples), tickers, mandate);
  const { alpha, trading } = problem;
  const purchased = {
    wanted: order.weights.map((weight) => (weight < SMALLEST_WEIGHT ? 0 : weight)),
    lots: closes.map((close, j) => close / 10 ** decimals[j]! / amount),
    limit,
  };
  const options = withPartsKept(lotProblem(withMargin(problem, order, samples), purchased), order);
  const nearest = spendRest(
    await bestLots(
      [buyRoundedDown(options), ...buyNearest(options)]
        .map((one) => swapLots(spendRest(one)))
        .reduce((best, one) => (one.objective < best.objective ? one : best)),
    ),
  );
  const profitable = order.isMostProfitable === true && isFar(nearest) ? await mostProfitableLots(nearest) : undefined;
  const positions = profitable ?? nearest;
  const units = Array.from(
    positions.counts,
    (count, j) => count / 10 ** decimals[j]! + (options.kept[j]! > 0 ? partOf(order, j) : 0),
  );
  const values = units.map((count, j) => count * closes[j]!);
  const bought = values.map((value) => value / amount);
  const cost = trading === undefined ? 0 : amount * tradeCost(bought, trading);
  return {
    units,
    values,
    cash: Math.max(0, amount - sum(values) - cost),
    cost,
    ...(profitable && { isMostProfitable: true }),
    allowsMore: positions.allowsMore(),
    missed: missedBy({ tickers, mandate, weights: bought, problem }),
    portfolio: createPricing(samples, alpha, trading)(bought),
  };
}

/** What a purchase may fall behind when the margin of the weights is kept. */
function withMargin(problem: RiskProblem, { weights, ...posed }: Order, samples: Samples): RiskProblem {
  const { behind } = problem;
  const priced = createBehindPricing({ ...posed, samples })?.(weights);
  if (behind === undefined || priced === undefined) return problem;
  return { ...problem, behind: { ...behind, limit: behind.limit - (priced.leastLimit - priced.cvar) } };
}

/** The part of a share that is held, in units. */
function partOf({ heldUnits, decimals }: Order, j: number): number {
  const inLots = (heldUnits?.[j] ?? 0) * 10 ** decimals[j]!;
  const part = inLots - Math.floor(inLots + ROUNDING);
  return part > ROUNDING ? part / 10 ** decimals[j]! : 0;
}

/**
 * Parts of a share stay, because whole ones are traded, where they are nearer to the weight than nothing is. The largest
 * are sold where those that stay would not be allowed by themselves.
 */
function withPartsKept(problem: LotProblem, order: Order): LotProblem {
  const parts = problem.wanted.map((weight, j) => {
    const part = (partOf(order, j) * order.closes[j]!) / order.amount;
    return part < 2 * weight ? part : 0;
  });
  for (;;) {
    const kept = { ...problem, kept: parts };
    const largest = Math.max(...parts);
    if (largest === 0 || new Positions(kept).isAllowed()) return kept;
    parts[parts.indexOf(largest)] = 0;
  }
}

/** (n) Numbers of lots for weights, without what would be below the smallest position. */
const countsFor = (
  { wanted, kept, lots, sparsity }: LotProblem,
  rounded: (lots: number) => number,
  scale = 1,
): number[] =>
  wanted.map((weight, j) => {
    const count = Math.max(0, rounded((scale * weight - kept[j]!) / lots[j]!));
    return kept[j]! + count * lots[j]! < (sparsity?.least ?? 0) - ROUNDING ? 0 : count;
  });

/** Of rounding down for less and less money. */
const MOST_TRIES = 10;

/** For less money where this breaks the limit, as when an asset that hedges others is lost. The CVaR shrinks with it. */
function buyRoundedDown(problem: LotProblem): Positions {
  const positions = new Positions(problem);
  let scale = 1;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    // A weight of 0.25 may be 0.2499999999. Without the allowance, an affordable share would be lost.
    positions.set(countsFor(problem, (lots) => Math.floor(lots + ROUNDING), scale));
    if (positions.isAllowed()) {
      roundUp(positions);
      return positions;
    }
    scale *= positions.isWithinLimit() ? 0.99 : Math.min(problem.limit / positions.cvar(), 0.99);
  }
  // What stays is allowed by itself.
  positions.set(problem.lots.map(() => 0));
  return positions;
}

/** @returns nothing where it is not allowed */
function buyNearest(problem: LotProblem): readonly Positions[] {
  const positions = new Positions(problem);
  const { lots } = problem;
  const counts = countsFor(problem, Math.round);
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
  return positions.isAllowed() ? [positions] : [];
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

function roundUp(positions: Positions): void {
  const { wanted, lots } = positions.problem;
  const remainders = wanted.map((weight, j) => (weight - positions.weights[j]!) / lots[j]!);
  const order = [...remainders.keys()].filter((j) => remainders[j]! > ROUNDING);
  order.sort((a, b) => remainders[b]! - remainders[a]!);
  for (const j of order) if (positions.fits(j, 1)) positions.add(j, 1);
}

function spendRest(positions: Positions): Positions {
  const { wanted } = positions.problem;
  const held = [...wanted.keys()].filter((j) => wanted[j]! > 0);
  held.sort((a, b) => wanted[b]! - wanted[a]!);
  const open = (candidates: readonly number[]): number[] =>
    candidates.filter((j) => positions.fits(j, positions.step(j)));
  for (let round = open(held); round.length > 0;) {
    const next = open(spread(positions, round));
    // What the limit has stopped may fit again once something else has lowered the risk.
    round = next.length > 0 ? next : open(held);
  }
  return positions;
}

/**
 * Spends the cash on some assets in proportion to their weights, at least one lot on each, as far as they fit.
 * @returns those that got all of their part
 */
function spread(positions: Positions, assets: readonly number[]): number[] {
  const { cash } = positions;
  const { wanted, lots } = positions.problem;
  const total = assets.reduce((all, j) => all + wanted[j]!, 0);
  return assets.filter((j) => {
    const part = Math.max(positions.step(j), Math.floor((cash * wanted[j]!) / total / lots[j]!));
    const count = positions.most(j, part);
    positions.add(j, count);
    return count === part;
  });
}
