// What is known of an asset on a day ("Asset Allocation Framework", Modules Overview), in figures without a unit.
import { BollingerBands, EMA, MACD, RSI } from 'trading-signals';
import { rollingDeviation, rollingMax, rollingMean } from './rolling.ts';

/** One asset. (T) each. */
export interface AssetSeries {
  readonly closes: Float64Array;
  /** Simple returns since the day before; NaN on the first day. */
  readonly returns: Float64Array;
  /** Empty where there are none. */
  readonly volumes: Float64Array;
}

export interface Feature {
  /** For people. */
  readonly name: string;
  /** @returns (T), each from days up to its own; NaN while there are too few */
  of(asset: AssetSeries): Float64Array;
}

/** @returns (T) a ÷ b; `neutral` where b is zero */
const divided = (a: Float64Array, b: Float64Array, neutral: number): Float64Array =>
  a.map((value, t) => (b[t] === 0 ? neutral : value / b[t]!));

/** P_t ÷ P_{t−k} − 1 */
const pastReturns = ({ closes }: AssetSeries, days: number): Float64Array =>
  closes.map((close, t) => (t < days ? NaN : close / closes[t - days]! - 1));

interface Indicator<R> {
  readonly isStable: boolean;
  add(price: number): R | null;
}

/** @returns (T) what is read of an indicator after each close; NaN until it is stable */
function indicated<R>({ closes }: AssetSeries, indicator: Indicator<R>, read: (result: R, close: number) => number) {
  return closes.map((close) => {
    const result = indicator.add(close);
    return result === null || !indicator.isStable ? NaN : read(result, close);
  });
}

const exponentialMean = (asset: AssetSeries, days: number): Float64Array =>
  indicated(asset, new EMA(days), (mean) => mean);

const MEANS = [5, 10, 42];
const DEVIATIONS = [10, 21, 63];
const MOMENTA = [5, 21, 63, 126];
const RSI_DAYS = [5, 14];

export const FEATURES: readonly Feature[] = [
  { name: 'return of the day', of: ({ returns }) => returns },
  ...MEANS.map((days) => ({
    name: `mean of ${days} days`,
    of: ({ returns }: AssetSeries) => rollingMean(returns, days),
  })),
  ...DEVIATIONS.map((days) => ({
    name: `deviation of ${days} days`,
    of: ({ returns }: AssetSeries) => rollingDeviation(returns, days),
  })),
  {
    name: 'deviation of 10 days to 63',
    of: ({ returns }) => divided(rollingDeviation(returns, 10), rollingDeviation(returns, 63), 1),
  },
  {
    name: 'return less that 10 days ago',
    of: ({ returns }) => returns.map((r, t) => (t < 10 ? NaN : r - returns[t - 10]!)),
  },
  ...MOMENTA.map((days) => ({
    name: `return of ${days} days`,
    of: (asset: AssetSeries) => pastReturns(asset, days),
  })),
  ...RSI_DAYS.map((days) => ({
    name: `RSI of ${days} days`,
    of: (asset: AssetSeries) => indicated(asset, new RSI(days), (index) => index / 100),
  })),
  {
    name: 'EMA of 12 days to 26',
    of: (asset) => divided(exponentialMean(asset, 12), exponentialMean(asset, 26), 1),
  },
  { name: 'price to EMA of 50 days', of: (asset) => divided(asset.closes, exponentialMean(asset, 50), 1) },
  {
    name: 'MACD to its signal',
    of: (asset) =>
      indicated(asset, new MACD(new EMA(12), new EMA(26), new EMA(9)), ({ histogram }, close) => histogram / close),
  },
  {
    name: 'place in Bollinger bands',
    of: (asset) =>
      indicated(asset, new BollingerBands(20, 2), ({ lower, upper }, close) =>
        upper > lower ? (close - lower) / (upper - lower) : 0.5,
      ),
  },
  { name: 'price to the high of 63 days', of: ({ closes }) => divided(closes, rollingMax(closes, 63), 1) },
];

/** Of assets whose prices have volumes. */
export const VOLUME_FEATURES: readonly Feature[] = [
  {
    name: 'volume to its mean of 21 days',
    of: ({ volumes }) => divided(volumes, rollingMean(volumes, 21), 1),
  },
  {
    name: 'volume of 5 days to 63',
    of: ({ volumes }) => divided(rollingMean(volumes, 5), rollingMean(volumes, 63), 1),
  },
];
