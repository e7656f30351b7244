// Pure: a trained model as plain data, and the manifest that says what it is.
import { createHash } from 'node:crypto';
import type { io } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Matrix } from '../types.ts';

const positive = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const day = z.iso.date();
const perAsset = z.array(z.number()).readonly();

export const memorySchema = z.enum(['window', 'carried']);

/**
 * `calibrated`: training, validation and calibration blocks. `plain`: the two blocks of "Generative LSTM + CVaR",
 * sections 2 to 4, whole.
 */
export const recipeSchema = z.enum(['calibrated', 'plain']);

export type Recipe = z.infer<typeof recipeSchema>;

/** Models that were stored before the recipe was renamed say `seed`. */
const storedRecipeSchema = z.preprocess((recipe) => (recipe === 'seed' ? 'plain' : recipe), recipeSchema);

/**
 * What a prediction rests on. `window`: on exactly the last L days, over which the network runs from zero state
 * ("Generative LSTM + CVaR", section 3). `carried`: on a state that goes on from day to day, as in training.
 */
export type Memory = z.infer<typeof memorySchema>;

const hyperSchema = z
  .strictObject({
    memory: memorySchema.default('window'),
    /** L, days: of a window; with a carried state, of the warm-up before a training segment's first loss. */
    lookBack: positive,
    units: positive,
    /** Windows, or segments of the series, per gradient step. */
    batch: positive,
    learningRate: z.number().positive(),
    /** Epochs without a better validation loss after which training stops; absent: all epochs, the last weights. */
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
    /** Rows of prices that it has seen, from `trainedFrom` to `trainedUntil`. */
    days: positive,
    /** Of just those rows. */
    pricesHash: sha256,
    hyper: hyperSchema,
    /** (n) of the daily returns of the training block. */
    means: perAsset,
    deviations: perAsset,
    /** Mean squared errors of standardised returns, at the epoch whose weights were kept. */
    losses: z
      .strictObject({ training: z.number(), validation: z.number(), epochs: positive, bestEpoch: positive })
      .readonly(),
    /**
     * 1 − MSE of the model / MSE of predicting the training mean, in standardised returns, on days that
     * taught it nothing (recipe `plain`: on its validation block). At or below 0: no better than the mean.
     */
    skill: z.number(),
    weightsHash: sha256,
    backend: z.enum(['wasm', 'tfjs-node']),
  })
  .readonly();

export type ModelManifest = z.infer<typeof manifestSchema>;

/** Plain data only, so that it can be sent to a worker thread. */
export interface ModelArtefact {
  readonly manifest: ModelManifest;
  /** As in the `modelTopology` of tfjs's own model.json. */
  readonly topology: object;
  readonly weightSpecs: readonly io.WeightsManifestEntry[];
  /** float32, in the order of `weightSpecs`. */
  readonly weights: ArrayBuffer;
  /** (R, n) daily returns that came minus those predicted; a row is one day. */
  readonly residuals: Matrix;
}

export const hashWeights = (weights: ArrayBuffer): string =>
  createHash('sha256').update(new Uint8Array(weights)).digest('hex');
