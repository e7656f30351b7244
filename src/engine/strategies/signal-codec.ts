import { createHash } from 'node:crypto';
import { z } from 'zod';
import { codec as lstmCodec } from './lstm-codec.ts';
import { type LstmModel, sha256 } from '../lstm/lstm-model.ts';
import type { Codec, Model, ModelManifest } from './strategy.ts';

/** The model that draws scenarios, and what a signal is read from. Both were fitted to the same history. */
export interface SignalledModel<F> extends Model {
  readonly generator: LstmModel;
  readonly fitted: F;
}

/** What was fitted to read a signal from, as one file. */
export interface SignalCodec<F> {
  encode(fitted: F): Uint8Array;
  /** @throws Error when the bytes are not whole */
  decode(bytes: Uint8Array): F;
}

const GENERATOR_MANIFEST = 'generator.json';
const SIGNAL = 'signal.bin';
const MANIFEST = 'manifest.json';

const signalManifestSchema: z.ZodType<ModelManifest & { readonly signalHash: string }> = z
  .strictObject({
    tickers: z.array(z.string()).readonly(),
    recipe: z.string(),
    seed: z.number().int(),
    trainedFrom: z.iso.date(),
    trainedUntil: z.iso.date(),
    days: z.number().int().positive(),
    pricesHash: sha256,
    weightsHash: sha256,
    skill: z.number(),
    /** SHA-256 of signal.bin. */
    signalHash: sha256,
  })
  .readonly();

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The files of the generator's model, and beside them the signal's. */
export function signalCodec<F>(codec: SignalCodec<F>): Codec<SignalledModel<F>> {
  const generatorFiles = lstmCodec.fileNames.filter((name) => name !== MANIFEST);
  return {
    fileNames: [...generatorFiles, GENERATOR_MANIFEST, SIGNAL, MANIFEST],
    ...(lstmCodec.optionalFileNames && { optionalFileNames: lstmCodec.optionalFileNames }),
    encode({ manifest, generator, fitted }) {
      const { [MANIFEST]: generatorManifest, ...files } = lstmCodec.encode(generator);
      const bytes = codec.encode(fitted);
      const text = JSON.stringify({ ...manifest, signalHash: hashOf(bytes) }, null, 2);
      return {
        ...files,
        [GENERATOR_MANIFEST]: generatorManifest!,
        [SIGNAL]: bytes,
        [MANIFEST]: new TextEncoder().encode(`${text}\n`),
      };
    },
    decode(files) {
      const { [MANIFEST]: own, [SIGNAL]: bytes, [GENERATOR_MANIFEST]: generatorManifest, ...rest } = files;
      if (own === undefined || bytes === undefined || generatorManifest === undefined)
        throw new Error(`${MANIFEST}, ${SIGNAL} or ${GENERATOR_MANIFEST} is missing`);
      const { signalHash, ...manifest } = signalManifestSchema.parse(JSON.parse(new TextDecoder().decode(own)));
      if (signalHash !== hashOf(bytes)) throw new Error(`${SIGNAL} is not what the manifest says`);
      const generator = lstmCodec.decode({ ...rest, [MANIFEST]: generatorManifest });
      if (generator.manifest.tickers.join() !== manifest.tickers.join())
        throw new Error(`${GENERATOR_MANIFEST} is of other assets than ${MANIFEST}`);
      return { manifest, generator, fitted: codec.decode(bytes) };
    },
  };
}
