import { z } from 'zod';
import { hashWeights, manifestSchema, type LstmModel } from '../lstm/lstm-model.ts';
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

/** Model files: TensorFlow.js's own model.json and weights.bin, with residuals and manifest beside them. */
export const codec: Codec<LstmModel> = {
  fileNames: ['model.json', 'weights.bin', 'residuals.bin', 'manifest.json'],

  encode: ({ manifest, topology, weightSpecs, weights, residuals: { data } }) => ({
    'model.json': toJson({
      format: 'layers-model',
      generatedBy: 'tailcap',
      convertedBy: null,
      modelTopology: topology,
      weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
    }),
    'weights.bin': new Uint8Array(weights),
    'residuals.bin': new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    'manifest.json': toJson(manifest),
  }),

  decode(files) {
    const manifest = manifestSchema.parse(fromJson(fileOf(files, 'manifest.json')));
    const { modelTopology, weightsManifest } = modelJsonSchema.parse(fromJson(fileOf(files, 'model.json')));
    // Copied, so that they are aligned for typed arrays.
    const weights = new Uint8Array(fileOf(files, 'weights.bin')).buffer;
    if (hashWeights(weights) !== manifest.weightsHash) throw new Error('weights.bin is not what the manifest says');
    const data = new Float64Array(new Uint8Array(fileOf(files, 'residuals.bin')).buffer);
    const cols = manifest.tickers.length;
    if (data.length === 0 || data.length % cols !== 0) {
      throw new Error(`residuals.bin holds ${data.length} numbers, expected whole days of ${cols} assets`);
    }
    return {
      manifest,
      topology: modelTopology,
      weightSpecs: weightsManifest[0].weights,
      weights,
      residuals: { rows: data.length / cols, cols, data },
    };
  },
};
