// The market of generate_fake_data ("Asset Allocation Framework", Modules Overview): daily log returns are independent
// normal numbers, so that nothing can be foretold in it.
import type { Prices } from '../../engine/types.ts';
import { createPrices } from '../prices.ts';
import { normalFrom, roundPrice, syntheticTable, weekdays } from './synthetic.ts';
import type { PriceTable, SourceNames } from './vendor.ts';

export const GAUSSIAN: SourceNames = { name: 'gaussian', title: 'Gaussian market (synthetic)' };

/** Of a daily log return, of every asset. */
const [MEAN, DEVIATION] = [0.001, 0.02];
const FIRST_PRICE = 100;

/** The number of assets is the document's; the days are more, so that backtests have room. */
const GAUSSIAN_DEFAULTS = { assets: 10, days: 1800, seed: 1 };

/** Six letters, as in the sample market. */
const gaussianTickers = (assets: number): string[] =>
  Array.from({ length: assets }, (_, j) => `GAUSS${String.fromCodePoint(65 + j)}`);

export const GAUSSIAN_TICKERS: readonly string[] = gaussianTickers(GAUSSIAN_DEFAULTS.assets);

interface GaussianMarket {
  /** n, at most 26. */
  readonly assets?: number;
  /** T, at least 500. */
  readonly days?: number;
  readonly seed?: number;
}

/** Prices (T, n) until 2025-12-31, in dollars. The same seed gives the same prices. */
export function gaussianMarket(options: GaussianMarket = {}): Prices {
  const { assets, days, seed } = { ...GAUSSIAN_DEFAULTS, ...options };
  const normal = normalFrom(seed);
  const tickers = gaussianTickers(assets);
  const logs = tickers.map(() => Math.log(FIRST_PRICE));
  const closes = Array.from({ length: days }, () =>
    tickers.map((_, j) => roundPrice(Math.exp((logs[j]! += MEAN + DEVIATION * normal())))),
  );
  const raw = { dates: weekdays(days), tickers, closes, currencies: tickers.map(() => 'USD') };
  return createPrices(raw, 'Gaussian market').prices;
}

/** The market, created when it is first needed. */
export const createGaussian = (): PriceTable => syntheticTable(GAUSSIAN, gaussianMarket);
