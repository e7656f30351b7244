// Assets ranked by the returns that a random forest expects ("Asset Allocation Framework", select_features and
// learning_to_rank). docs/mathematics.md, section 23.
import { ratio } from '../../format.ts';
import { type Design, designOf, labelledRows } from '../features/design.ts';
import {
  forecastNextDay,
  NEXT_DAY_HYPER,
  type NextDayHyper,
  type NextDayModel,
  type WalkForward,
  walkForward,
} from '../forecast/next-day.ts';
import { purgedFolds, takeColumns } from '../forest/folds.ts';
import { fitForest, type Forest, type ForestHyper, predictForest } from '../forest/forest.ts';
import { mostImportant, permutationImportance } from '../forest/importance.ts';
import { dailyReturns, lastDays, measuredDays, type History } from '../history.ts';
import { isIndex } from '../market.ts';
import { lastRows, matrixColumn } from '../matrix.ts';
import { subSeed } from '../random.ts';
import type { WorkContext } from '../strategies/strategy.ts';
import type { Matrix, Prices } from '../types.ts';

/** `period`: the trading days ahead over which returns are ranked. */
export type RankerParams = Readonly<Record<'trees' | 'period', number>>;

/** Plain data. */
export interface Ranker {
  readonly params: RankerParams;
  readonly tickers: readonly string[];
  /** (F) of all features, the LSTM's last. */
  readonly names: readonly string[];
  /** (F) permutation importance on purged folds. */
  readonly importances: Float64Array;
  /** Columns that the forest reads, the most important first. */
  readonly selected: readonly number[];
  /** R² of forests of all features on purged folds, which the selection cannot flatter. */
  readonly rSquared: number;
  readonly forest: Forest;
  /** (n) each asset's LSTM. */
  readonly networks: readonly NextDayModel[];
}

interface FitOptions extends WorkContext {
  readonly seed: number;
}

const SELECTED = 10;
const FOLDS = 5;
const MOST_TREES_OF_IMPORTANCES = 50;
const LSTM_NAME = 'LSTM forecast of the next day';

/** Cheaper than on its own: it is one feature of many. */
const NETWORK: { readonly hyper: NextDayHyper; readonly folds: number } = {
  hyper: { ...NEXT_DAY_HYPER, epochs: 5 },
  folds: 3,
};

/** Days that the newest features are computed from: means of 50 days that decay have forgotten what came before. */
const RECENT_DAYS = 400;

/** Leaves of a hundredth of the rows: labels of overlapping days tell less than their number. */
function forestHyper(trees: number, { rows, cols }: Matrix): ForestHyper {
  return { trees, depth: 5, leafRows: Math.max(20, Math.round(rows / 100)), tried: Math.ceil(cols / 3) };
}

/** What decides a fit beside its parameters. */
export const RANKER_SETTINGS: unknown = [NETWORK, SELECTED, FOLDS, MOST_TREES_OF_IMPORTANCES, RECENT_DAYS, 1];

/** What the LSTM of one asset says on each day of the past, by models that had not seen the day after. */
export async function fitNetwork(
  { prices }: History,
  j: number,
  { seed, ...context }: FitOptions,
): Promise<WalkForward> {
  const measured = measuredDays(prices);
  const returns = matrixColumn(dailyReturns(measured), j);
  return walkForward(returns, { ...context, ...NETWORK, seed: subSeed(seed, measured.tickers[j]!) });
}

/**
 * A forecast as a feature: how far it lies from the mean, in units of what the model learnt from.
 * @param forecasts (T) NaN where there is none, which counts as the mean
 */
const asFeature = (forecasts: Float64Array, means: Float64Array, unit: number): Float64Array =>
  forecasts.map((forecast, t) => (Number.isNaN(forecast) ? 0 : (forecast - means[t]!) / unit));

/** A matrix with one more column. @param values (N) */
function withColumn({ rows, cols, data }: Matrix, values: Float64Array): Matrix {
  const wider = new Float64Array(rows * (cols + 1));
  for (let i = 0; i < rows; i += 1) {
    wider.set(data.subarray(i * cols, (i + 1) * cols), i * (cols + 1));
    wider[i * (cols + 1) + cols] = values[i]!;
  }
  return { rows, cols: cols + 1, data: wider };
}

