import { z } from 'zod';
import { hashWeights, manifestSchema, type NetworkForecasts, type LstmModel } from '../lstm/lstm-model.ts';
import type { Matrix } from '../types.ts';
import type { Codec, ModelFiles } from './strategy.ts';

const modelJsonSchema = z.object({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.tuple([
    z.object({
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.number().int().positive()), dtype: z.literal('float32') }),
      ),
    }),
  ]),
});

const toJson = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);

const fromJson = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

function fileOf(files: ModelFiles, name: string): Uint8Array {
  const bytes = files[name];
  if (bytes === undefined) throw new Error(`${name} is missing`);
  return bytes;
}

const bytesOf = ({ data }: Matrix): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** @throws Error when one of the numbers is none */
export function checkFinite(name: string, values: ArrayLike<number>): void {
  for (let at = 0; at < values.length; at += 1) {
    if (!Number.isFinite(values[at])) throw new Error(`${name} holds ${values[at]} as number ${at + 1}`);
  }
}

/** @throws Error when the scaling is not one of these assets, or the weights are not those of the network */
function checkShapes({
  manifest,
  weightSpecs,
  weights,
}: Pick<LstmModel, 'manifest' | 'weightSpecs' | 'weights'>): void {
  const { tickers, means, deviations } = manifest;
  if (means.length !== tickers.length || deviations.length !== tickers.length || deviations.some((one) => one <= 0))
    throw new Error(`manifest.json does not scale ${tickers.length} assets`);
  const numbers = weightSpecs.reduce((sum, { shape }) => sum + shape.reduce((product, one) => product * one, 1), 0);
  if (weights.byteLength !== 4 * numbers)
    throw new Error(`weights.bin holds ${weights.byteLength} bytes, expected ${numbers} numbers`);
  checkFinite('weights.bin', new Float32Array(weights));
}

/** @throws Error when the file does not hold whole days, or a number that is none */
function daysIn(files: ModelFiles, name: string, cols: number): Matrix {
  const data = new Float64Array(new Uint8Array(fileOf(files, name)).buffer);
  if (data.length % cols !== 0) {
    throw new Error(`${name} holds ${data.length} numbers, expected whole days of ${cols} assets`);
  }
  checkFinite(name, data);
  return { rows: data.length / cols, cols, data };
}

/** The forecasts of the next day, and then those of the month. */
function pastIn(files: ModelFiles, days: number, cols: number): NetworkForecasts {
  const both = daysIn(files, 'past.bin', cols);
  if (both.rows !== 2 * days) throw new Error(`past.bin holds ${both.rows} days, expected two times ${days}`);
  const half = (from: number): Matrix => ({
    rows: days,
    cols,
    data: both.data.slice(from * cols, (from + days) * cols),
  });
  return { nextDay: half(0), month: half(days) };
}

/**
 * Model files: TensorFlow.js's own model.json and weights.bin, with residuals, earlier forecasts and manifest beside
 * them.
 */
export const codec: Codec<LstmModel> = {
  fileNames: ['model.json', 'weights.bin', 'residuals.bin', 'past.bin', 'manifest.json'],
  optionalFileNames: ['past.bin'],

  encode: ({ manifest, topology, weightSpecs, weights, residuals, past }) => ({
    'model.json': toJson({
      format: 'layers-model',
      generatedBy: 'tailcap',
      convertedBy: null,
      modelTopology: topology,
      weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
    }),
    'weights.bin': new Uint8Array(weights),
    'residuals.bin': bytesOf(residuals),
    ...(past && { 'past.bin': Buffer.concat([bytesOf(past.nextDay), bytesOf(past.month)]) }),
    'manifest.json': toJson(manifest),
  }),

  decode(files) {
    const manifest = manifestSchema.parse(fromJson(fileOf(files, 'manifest.json')));
    const { modelTopology, weightsManifest } = modelJsonSchema.parse(fromJson(fileOf(files, 'model.json')));
    // Copied, so that they are aligned for typed arrays.
    const weights = new Uint8Array(fileOf(files, 'weights.bin')).buffer;
    if (hashWeights(weights) !== manifest.weightsHash) throw new Error('weights.bin is not what the manifest says');
    const weightSpecs = weightsManifest[0].weights;
    checkShapes({ manifest, weightSpecs, weights });
    const cols = manifest.tickers.length;
    const residuals = daysIn(files, 'residuals.bin', cols);
    if (residuals.rows === 0) throw new Error('residuals.bin is empty');
    return {
      manifest,
      topology: modelTopology,
      weightSpecs,
      weights,
      residuals,
      ...(manifest.past && { past: pastIn(files, manifest.past.days, cols) }),
    };
  },
};
