// A seeded synthetic market. The program must run without real prices, whose licence forbids shipping them.
import type { LoadedPrices, Prices } from '../../engine/types.ts';
import { createPrices } from '../prices.ts';
import { loadSynthetic, type Normal, normalFrom, roundPrice, syntheticTable, weekdays } from './synthetic.ts';
import type { PriceTable, SourceNames } from './vendor.ts';

export const SAMPLE: SourceNames = { name: 'sample', title: 'sample market (synthetic)' };

const DAYS = 2520;
const YEAR = 252;
/** The largest simulated daily move of a price, up or down. */
const LARGEST_MOVE = 0.24;

interface Asset {
  readonly ticker: string;
  readonly sector: string;
  /** Shares of the variance due to the market and to the sector; the rest is the asset's own. */
  readonly market: number;
  readonly inSector: number;
  /** −1: falls when the market rises. */
  readonly sign?: -1;
  /** Per year, as fractions. The history has exactly these figures, except for rounding and clamping. */
  readonly volatility: number;
  readonly mean: number;
  readonly price: number;
}

/** Tickers of six letters, which no US exchange uses, so that nobody takes them for real shares. */
const ASSETS: readonly Asset[] = [
  { ticker: 'NIMBIQ', sector: 'Technology', market: 0.45, inSector: 0.15, volatility: 0.38, mean: 0.14, price: 48 },
  { ticker: 'PIXELO', sector: 'Technology', market: 0.5, inSector: 0.15, volatility: 0.31, mean: 0.12, price: 112 },
  { ticker: 'VOLTEQ', sector: 'Technology', market: 0.38, inSector: 0.12, volatility: 0.44, mean: 0.13, price: 27 },
  { ticker: 'BANQOR', sector: 'Financials', market: 0.5, inSector: 0.2, volatility: 0.28, mean: 0.085, price: 64 },
  { ticker: 'LEDGRA', sector: 'Financials', market: 0.45, inSector: 0.2, volatility: 0.25, mean: 0.08, price: 91 },
  { ticker: 'MEDIVO', sector: 'Health care', market: 0.35, inSector: 0.2, volatility: 0.22, mean: 0.09, price: 135 },
  { ticker: 'CURALI', sector: 'Health care', market: 0.3, inSector: 0.15, volatility: 0.29, mean: 0.1, price: 73 },
  { ticker: 'PETRUX', sector: 'Energy', market: 0.35, inSector: 0.3, volatility: 0.33, mean: 0.07, price: 58 },
  { ticker: 'SOLARN', sector: 'Energy', market: 0.35, inSector: 0.1, volatility: 0.4, mean: 0.095, price: 34 },
  {
    ticker: 'GROCEM',
    sector: 'Consumer staples',
    market: 0.1,
    inSector: 0.1,
    volatility: 0.155,
    mean: 0.06,
    price: 82,
  },
  { ticker: 'HYDROL', sector: 'Utilities', market: 0.08, inSector: 0.1, volatility: 0.165, mean: 0.055, price: 45 },
  {
    ticker: 'AURIGO',
    sector: 'Precious metals',
    market: 0.02,
    inSector: 0.1,
    sign: -1,
    volatility: 0.16,
    mean: 0.04,
    price: 150,
  },
];

export const SAMPLE_TICKERS: readonly string[] = ASSETS.map(({ ticker }) => ticker);

/** (n) */
export const SAMPLE_SECTORS: readonly string[] = ASSETS.map(({ sector }) => sector);

interface Regime {
  /** The day after its last one. */
  readonly until: number;
  /** Annual volatility of the market factor. */
  readonly volatility: number;
  /** The sum of the market's daily moves over the regime. It is fixed, so that every seed has the crash. */
  readonly total: number;
}

/** The crash lies in the first 70 % of days, so that a model's training block includes it. The last year is quiet. */
const REGIMES: readonly Regime[] = [
  { until: 500, volatility: 0.11, total: 0.3 },
  { until: 620, volatility: 0.2, total: -0.06 },
  { until: 1150, volatility: 0.12, total: 0.35 },
  { until: 1195, volatility: 0.65, total: -0.65 },
  { until: 1260, volatility: 0.36, total: 0.3 },
  { until: 1840, volatility: 0.14, total: 0.35 },
  { until: 1960, volatility: 0.23, total: -0.12 },
  { until: DAYS, volatility: 0.13, total: 0.4 },
];

