import type { Hyper, LstmModel } from '../../src/engine/lstm/lstm-model.ts';
import { loadTf } from '../../src/engine/lstm/backend.ts';
import { historyUntil } from '../../src/engine/history.ts';
import { train } from '../../src/engine/lstm/train.ts';
import type { TrainOptions } from '../../src/engine/lstm/train.ts';
import { trainWithPast, type WalkForwardOptions } from '../../src/engine/lstm/walk-forward.ts';
import type { Prices } from '../../src/engine/types.ts';
import { randomPrices } from './random-prices.ts';

/** The WebAssembly backend, whatever is installed; one per test file. */
export const wasm = await loadTf(() => Promise.reject(new Error('not in tests')));

export const SMALL: Partial<Hyper> = { lookBack: 5, units: 4, maxEpochs: 2 };

/** Advances by a second per call, so that the times left are known. */
export const fakeClock = (): (() => number) => {
  let ms = 0;
  return () => (ms += 1000);
};

const optionsOf = (options: Partial<WalkForwardOptions>): WalkForwardOptions => ({
  backend: wasm,
  recipe: 'filtered',
  seed: 1,
  now: fakeClock(),
  hyper: SMALL,
  ...options,
});

/** A network of a few units, trained in a fraction of a second; without forecasts of the past. */
export const trainSmall = (prices: Prices = randomPrices(), options: Partial<TrainOptions> = {}): Promise<LstmModel> =>
  train(historyUntil(prices), optionsOf(options));

/** Such a network, and those of the years before. */
export const trainSmallWithPast = (prices: Prices, options: Partial<WalkForwardOptions> = {}): Promise<LstmModel> =>
  trainWithPast(historyUntil(prices), optionsOf(options));
