// Strategies with weights of their own, on the sample market: they keep these where they may, and the mandate always.
import { describe, expect, it } from 'vitest';
import { feasibleSet, type Constraint } from '../../../src/engine/constraints/index.ts';
import { isFeasible } from '../../../src/engine/constraints/polytope.ts';
import { historyUntil } from '../../../src/engine/history.ts';
import { withLimit, type Mandate, type Mandates } from '../../../src/engine/mandate.ts';
import { createBehindPricing } from '../../../src/engine/optimize/behind-margin.ts';
import { MaximumSharpe } from '../../../src/engine/optimize/quadratic/maximum-sharpe.ts';
import { MinimumVariance, NearestWeights, type Objective } from '../../../src/engine/optimize/quadratic/objective.ts';
import { RiskParity } from '../../../src/engine/optimize/quadratic/risk-parity.ts';
import { solveQuadratic } from '../../../src/engine/optimize/quadratic/solve.ts';
import { uniforms } from '../../../src/engine/random.ts';
import { createPricing } from '../../../src/engine/samples.ts';
import { decideContext, drawSamples } from '../../../src/engine/strategies/drawn.ts';
import { lstmGenerator } from '../../../src/engine/strategies/lstm-generator.ts';
import { maxSharpe } from '../../../src/engine/strategies/max-sharpe/index.ts';
import { minimumCvar } from '../../../src/engine/strategies/minimum-cvar/index.ts';
import { minimumVariance } from '../../../src/engine/strategies/minimum-variance/index.ts';
import { momentsOf } from '../../../src/engine/moments.ts';
import { decideByWeights } from '../../../src/engine/strategies/own-weights.ts';
import { riskParity } from '../../../src/engine/strategies/risk-parity/index.ts';
import type { DecideContext, Decision } from '../../../src/engine/strategies/strategy.ts';
import { sampleMarket } from '../../../src/prices/vendors/sample.ts';
import { atLeast, atMost, inWords } from '../../support/constraints.ts';
import { mandateOver } from '../../support/mandate.ts';
import { fakeClock, trainSmall } from '../../support/small-model.ts';

const prices = sampleMarket();
const { tickers } = prices;
const n = tickers.length;
const model = await trainSmall(prices);
const history = historyUntil(prices);
const source = await lstmGenerator.source(model, history, 21);
const now = fakeClock();
const unlimited = mandateOver(21);

/** On so many scenarios of the sample market. */
async function contextOf(scenarios: number): Promise<DecideContext> {
  const order = { strategy: 'cvar-lstm', model, history, horizonDays: 21, sampling: { scenarios, seed: 1 } };
  return decideContext(await drawSamples(order, { now }), { now });
}

/** Enough that the least risky split is the one with the smallest price. */
const context = await contextOf(4000);
const { samples } = context;
const moments = momentsOf(samples.scenarios);

type Decided = Exclude<Decision, { readonly status: 'failed' }>;

function decided(decision: Decision | undefined): Decided {
  if (decision === undefined || decision.status === 'failed') throw new Error(`no decision: ${decision?.reason}`);
  return decision;
}

/** A tenth in every other asset, and what is left in the first. */
const WANTED = tickers.map((_, j) => (j === 0 ? 1 - 0.1 * Math.floor((n - 1) / 2) : j % 2 === 0 ? 0.1 : 0));

type Decide = (mandates: Mandates, on?: DecideContext) => Promise<readonly Decision[]>;

const CASES: readonly (readonly [string, Objective, Decide])[] = [
  [
    'minimum-variance',
    new MinimumVariance(moments.covariance),
    (mandates, on = context) => minimumVariance.decide(source, mandates, on),
  ],
  [
    'risk-parity',
    new RiskParity(moments.covariance),
    (mandates, on = context) => riskParity.decide(source, mandates, on),
  ],
  [
    'max-sharpe',
    new MaximumSharpe(moments.means, moments.covariance, 0),
    (mandates, on = context) => maxSharpe.decide(source, mandates, on),
  ],
  [
    'given weights',
    new NearestWeights(WANTED),
    (mandates, on = context) => decideByWeights(tickers, mandates, on, WANTED),
  ],
];

/** Seeded splits that meet bounds and rows, some of few assets. */
function* splits(count: number, seed: number): Generator<number[]> {
  const uniform = uniforms(seed, 'splits');
  for (let k = 0; k < count; k++) {
    const sharpness = 1 + 6 * uniform();
    const raw = tickers.map(() => (-Math.log(1 - uniform())) ** sharpness);
    const total = raw.reduce((a, b) => a + b);
    yield raw.map((value) => value / total);
  }
}

