// All that can be said of weights that are given, and not chosen here.
import type { History } from '../history.ts';
import { expectedReturn, expectedReturns } from '../optimize/portfolio.ts';
import { cvarWithError, portfolioLosses } from '../risk.ts';
import { pricingSample, type Samples } from '../samples.ts';
import { allCases, correlationsIn } from './correlations.ts';
import { jointFalls } from './joint-falls.ts';
import { type PastComparison, pastOfSplit } from './past.ts';
import { type Replay, replayEpisodes, replayWorst } from './replay.ts';
import { applyShock, type ColumnShock, type Shocked } from './shock.ts';
import { tailShares } from './tail-shares.ts';
import { type WorstScenario, worstScenarios } from './worst.ts';

export interface LookOrder {
  /** (n); what they lack of 1 is cash, which earns and loses nothing. */
  readonly weights: readonly number[];
  readonly alpha: number;
  readonly horizonDays: number;
  readonly history: History;
  /** Whether its days are those of real markets, so that their months have names. */
  readonly isReal: boolean;
  readonly shock?: ColumnShock;
}

/** Figures are fractions of the money over the horizon; CVaR and value-at-risk are positive when money is lost. */
export interface Look {
  readonly weights: readonly number[];
  readonly expectedReturn: number;
  readonly cvar: number;
  readonly valueAtRisk: number;
  /** Of the CVaR. */
  readonly standardError: number;
  /** (n) See `TailShares`. */
  readonly shares: readonly number[];
  /** Of the assets that are held, whose columns are `of`: in the tail and in all scenarios, (k, k). */
  readonly correlations: {
    readonly of: readonly number[];
    readonly tail: readonly (readonly number[])[];
    readonly all: readonly (readonly number[])[];
    /** See `jointFalls`. */
    readonly falls: readonly (readonly number[])[];
  };
  readonly worst: readonly WorstScenario[];
  /** Of months that people remember; none where the days are invented. */
  readonly replays: readonly Replay[];
  /** The H days of the history in which it would have lost most. */
  readonly worstDays: Replay;
  readonly past: PastComparison;
  readonly shocked?: Shocked;
}

const WORST_SHOWN = 5;

/**
 * On the sample that splits are priced on: the CVaR is the one that an answer gives for the same weights.
 * @throws UserError as `applyShock`
 */
export function lookAt(samples: Samples, order: LookOrder): Look {
  const { weights, alpha, horizonDays, history, isReal, shock } = order;
  const scenarios = pricingSample(samples);
  const { cvar, valueAtRisk, error } = cvarWithError(portfolioLosses(scenarios, weights), alpha);
  const { tail, shares } = tailShares(scenarios, weights, alpha);
  const held = [...weights.keys()].filter((j) => weights[j]! > 0);
  const { prices } = history;
  return {
    weights,
    expectedReturn: expectedReturn(expectedReturns(scenarios), weights),
    cvar,
    valueAtRisk,
    standardError: error,
    shares,
    correlations: {
      of: held,
      tail: correlationsIn(scenarios, held, tail),
      all: correlationsIn(scenarios, held, allCases(scenarios)),
      falls: jointFalls(scenarios, held, alpha),
    },
    worst: worstScenarios(scenarios, weights, WORST_SHOWN),
    replays: isReal ? replayEpisodes(prices, weights) : [],
    worstDays: replayWorst(prices, weights, horizonDays),
    past: pastOfSplit(prices, weights, { horizonDays, valueAtRisk }),
    ...(shock && { shocked: applyShock(scenarios, { tickers: prices.tickers, weights }, shock) }),
  };
}
