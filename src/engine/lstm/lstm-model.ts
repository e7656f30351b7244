// A trained model as plain data, and the manifest that describes it.
import { createHash } from 'node:crypto';
import type { io } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Matrix, Prices } from '../types.ts';

const positive = z.number().int().positive();
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const day = z.iso.date();
const perAsset = z.array(z.number()).readonly();

export const memorySchema = z.enum(['window', 'carried']);

/**
 * `filtered`: filtered historical simulation, with means of measured skill (docs/mathematics.md, sections 2 to 5).
 * `plain`: "Generative LSTM + CVaR" as it is written, sections 2 to 7.
 */
export const recipeSchema = z.enum(['filtered', 'plain']);

export type Recipe = z.infer<typeof recipeSchema>;

/** In models stored before the recipe was renamed, `plain` is called `seed`. */
const storedRecipeSchema = z.preprocess((recipe) => (recipe === 'seed' ? 'plain' : recipe), recipeSchema);

/**
 * What a prediction is based on. `window`: exactly the last L days, read from zero state ("Generative LSTM + CVaR",
 * section 3). `carried`: a state that is carried from day to day, as in training.
 */
export type Memory = z.infer<typeof memorySchema>;

const hyperSchema = z
  .strictObject({
    memory: memorySchema.default('window'),
    /** L, days: the length of a window; with a carried state, of the warm-up before a training segment's first loss. */
    lookBack: positive,
    units: positive,
    /** B: windows, or segments of the series, per gradient step. */
    batch: positive,
    learningRate: z.number().positive(),
    /** Training stops after this many epochs without a better validation loss; absent: all epochs, the last weights. */
    patience: positive.optional(),
    maxEpochs: positive,
  })
  .readonly();

export type Hyper = z.infer<typeof hyperSchema>;

export const manifestSchema = z
  .strictObject({
    format: z.literal(1),
    tickers: z.array(z.string()).readonly(),
    recipe: storedRecipeSchema,
    seed: z.number().int(),
    trainedFrom: day,
    trainedUntil: day,
    days: positive,
    pricesHash: sha256,
    hyper: hyperSchema,
    /** (n) of the training block's daily returns. */
    means: perAsset,
    deviations: perAsset,
    /** Mean squared errors of standardised returns, in the epoch whose weights were kept. */
    losses: z
      .strictObject({ training: z.number(), validation: z.number(), epochs: positive, bestEpoch: positive })
      .readonly(),
    /** In standardised returns; recipe `plain`: on its validation block. At or below 0: no better than the mean. */
    skill: z.number(),
    weightsHash: sha256,
    /** Recipe `filtered`: the days of `LstmModel.past`. The last is the day before `trainedUntil`. */
    past: z.strictObject({ from: day, days: positive }).readonly().exactOptional(),
    backend: z.enum(['wasm', 'tfjs-node']),
  })
  .readonly();

/** `ModelManifest`, and what only the LSTM's models have. */
export type LstmManifest = z.infer<typeof manifestSchema>;

/** Forecasts at the closes of consecutive days; (rows, n) each. */
export interface NetworkForecasts {
  /** Of the next day's return, beside the mean return that the network was trained with. */
  readonly nextDay: Matrix;
  /** Of the mean daily return over the next days, see `FORECAST_DAYS`. */
  readonly month: Matrix;
}

/** Plain data, so that it can be sent to a worker thread. */
export interface LstmModel {
  readonly manifest: LstmManifest;
  /** The `modelTopology` of tfjs's model.json. */
  readonly topology: object;
  readonly weightSpecs: readonly io.WeightsManifestEntry[];
  /** float32, in the order of `weightSpecs`. */
  readonly weights: ArrayBuffer;
  /** (R, n) actual minus predicted daily returns; a row is one day. */
  readonly residuals: Matrix;
  /** What earlier models forecast on the days before this one was trained, see `LstmManifest.past`. */
  readonly past?: NetworkForecasts;
}

export function hashWeights(weights: ArrayBuffer): string {
  return createHash('sha256').update(new Uint8Array(weights)).digest('hex');
}

/** @throws Error when the prices are of other tickers, or in another order */
export function checkTickers({ tickers }: LstmManifest, prices: Prices): void {
  if (prices.tickers.join() !== tickers.join()) {
    throw new Error(`The model knows ${tickers.join(', ')}, the prices are of ${prices.tickers.join(', ')}.`);
  }
}