/** @param walkForwards (n) of each asset, on the days of the design's prices */
function withNetworks({ names, x, first }: Design, walkForwards: readonly WalkForward[]): Design {
  const columns = walkForwards.map(({ forecasts, means, model }) => asFeature(forecasts, means, model.unit));
  const n = columns.length;
  // Row t of the returns is of day t + 1 of the prices.
  const values = Float64Array.from({ length: x.rows }, (_, i) => columns[i % n]![first + Math.floor(i / n) - 1]!);
  return { names: [...names, LSTM_NAME], x: withColumn(x, values), first };
}

/**
 * Selects the most important features, and fits the forest that ranks to them.
 * @param walkForwards (n) see `fitNetwork`
 * @throws the signal's reason when aborted
 */
export async function fitRanker(
  { prices }: History,
  params: RankerParams,
  { walkForwards, seed, onProgress, signal }: FitOptions & { readonly walkForwards: readonly WalkForward[] },
): Promise<Ranker> {
  const measured = measuredDays(prices);
  const design = withNetworks(designOf(measured), walkForwards);
  const rows = labelledRows(design, measured, params.period);
  const { importances, rSquared } = await permutationImportance(rows, {
    folds: purgedFolds(rows, FOLDS),
    hyper: forestHyper(Math.min(params.trees, MOST_TREES_OF_IMPORTANCES), rows.x),
    seed,
    signal,
    onProgress: (done) => onProgress?.({ stage: 'training', done }),
  });
  const selected = mostImportant(importances, SELECTED);
  const x = takeColumns(rows.x, selected);
  const forest = fitForest(x, rows.y, forestHyper(params.trees, x), subSeed(seed, 'ranker'));
  const networks = walkForwards.map(({ model }) => model);
  return { params, tickers: measured.tickers, names: design.names, importances, selected, rSquared, forest, networks };
}

/** What a forest's forecasts were worth, for people; judged by the figure that is shown. @param rSquared out of sample */
export function forestWorth(rSquared: number): string {
  const shown = ratio(rSquared);
  const worth =
    Number(shown) > 0
      ? 'so much of the differences between assets it foretold. Small values come by chance too.'
      : 'the mean forecasts better, and these ranks are no better than chance.';
  return `R² on days that the forest had not seen is ${shown}: ${worth}`;
}

export interface Ranking {
  /** (n) the return that is expected over the next period, less the mean of the assets. */
  readonly expected: readonly number[];
  /** (n) rank ÷ n, in (0, 1]: 1 is the best. Equal expectations share the mean of their ranks. */
  readonly scores: readonly number[];
}

/**
 * The assets ranked on the last day of the prices.
 * @throws Error when the ranker knows other assets or features, such as those of volumes
 */
export async function rankAssets(ranker: Ranker, prices: Prices): Promise<Ranking> {
  const { tickers, names: known, selected, forest, networks } = ranker;
  const recent = lastDays(prices, RECENT_DAYS);
  const { x, names } = designOf(recent);
  if (tickers.join() !== prices.tickers.join() || known.join() !== [...names, LSTM_NAME].join())
    throw new Error('the prices have other assets or features than those it was fitted to');
  const all = dailyReturns(recent);
  const forecasts = networks.map(async (network, j) => {
    const [value = NaN] = await forecastNextDay(network, matrixColumn(all, j), [all.rows - 1, all.rows]);
    return (value - network.mean) / network.unit;
  });
  const today = withColumn(lastRows(x, networks.length), Float64Array.from(await Promise.all(forecasts)));
  const expected = [...predictForest(forest, takeColumns(today, selected))];
  const isBought = tickers.map((ticker) => !isIndex(ticker));
  return { expected, scores: scoresOf(expected, isBought) };
}

/** @param isBought (n) what nothing buys is not ranked, and its score is 0 */
export function scoresOf(expected: readonly number[], isBought: readonly boolean[]): number[] {
  const ranked = expected.filter((_, j) => isBought[j]);
  return expected.map((one, j) => {
    if (!isBought[j]) return 0;
    const below = ranked.filter((other) => other < one).length;
    const equal = ranked.filter((other) => other === one).length;
    return (below + (equal + 1) / 2) / ranked.length;
  });
}
