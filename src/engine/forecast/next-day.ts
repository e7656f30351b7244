// Tomorrow's return of one asset from its last returns, by a stacked LSTM ("Asset Allocation Framework", LSTMModel).
import { predictStacked, type StackedModel, trainStacked, type Windows } from '../lstm/stacked.ts';
import { subSeed } from '../random.ts';
import { mean } from '../statistics.ts';
import type { WorkContext } from '../strategies/strategy.ts';

export interface NextDayHyper {
  /** Days that a forecast reads. */
  readonly window: number;
  /** Of each layer. */
  readonly units: readonly number[];
  /** Windows per step; `all`: one step an epoch. */
  readonly batch: number | 'all';
  readonly learningRate: number;
  readonly epochs: number;
  /** Whether it reads returns as they are, and not standardised by those that it was trained on. */
  readonly isRaw?: boolean;
}

/** Two layers of 32 units on windows of 20 days. */
export const NEXT_DAY_HYPER: NextDayHyper = { window: 20, units: [32, 32], batch: 64, learningRate: 1e-3, epochs: 10 };

/** Plain data. */
export interface NextDayModel {
  /** Of the daily returns that it was trained on. */
  readonly mean: number;
  /** The returns that the network knows as 0 and, less that, as 1. */
  readonly centre: number;
  readonly unit: number;
  readonly window: number;
  readonly network: StackedModel;
}

interface TrainingOptions extends WorkContext {
  readonly hyper: NextDayHyper;
  readonly seed: number;
}

/** Windows that end on the days [from, to). (N, window, 1) */
function windowsOf(
  returns: Float64Array,
  days: readonly [number, number],
  model: Pick<NextDayModel, 'window' | 'centre' | 'unit'>,
) {
  const [[from, to], { window, centre, unit }] = [days, model];
  const inputs = new Float32Array((to - from) * window);
  for (let t = from, at = 0; t < to; t += 1) {
    for (let i = t - window + 1; i <= t; i += 1) inputs[at++] = (returns[i]! - centre) / unit;
  }
  return inputs;
}

/**
 * @param returns (T) daily
 * @throws Error when there are no windows; the signal's reason when aborted
 */
export async function trainNextDay(returns: Float64Array, options: TrainingOptions): Promise<NextDayModel> {
  const { hyper, seed, ...context } = options;
  const { window, units, learningRate, epochs, isRaw = false } = hyper;
  const [first, last] = [window - 1, returns.length - 1];
  if (last <= first)
    throw new Error(`a forecast of the next day learns from ${window + 1} returns or more, got ${returns.length}`);
  const average = mean([...returns]);
  const deviation = Math.sqrt(mean([...returns].map((r) => (r - average) ** 2)));
  const scaling = { centre: isRaw ? 0 : average, unit: isRaw || deviation === 0 ? 1 : deviation, window };
  const training: Windows = {
    inputs: windowsOf(returns, [first, last], scaling),
    targets: Float32Array.from(returns.subarray(window), (r) => (r - scaling.centre) / scaling.unit),
    steps: window,
    features: 1,
    outputs: 1,
  };
  const batch = hyper.batch === 'all' ? training.targets.length : hyper.batch;
  const network = await trainStacked(training, {
    ...context,
    hyper: { units, batch, learningRate, maxEpochs: epochs },
    seed,
  });
  return { ...scaling, mean: average, network };
}

/** @returns (to − from) what it says, on the days [from, to), of the return of the day after each */
export async function forecastNextDay(
  model: NextDayModel,
  returns: Float64Array,
  [from, to]: readonly [number, number],
): Promise<Float64Array> {
  const predicted = await predictStacked(model.network, windowsOf(returns, [from, to], model), model.window);
  return Float64Array.from(predicted, (z) => model.centre + model.unit * z);
}

/** What models of earlier days said of later ones, and the model of all days. Plain data. */
export interface WalkForward {
  /** (T) made on each day, of the day after, by a model that had seen no later day; NaN before the first model. */
  readonly forecasts: Float64Array;
  /** (T) the mean of the returns that the same model had seen. */
  readonly means: Float64Array;
  readonly model: NextDayModel;
}

/**
 * Trains `folds` models, each on the days before a block, which it then forecasts, and one on all days.
 * @param returns (T) daily
 * @throws as `trainNextDay`
 */
export async function walkForward(
  returns: Float64Array,
  { folds, seed, onProgress, ...options }: TrainingOptions & { readonly folds: number },
): Promise<WalkForward> {
  const { length } = returns;
  const cut = (k: number): number => Math.floor((k * length) / (folds + 1));
  const [forecasts, means] = [new Float64Array(length).fill(NaN), new Float64Array(length).fill(NaN)];
  const train = async (k: number): Promise<NextDayModel> => {
    const model = await trainNextDay(returns.subarray(0, cut(k)), { ...options, seed: subSeed(seed, `next day ${k}`) });
    // A training takes as long as its days are many.
    onProgress?.({ stage: 'training', done: (k * (k + 1)) / ((folds + 1) * (folds + 2)) });
    return model;
  };
  for (let k = 1; k <= folds; k += 1) {
    const model = await train(k);
    const days = [cut(k) - 1, cut(k + 1) - 1] as const;
    forecasts.set(await forecastNextDay(model, returns, days), days[0]);
    means.fill(model.mean, ...days);
  }
  return { forecasts, means, model: await train(folds + 1) };
}