const mixed = (a: readonly number[], b: readonly number[], share: number): number[] =>
  a.map((weight, j) => weight + share * (b[j]! - weight));

const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, weight, j) => total + Math.abs(weight - b[j]!), 0) / 2;

const least = decided((await minimumCvar.decide(source, [unlimited], context))[0]).portfolio;

describe.each(CASES)('%s', (_, objective, decide) => {
  const everything = feasibleSet([], tickers);
  const value = (weights: readonly number[]): number => objective.value(weights, everything);

  it('has its own weights without a limit, and under one that they keep', async () => {
    const own = decided((await decide([unlimited]))[0]);
    expect(own).toMatchObject({ status: 'optimal' });
    expect(own).not.toHaveProperty('moved');
    const best = await solveQuadratic(objective, everything);
    for (const [j, weight] of own.portfolio.weights.entries()) expect(weight).toBeCloseTo(best[j]!, 7);
    const loose = decided((await decide([withLimit(unlimited, own.portfolio.leastLimit)]))[0]);
    expect(loose).toEqual(own);
  });

  it('moves under tighter limits as far as it must, and keeps them on scenarios that it was not chosen on', async () => {
    const own = decided((await decide([unlimited]))[0]).portfolio;
    const range = own.leastLimit - least.leastLimit;
    expect(range).toBeGreaterThan(0);
    const limits = [0.9, 0.6, 0.3].map((share) => least.leastLimit + share * range);
    const [first, ...others] = limits.map((limit) => withLimit(unlimited, limit));
    const decisions = (await decide([first!, ...others])).map(decided);
    for (const [k, { status, portfolio, moved = 0 }] of decisions.entries()) {
      expect(status).toBe('optimal');
      expect(portfolio.leastLimit).toBeLessThanOrEqual(limits[k]! + 1e-7);
      // Nearly all of the limit is used.
      expect(portfolio.leastLimit).toBeGreaterThan(limits[k]! - 0.03 * range);
      expect(moved).toBeCloseTo(distance(portfolio.weights, own.weights), 12);
      expect(moved).toBeGreaterThan(1e-4);
      expect(moved).toBeLessThan(distance(least.weights, own.weights));
    }
  });

  it('is better under a limit than all else that keeps it', async () => {
    // Priced where it is chosen, so that the limit is the optimiser's.
    const { scenarios } = samples;
    const same = { ...context, samples: { scenarios } };
    const here = createPricing(same.samples, unlimited.risk.alpha);
    const { portfolio: own, minimum } = decided((await decide([unlimited], same))[0]);
    const range = own.cvar - minimum!.cvar;
    for (const share of [0.8, 0.4, 0.1]) {
      const limit = minimum!.cvar + share * range;
      const { portfolio } = decided((await decide([withLimit(unlimited, limit)], same))[0]);
      const ways = [...splits(60, 100 * share), own.weights, minimum!.weights];
      const rivals = ways.flatMap((to) => [0.01, 0.1].map((step) => mixed(portfolio.weights, to, step)));
      for (let step = 0; step <= 1; step += 0.02) rivals.push(mixed(minimum!.weights, own.weights, step));
      // What the answer may leave unused.
      const kept = rivals.filter((weights) => here(weights).cvar <= limit - 0.021 * range);
      expect(kept.length).toBeGreaterThan(2);
      expect(Math.min(...kept.map(value))).toBeGreaterThan(value(portfolio.weights));
    }
  });

  it('answers with the least risky split where none keeps the limit', async () => {
    const [decision] = await decide([withLimit(unlimited, 0.9 * least.leastLimit)]);
    expect(decision).toMatchObject({ status: 'infeasible', portfolio: { weights: least.weights } });
    expect(decision).not.toHaveProperty('moved');
  });

  it('answers each of several limits as it does it alone', async () => {
    const own = decided((await decide([unlimited]))[0]).portfolio;
    const limits = [0.5, 2, 0.2].map((share) => least.leastLimit + share * (own.leastLimit - least.leastLimit));
    const [first, ...others] = limits.map((limit) => withLimit(unlimited, limit));
    const together = await decide([first!, ...others]);
    for (const [k, mandate] of [first!, ...others].entries()) expect((await decide([mandate]))[0]).toEqual(together[k]);
  });
});

const held = Object.fromEntries(tickers.map((ticker, j) => [ticker, j < 4 ? 0.25 : 0]));
const rows = inWords(`${tickers[0]} + ${tickers[1]} >= 30%; ${tickers[2]} <= 2 * ${tickers[3]}`, tickers);
const behind = inWords(`behind ${tickers[1]} <= 9%`, tickers);

