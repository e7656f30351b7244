import { isIndex } from './market.ts';

/** 1/n in each of the n assets. An index weighs nothing. */
export function equalWeights(tickers: readonly string[]): number[] {
  const assets = tickers.filter((ticker) => !isIndex(ticker)).length;
  return tickers.map((ticker) => (isIndex(ticker) ? 0 : 1 / assets));
}
