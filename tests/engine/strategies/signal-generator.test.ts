import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { historyUntil } from '../../../src/engine/history.ts';
import { lstmGenerator } from '../../../src/engine/strategies/lstm-generator.ts';
import { type SignalLearner, signalGenerator } from '../../../src/engine/strategies/signal-generator.ts';
import type { ModelFiles } from '../../../src/engine/strategies/strategy.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { fakeClock } from '../../support/small-model.ts';

interface Means {
  readonly days: number;
  readonly means: readonly number[];
}

/** The mean price of the last days. */
const meanPrice: SignalLearner<{ readonly days: number }, Means, readonly number[]> = {
  recipe: 'mean-price',
  params: z.strictObject({ days: z.number().default(20) }).readonly(),
  needs: { frequency: 'daily', minDays: 600 },
  settingsOf: () => 'version 1',
  paramsOf: ({ days }) => ({ days }),
  split: {
    count: ({ prices }) => prices.tickers.length,
    fit: async ({ prices }, { days }, part) =>
      prices.closes.slice(-days).reduce((sum, row) => sum + row[part]!, 0) / days,
  },
  fit: async (_history, { days }, { parts, onProgress }) => {
    onProgress?.({ stage: 'training', done: 1 });
    return { days, means: z.array(z.number()).parse(parts) };
  },
  read: async ({ means }, { prices }) => prices.closes.at(-1)!.map((close, j) => close / means[j]! - 1),
  skillOf: () => 0.01,
  codec: {
    encode: (fitted) => new TextEncoder().encode(JSON.stringify(fitted)),
    decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
  },
  describe: ({ days }) => ({ parameters: { days }, results: {}, lines: [['Days', String(days)]] }),
  fitSeconds: () => 0,
};

const generator = signalGenerator(meanPrice);
const prices = randomPrices({ assets: 3, days: 640 });
const history = historyUntil(prices);
const parts = [1, 2, 4];
const done: number[] = [];
const model = await generator.fit(
  history,
  { days: 20 },
  { seed: 1, parts, now: fakeClock(), onProgress: (progress) => done.push(progress.done) },
);
const plain = await lstmGenerator.fit(history, { recipe: 'filtered' }, { seed: 1, now: fakeClock() });

const strip = ({ kind, residuals, means }: Awaited<ReturnType<typeof generator.source>>) => ({
  kind,
  residuals,
  means,
});

describe('a strategy with a signal', () => {
  it('draws the scenarios that the default strategy draws', async () => {
    const source = await generator.source(model, history, 21);
    const common = await lstmGenerator.source(plain, history, 21);
    if (common.kind !== 'filtered') throw new Error('expected the default recipe');
    expect(strip(source)).toEqual({ kind: 'filtered', residuals: common.residuals, means: common.means });
    const context = { sampling: { scenarios: 200, seed: 3 }, now: fakeClock() };
    expect(await generator.simulate(source, context)).toEqual(await lstmGenerator.simulate(common, context));
    expect(source.reading).toEqual(prices.closes.at(-1)!.map((close, j) => close / parts[j]! - 1));
  });

  it('is stored under its own recipe, with the days and prices of its history', () => {
    expect(model.manifest).toMatchObject({
      recipe: 'mean-price',
      skill: 0.01,
      tickers: prices.tickers,
      trainedUntil: history.until,
      pricesHash: plain.manifest.pricesHash,
    });
    expect(model.manifest.weightsHash).not.toBe(plain.manifest.weightsHash);
    expect(generator.paramsOf(model)).toEqual({ days: 20 });
    expect(generator.needs.minDays).toBe(600);
  });

  it('tells the progress of both fits as that of one', () => {
    expect(done.at(-1)).toBe(1);
    expect(done.slice(0, -1).every((share) => share <= 0.5)).toBe(true);
  });

  it('comes back from its files as it was, in the order of their names', () => {
    const files = generator.codec.encode(model);
    const { optionalFileNames = [] } = generator.codec;
    expect(Object.keys(files)).toEqual(
      generator.codec.fileNames.filter((name) => name in files || !optionalFileNames.includes(name)),
    );
    expect(generator.codec.decode(files)).toEqual(model);
  });

  it.each(['signal.bin', 'weights.bin'])('is refused when %s is damaged', (name) => {
    const files: ModelFiles = generator.codec.encode(model);
    const damaged = files[name]!.slice();
    damaged[damaged.length >> 1]! ^= 1;
    expect(() => generator.codec.decode({ ...files, [name]: damaged })).toThrow(
      `${name} is not what the manifest says`,
    );
  });

  it.each(['signal.bin', 'generator.json', 'model.json', 'manifest.json'])('is refused without %s', (name) => {
    const { [name]: _, ...others } = generator.codec.encode(model);
    expect(() => generator.codec.decode(others)).toThrow(/is missing/);
  });
});