const KINDS: readonly (readonly [string, readonly Constraint[]])[] = [
  ['bounds', [atMost(0.3), atLeast(0.02)]],
  ['rows', rows],
  ['few assets', [{ kind: 'max-assets', count: 3 }]],
  ['large positions', [{ kind: 'min-position', weight: 0.15 }]],
  ['little trading', [{ kind: 'max-turnover', weight: 0.3 }]],
  ['falling behind', behind],
  ['costs', [{ kind: 'cost', rate: 0.01 }]],
  [
    'all of them',
    [
      atMost(0.5),
      ...rows,
      { kind: 'max-assets', count: 5 },
      { kind: 'min-position', weight: 0.05 },
      { kind: 'max-turnover', weight: 0.6 },
      ...behind,
    ],
  ],
];

const fewer = await contextOf(1000);

/** What of a mandate's constraints weights do not keep. */
function broken(weights: readonly number[], { constraints, ...mandate }: Mandate): string[] {
  const positions = weights.filter((weight) => weight > 0);
  const bought = weights.reduce((total, weight, j) => total + Math.max(0, weight - held[tickers[j]!]!), 0);
  const fallen = createBehindPricing({ tickers, mandate: { ...mandate, constraints }, samples: fewer.samples })?.(
    weights,
  ).leastLimit;
  const isBroken = (one: Constraint): boolean =>
    (one.kind === 'max-assets' && positions.length > one.count) ||
    (one.kind === 'min-position' && Math.min(...positions) < one.weight - 1e-9) ||
    (one.kind === 'max-turnover' && bought > one.weight + 1e-9) ||
    (one.kind === 'behind' && fallen! > one.limit + 1e-7);
  const kinds = constraints.filter(isBroken).map(({ kind }) => kind as string);
  return isFeasible(feasibleSet(constraints, tickers), weights) ? kinds : [...kinds, 'bounds or rows'];
}

describe.each(KINDS)('%s', (_, constraints) => {
  it.each(CASES)('are kept by %s, with and without a limit', async (__, ___, decide) => {
    const mandate: Mandate = { ...unlimited, constraints, held };
    const own = decided((await decide([mandate], fewer))[0]);
    expect(own).toMatchObject({ status: 'optimal' });
    expect(broken(own.portfolio.weights, mandate)).toEqual([]);
    const { leastLimit: smallest } = own.minimum!;
    const range = own.portfolio.leastLimit - smallest;
    const limits = [0.7, 0.3].map((share) => withLimit(mandate, smallest + share * range));
    const mandates = [limits[0]!, limits[1]!, withLimit(mandate, smallest - 0.01)] as const;
    const decisions = (await decide(mandates, fewer)).map(decided);
    expect(decisions.map(({ status }) => status)).toEqual(['optimal', 'optimal', 'infeasible']);
    for (const [k, { portfolio }] of decisions.entries()) {
      expect(broken(portfolio.weights, mandate)).toEqual([]);
      expect(k === 2 || portfolio.leastLimit <= limits[k]!.risk.limit! + 1e-7).toBe(true);
    }
  });
});

describe('constraints that no weights meet', () => {
  it.each(CASES)('are refused by %s as by any strategy', async (_, __, decide) => {
    const mandate = { ...unlimited, constraints: inWords(`${tickers[0]} >= 60%; ${tickers[1]} >= 50%`, tickers) };
    await expect(decide([mandate])).rejects.toMatchObject({ name: 'UserError', code: 'constraints.contradict' });
  });
});

describe('given weights', () => {
  it('stay where they meet the constraints, and go to the nearest that do otherwise', async () => {
    const own = decided((await decideByWeights(tickers, [unlimited], fewer, WANTED))[0]);
    expect(own.portfolio.weights).toEqual(WANTED.map((weight) => expect.closeTo(weight, 12)));
    const capped = { ...unlimited, constraints: [atMost(0.2)] };
    const { weights } = decided((await decideByWeights(tickers, [capped], fewer, WANTED))[0]).portfolio;
    const squares = (others: readonly number[]): number => others.reduce((sum, w, j) => sum + (w - WANTED[j]!) ** 2, 0);
    const rivals = [...splits(300, 1)]
      .map((split) => mixed(weights, split, 0.05))
      .filter((split) => Math.max(...split) <= 0.2);
    expect(rivals.length).toBeGreaterThan(20);
    expect(Math.min(...rivals.map(squares))).toBeGreaterThan(squares(weights));
  });
});
