import { z } from 'zod';
import { checkFinite } from '../lstm-codec.ts';
import type { SignalCodec } from '../signal-codec.ts';
import { networkHyper, networkParamsSchema, type WeeklyModel } from './model.ts';

const positiveCount = z.number().int().positive();

const stockSchema = z
  .strictObject({
    scaling: z.strictObject({ mean: z.number(), deviation: z.number().positive() }).readonly(),
    errors: z
      .strictObject({ model: z.number(), persistence: z.number(), constant: z.number(), weeks: positiveCount })
      .readonly(),
    losses: z
      .strictObject({
        training: z.number(),
        validation: z.number().exactOptional(),
        epochs: positiveCount,
        bestEpoch: positiveCount,
        byEpoch: z.array(z.number()).readonly(),
      })
      .readonly(),
    /** Numbers in the file. */
    weights: positiveCount,
  })
  .readonly();

const headSchema = z.strictObject({
  settings: networkParamsSchema,
  tickers: z.array(z.string()).readonly(),
  stocks: z.array(stockSchema),
});

/** Bytes of a float32. */
const BYTES = 4;

/** The length of a head in JSON (uint32), the head padded with blanks to whole numbers, and all weights (float32). */
export const weeklyCodec: SignalCodec<WeeklyModel> = {
  encode({ target, units, tickers, stocks }) {
    const heads = stocks.map(({ scaling, errors, network: { losses, weights } }) => ({
      scaling,
      errors,
      losses,
      weights: weights.length,
    }));
    const text = JSON.stringify({ settings: { target, units }, tickers, stocks: heads });
    const head = new TextEncoder().encode(text);
    const padding = (BYTES - (head.length % BYTES)) % BYTES;
    const weights = stocks.map(
      ({ network }) => new Uint8Array(network.weights.buffer, network.weights.byteOffset, network.weights.byteLength),
    );
    const length = new Uint32Array([head.length + padding]);
    return Buffer.concat([new Uint8Array(length.buffer), head, Buffer.alloc(padding, ' '), ...weights]);
  },

  decode(bytes) {
    // Copied, so that the weights are aligned.
    const { buffer } = new Uint8Array(bytes);
    const length = new DataView(buffer).getUint32(0, true);
    if (BYTES + length > buffer.byteLength) throw new Error('the head of the weekly models is cut off');
    const head = headSchema.parse(JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, BYTES, length))));
    const { settings, tickers, stocks } = head;
    const numbers = stocks.reduce((sum, { weights }) => sum + weights, 0);
    if (stocks.length !== tickers.length) throw new Error(`${stocks.length} models of ${tickers.length} stocks`);
    if (BYTES + length + BYTES * numbers !== buffer.byteLength)
      throw new Error(
        `the weekly models hold ${buffer.byteLength - BYTES - length} bytes, expected ${numbers} numbers`,
      );
    let from = BYTES + length;
    return {
      ...settings,
      tickers,
      stocks: stocks.map(({ scaling, errors, losses, weights: size }) => {
        const weights = new Float32Array(buffer, from, size).slice();
        from += BYTES * size;
        checkFinite('signal.bin', weights);
        return {
          scaling,
          errors,
          network: { hyper: networkHyper(settings), features: 1, outputs: 1, weights, losses },
        };
      }),
    };
  },
};
