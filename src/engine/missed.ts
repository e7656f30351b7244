// Which constraints what is bought does not keep, judged from the constraints themselves.
import { tradesAndPositions } from './constraints/beyond-bounds.ts';
import type { ConstraintByKind } from './constraints/constraint.ts';
import { type Constraint, feasibleSet } from './constraints/index.ts';
import { excess } from './constraints/polytope.ts';
import { activity } from './lot-problem.ts';
import type { Mandate } from './mandate.ts';
import { cvarBehind } from './optimize/portfolio.ts';
import type { RiskProblem } from './optimize/problem.ts';
import { turnoverOf } from './optimize/trading.ts';

/** A constraint that what is bought does not keep. Plain data. */
export interface Missed {
  readonly constraint: Constraint;
  /** What is bought comes to: the left side of one in words, a number of assets, what is traded, a CVaR; else the worst weight. */
  readonly value: number;
  /** Of a constraint on each asset: the tickers of those that miss it, the worst first, with their weights. */
  readonly assets?: readonly { readonly ticker: string; readonly weight: number }[];
}

/** What is bought. */
interface Weighed {
  readonly tickers: readonly string[];
  readonly mandate: Pick<Mandate, 'constraints' | 'held'>;
  /** (n) Fractions of the whole money. */
  readonly weights: readonly number[];
  /** Whose benchmark is not to be fallen behind. */
  readonly problem: RiskProblem;
}

/** A miss of less is the rounding of solvers and sums. */
const NOISE = 1e-6;

type Miss = Omit<Missed, 'constraint'> | undefined;

/** Undefined where a constraint of the kind is kept. */
const MISSES: {
  readonly [K in keyof ConstraintByKind]: (constraint: ConstraintByKind[K], bought: Weighed) => Miss;
} = {
  'max-weight': outOfBounds,
  'min-weight': outOfBounds,
  'min-position': ({ weight: least }, bought) => worstOf(bought, (weight) => (weight === 0 ? 0 : least - weight)),
  linear(constraint, { tickers, weights }) {
    const [row] = feasibleSet([constraint], tickers).rows;
    if (row === undefined || Math.abs(excess(row, weights)) <= NOISE) return undefined;
    return { value: activity(row, weights) };
  },
  'max-assets': ({ count }, { weights }) => above(weights.filter((weight) => weight > 0).length, count),
  'max-turnover'(constraint, { tickers, mandate, weights }) {
    const { trading } = tradesAndPositions([constraint], tickers, mandate.held);
    return trading && above(turnoverOf(weights, trading.held), constraint.weight);
  },
  behind: ({ limit }, { weights, problem }) =>
    above(cvarBehind(problem.scenarios, weights, problem.behind!, problem.alpha), limit),
  cost: () => undefined,
};

const missOf = <K extends Constraint['kind']>(kind: K, constraint: ConstraintByKind[K], bought: Weighed): Miss =>
  MISSES[kind](constraint, bought);

export const missedBy = (bought: Weighed): Missed[] =>
  bought.mandate.constraints.flatMap((constraint) => {
    const miss = missOf(constraint.kind, constraint, bought);
    return miss === undefined ? [] : [{ constraint, ...miss }];
  });

const above = (value: number, most: number): Miss => (value > most + NOISE ? { value } : undefined);

function outOfBounds(constraint: Constraint, bought: Weighed): Miss {
  const { lower, upper } = feasibleSet([constraint], bought.tickers);
  return worstOf(bought, (weight, j) => Math.max(weight - upper[j]!, lower[j]! - weight));
}

function worstOf({ tickers, weights }: Weighed, missOfWeight: (weight: number, j: number) => number): Miss {
  const worst = weights
    .map((weight, j) => ({ ticker: tickers[j]!, weight, miss: missOfWeight(weight, j) }))
    .filter(({ miss }) => miss > NOISE)
    .toSorted((a, b) => b.miss - a.miss)
    .map(({ ticker, weight }) => ({ ticker, weight }));
  return worst[0] && { value: worst[0].weight, assets: worst };
}