/** The exponent with which the market's volatility affects the moves of sectors and assets. */
const SPILL = 0.4;

const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0);

/** Student's t with 6 degrees of freedom, scaled to variance 1 and kept within ±7. */
function studentT(normal: Normal): number {
  const chiSquare = sum(Array.from({ length: 6 }, () => normal() ** 2));
  return Math.min(7, Math.max(-7, normal() * Math.sqrt(4 / chiSquare)));
}

/** (DAYS) Persistent factors around 1 for a volatility: a log-normal AR(1), as in stochastic volatility models. */
function volatilityPath(normal: Normal): number[] {
  const persistence = 0.985;
  const path: number[] = [];
  let level = 0;
  for (let t = 0; t < DAYS; t++) {
    level = persistence * level + 0.08 * normal();
    path.push(Math.exp(level));
  }
  return path;
}

const regimeAt = (day: number): Regime => REGIMES.find(({ until }) => day < until)!;

/** (DAYS) The market's daily moves: regime × persistent volatility × t shocks. */
function marketMoves(normal: Normal): number[] {
  const level = volatilityPath(normal);
  const moves = level.map((v, t) => (v * regimeAt(t).volatility * studentT(normal)) / Math.sqrt(YEAR));
  let from = 0;
  for (const { until, total } of REGIMES) {
    const days = until - from;
    const shift = (total - sum(moves.slice(from, until))) / days;
    for (let t = from; t < until; t++) moves[t]! += shift;
    from = until;
  }
  return moves;
}

/** (DAYS) The moves of a sector or of an asset itself, of unit size, larger when the market is volatile. */
function ownMoves(normal: Normal): number[] {
  const level = volatilityPath(normal);
  return level.map((v, t) => v * (regimeAt(t).volatility / 0.13) ** SPILL * studentT(normal));
}

/** The same series with mean 0 and variance 1. */
function standardised(xs: readonly number[]): number[] {
  const mean = sum(xs) / xs.length;
  const deviation = Math.sqrt(sum(xs.map((x) => (x - mean) ** 2)) / xs.length);
  return xs.map((x) => (x - mean) / deviation);
}

function pricePath(
  asset: Asset,
  market: readonly number[],
  sector: readonly number[],
  own: readonly number[],
): number[] {
  const loadings = [
    (asset.sign ?? 1) * Math.sqrt(asset.market),
    Math.sqrt(asset.inSector),
    Math.sqrt(1 - asset.market - asset.inSector),
  ] as const;
  const mixed = standardised(market.map((m, t) => loadings[0] * m + loadings[1] * sector[t]! + loadings[2] * own[t]!));
  let price = asset.price;
  return mixed.map((x, t) => {
    const move = asset.mean / YEAR + (asset.volatility / Math.sqrt(YEAR)) * x;
    if (t > 0) price *= 1 + Math.min(LARGEST_MOVE, Math.max(-LARGEST_MOVE, move));
    return roundPrice(price);
  });
}

/**
 * Twelve fictional assets over 2,520 weekdays until 2025-12-31, in dollars. They have fat tails, clustered volatility,
 * a crash in which correlations rise, three defensive assets and a quiet last year. The same seed gives the same
 * prices.
 */
export function sampleMarket(seed = 1): Prices {
  const normal = normalFrom(seed);
  const market = standardised(marketMoves(normal));
  const sectors = new Map(
    [...new Set(ASSETS.map(({ sector }) => sector))].map((name) => [name, standardised(ownMoves(normal))]),
  );
  const paths = ASSETS.map((asset) =>
    pricePath(asset, market, sectors.get(asset.sector)!, standardised(ownMoves(normal))),
  );
  const raw = {
    dates: weekdays(DAYS),
    tickers: SAMPLE_TICKERS,
    closes: Array.from({ length: DAYS }, (_, t) => paths.map((path) => path[t]!)),
    currencies: ASSETS.map(() => 'USD'),
    sectors: SAMPLE_SECTORS,
  };
  return createPrices(raw, 'sample market').prices;
}

export const loadSample = (): LoadedPrices => loadSynthetic(SAMPLE, sampleMarket());

/** The sample market, created when it is first needed. */
export const createSample = (): PriceTable => syntheticTable(SAMPLE, sampleMarket);
