// A network for each stock that forecasts its next weekly close ("Portfolio Management Strategy Based on LSTM", 2.1, 2.2).
import { z } from 'zod';
import { type Block, measureScaling, standardise } from '../../lstm/blocks.ts';
import {
  predictStacked,
  type StackedHyper,
  type StackedModel,
  trainStacked,
  type Windows,
} from '../../lstm/stacked.ts';
import { periodCloses } from '../../periods.ts';
import { subSeed } from '../../random.ts';
import { mean } from '../../statistics.ts';
import type { OnProgress, Prices } from '../../types.ts';
import type { WorkContext } from '../strategy.ts';

/** Weeks that a forecast is made from. */
export const LOOK_BACK = 24;

/** Of a training. */
const FIELDS = {
  /** What the networks read and forecast: prices, as the document has it, or their changes from week to week. */
  target: z.enum(['price', 'return']),
  /** Of each of the two layers. */
  units: z.coerce.number().int().min(1).max(512),
};

export const networkParamsSchema = z.strictObject(FIELDS).readonly();

/** What a training is made with. */
export type NetworkParams = z.infer<typeof networkParamsSchema>;

type Target = NetworkParams['target'];

/** What is left out is the default, so that a retraining keeps what the live model was fitted with. */
export const weeklyParamsSchema = z
  .strictObject({ target: FIELDS.target.exactOptional(), units: FIELDS.units.exactOptional() })
  .readonly();

export type WeeklyParams = z.infer<typeof weeklyParamsSchema>;

const WEEKLY_DEFAULTS: NetworkParams = { target: 'return', units: 256 };

export const networkParams = (params: WeeklyParams): NetworkParams => ({ ...WEEKLY_DEFAULTS, ...params });

export const weeklyParamsOf = (params: NetworkParams): WeeklyParams => ({
  ...(params.target !== WEEKLY_DEFAULTS.target && { target: params.target }),
  ...(params.units !== WEEKLY_DEFAULTS.units && { units: params.units }),
});

/** Sums of squared errors of the forecast changes, on weeks that the network was not trained on. */
export interface SquaredErrors {
  readonly model: number;
  /** Of "next week's close is this week's". */
  readonly persistence: number;
  /** Of a constant forecast, the mean change of the weeks that the network has learned from. */
  readonly constant: number;
  readonly weeks: number;
}

/** The network of one stock. Plain data. */
export interface StockNetwork {
  /** Of the weeks that it was trained on. */
  readonly scaling: { readonly mean: number; readonly deviation: number };
  readonly network: StackedModel;
}

/** With what such a network's forecasts of the newest weeks were worth. */
export interface StockModel extends StockNetwork {
  readonly errors: SquaredErrors;
}

/** A model a stock. Plain data. */
export interface WeeklyModel extends NetworkParams {
  readonly tickers: readonly string[];
  /** (n) */
  readonly stocks: readonly StockModel[];
}

/** Closes of one stock. (W), one a week. */
type WeeklyCloses = readonly number[];

export const networkHyper = ({ units }: NetworkParams): StackedHyper => ({
  units: [units, units],
  batch: 32,
  learningRate: 1e-3,
  patience: 10,
  maxEpochs: 100,
});

/** Each week's last closes. A week counts once it is over, so that no forecast is made from a week's middle. */
export const weeklyCloses = (prices: Prices): ReturnType<typeof periodCloses> => periodCloses(prices, 'weekly');

/** How many closes come before the first value. */
const leadOf = (target: Target): number => (target === 'return' ? 1 : 0);

/** (W − lead) What the network reads of the closes. */
const valuesOf = (closes: WeeklyCloses, target: Target): readonly number[] =>
  target === 'price' ? closes : closes.slice(1).map((close, t) => close / closes[t]! - 1);

const asColumn = (values: readonly number[]) => ({ rows: values.length, cols: 1, data: Float64Array.from(values) });

/** (N, 24) The windows that begin at these values. */
function windowsAt(values: Float32Array, starts: readonly number[]): Float32Array {
  const inputs = new Float32Array(starts.length * LOOK_BACK);
  for (const [at, start] of starts.entries()) inputs.set(values.subarray(start, start + LOOK_BACK), at * LOOK_BACK);
  return inputs;
}

const rowsIn = ({ from, to }: Block): number[] => Array.from({ length: to - from }, (_, at) => from + at);

/** The windows of a block, each with the value after it. */
const windowsIn = (values: Float32Array, block: Block): Windows => ({
  inputs: windowsAt(values, rowsIn(block)),
  targets: values.slice(block.from + LOOK_BACK, block.to + LOOK_BACK),
  steps: LOOK_BACK,
  features: 1,
  outputs: 1,
});

