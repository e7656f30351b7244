// The main script of "Asset Allocation Framework", Execution Flow: features, both optimisations, an LSTM, a ranking.
import type { Polytope } from '../constraints/polytope.ts';
import { forecastNextDay, NEXT_DAY_HYPER, type NextDayHyper, trainNextDay } from '../forecast/next-day.ts';
import { dailyReturns, type History, measuredDays } from '../history.ts';
import { dot, matrixColumn } from '../matrix.ts';
import { momentsOf } from '../moments.ts';
import { variance } from '../optimize/quadratic/objective.ts';
import { maximumSharpeWeights, minimumVarianceWeights } from '../optimize/quadratic/solve.ts';
import type { WorkContext } from '../strategies/strategy.ts';
import type { Matrix } from '../types.ts';
import { fitNetwork, fitRanker, rankAssets, type Ranker, type RankerParams, type Ranking } from './ranker.ts';

/** Weights, and what they came to on the very days that they were chosen on. */
export interface InSample {
  /** (n) */
  readonly weights: readonly number[];
  /** Of daily returns. */
  readonly mean: number;
  readonly deviation: number;
}

export interface PipelineResult {
  readonly ranker: Ranker;
  readonly ranking: Ranking;
  /** Long-only, and as the document writes it, Σ w = 1 alone. */
  readonly split: {
    readonly sharpe: InSample;
    readonly sharpeUnbounded: InSample;
    readonly risk: InSample;
    readonly riskUnbounded: InSample;
  };
  /** Of the first asset. */
  readonly network: {
    readonly ticker: string;
    /** Mean squared errors of daily returns, before the step of each epoch. */
    readonly losses: readonly number[];
    /** Of the first days that it was trained on. */
    readonly predictions: readonly number[];
  };
}

/** As the document trains: returns as they are, all windows in each of 30 steps. */
const AS_WRITTEN: NextDayHyper = { ...NEXT_DAY_HYPER, batch: 'all', epochs: 30, isRaw: true };
const SHOWN_PREDICTIONS = 5;

interface PipelineOptions extends WorkContext {
  readonly params: RankerParams;
  readonly seed: number;
}

/** The part of the time that the LSTMs of all assets take. */
const NETWORKS = 0.8;

/** @throws UserError and Error as its parts; the signal's reason when aborted */
export async function runPipeline(history: History, options: PipelineOptions): Promise<PipelineResult> {
  const { params, seed, onProgress, ...context } = options;
  const returns = dailyReturns(measuredDays(history.prices));
  const { tickers } = history.prices;
  const walkForwards = [];
  for (const j of tickers.keys()) {
    walkForwards.push(await fitNetwork(history, j, { ...context, seed }));
    onProgress?.({ stage: 'training', done: (NETWORKS * (j + 1)) / tickers.length });
  }
  const ranker = await fitRanker(history, params, { ...context, walkForwards, seed });
  onProgress?.({ stage: 'training', done: 0.95 });
  const first = matrixColumn(returns, 0);
  const model = await trainNextDay(first, { ...context, hyper: AS_WRITTEN, seed });
  const days = [AS_WRITTEN.window - 1, AS_WRITTEN.window - 1 + SHOWN_PREDICTIONS] as const;
  return {
    ranker,
    ranking: await rankAssets(ranker, history.prices),
    split: await inSampleSplits(returns),
    network: {
      ticker: tickers[0]!,
      losses: model.network.losses.byEpoch,
      predictions: [...(await forecastNextDay(model, first, days))],
    },
  };
}

async function inSampleSplits(returns: Matrix): Promise<PipelineResult['split']> {
  const { means, covariance } = momentsOf(returns);
  const n = returns.cols;
  const longOnly: Polytope = { lower: new Float64Array(n), upper: new Float64Array(n).fill(1), rows: [] };
  const inSample = (weights: Float64Array): InSample => ({
    weights: [...weights],
    mean: dot(means, weights),
    deviation: Math.sqrt(variance(covariance, weights)),
  });
  return {
    sharpe: inSample(await maximumSharpeWeights(means, covariance, longOnly)),
    sharpeUnbounded: inSample(await maximumSharpeWeights(means, covariance)),
    risk: inSample(await minimumVarianceWeights(covariance, longOnly)),
    riskUnbounded: inSample(await minimumVarianceWeights(covariance)),
  };
}