/**
 * Forecasts the next week's change of the price.
 * @param rows of the closes, each the last that its forecast may know; 24 or more closes end there, 25 for returns
 * @returns (rows) fractions
 */
export async function forecastChanges(
  { scaling, network }: StockNetwork,
  target: Target,
  closes: WeeklyCloses,
  rows: readonly number[],
): Promise<number[]> {
  const values = standardise(asColumn(valuesOf(closes, target)), {
    means: [scaling.mean],
    deviations: [scaling.deviation],
  });
  const starts = rows.map((row) => row + 1 - leadOf(target) - LOOK_BACK);
  const forecasts = await predictStacked(network, windowsAt(values, starts), LOOK_BACK);
  return rows.map((row, at) => {
    const value = scaling.mean + scaling.deviation * forecasts[at]!;
    return target === 'return' ? value : value / closes[row]! - 1;
  });
}

const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value ** 2, 0);

/** Of the closes that forecasts are made from. */
interface ForecastRows {
  readonly closes: WeeklyCloses;
  readonly rows: readonly number[];
  /** How many closes the network has learned from. */
  readonly learned: number;
}

/** @param forecasts (rows) of the change to the next week */
export function errorsOf(forecasts: readonly number[], { closes, rows, learned }: ForecastRows): SquaredErrors {
  const changes = rows.map((row) => closes[row + 1]! / closes[row]! - 1);
  const constant = mean(valuesOf(closes.slice(0, learned), 'return'));
  return {
    model: squares(changes.map((change, at) => change - forecasts[at]!)),
    persistence: squares(changes),
    constant: squares(changes.map((change) => change - constant)),
    weeks: rows.length,
  };
}

export interface StockOrder {
  readonly ticker: string;
  readonly closes: WeeklyCloses;
  readonly params: NetworkParams;
}

interface StockContext extends WorkContext {
  readonly seed: number;
}

/** Shares of the weeks: the newest of a training decide when it stops, and the newest of all tell what forecasts are worth. */
const SHARES = { validation: 0.15, test: 0.15 } as const;

/**
 * Trains on the older windows, and stops by the newest.
 * @throws UserError when the price does not move
 */
export async function trainNetwork(
  { ticker, closes, params }: StockOrder,
  { seed, ...context }: StockContext,
): Promise<StockNetwork> {
  const raw = asColumn(valuesOf(closes, params.target));
  const count = raw.rows - LOOK_BACK;
  const split = Math.floor((1 - SHARES.validation) * count);
  const scaling = measureScaling(raw, { from: 0, to: split + LOOK_BACK }, [ticker]);
  const values = standardise(raw, scaling);
  const network = await trainStacked(windowsIn(values, { from: 0, to: split }), {
    ...context,
    validation: windowsIn(values, { from: split, to: count }),
    hyper: networkHyper(params),
    seed: subSeed(seed, ticker),
  });
  return { scaling: { mean: scaling.means[0]!, deviation: scaling.deviations[0]! }, network };
}

/**
 * The network that learns from all weeks. Another, trained in the same way without the newest weeks, tells by them what
 * such forecasts are worth.
 * @throws as `trainNetwork`
 */
export async function trainStock(order: StockOrder, { onProgress, ...context }: StockContext): Promise<StockModel> {
  const { closes, params } = order;
  const known = closes.length - Math.floor(SHARES.test * closes.length);
  const earlier = await trainNetwork(
    { ...order, closes: closes.slice(0, known) },
    { ...context, onProgress: partProgress(onProgress, 0, 2) },
  );
  const rows = rowsIn({ from: known - 1, to: closes.length - 1 });
  const forecasts = await forecastChanges(earlier, params.target, closes, rows);
  const errors = errorsOf(forecasts, { closes, rows, learned: known });
  return { ...(await trainNetwork(order, { ...context, onProgress: partProgress(onProgress, 1, 2) })), errors };
}

/** Progress of one of several equal parts as that of all. */
export const partProgress = (onProgress: OnProgress | undefined, part: number, parts: number): OnProgress | undefined =>
  onProgress &&
  (({ done, detail }) =>
    onProgress({ stage: 'training', done: (part + done) / parts, ...(detail !== undefined && { detail }) }));

/** 1 − squared error ÷ that of "next week's close is this week's", over all stocks: above 0, forecasts are better. */
export function skillAgainstPersistence(
  errors: readonly SquaredErrors[],
  forecaster: 'model' | 'constant' = 'model',
): number {
  const total = (key: 'model' | 'persistence' | 'constant'): number => errors.reduce((sum, one) => sum + one[key], 0);
  return 1 - total(forecaster) / total('persistence');
}
