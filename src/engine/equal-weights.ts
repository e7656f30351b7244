import { isIndex } from './market.ts';

/** 1/n in each of the n assets. An index weighs nothing. */
export const equalWeights = (tickers: readonly string[]): number[] =>
  evenWeights(tickers.map((ticker) => !isIndex(ticker)));

/** The same weight wherever something can be held. */
export function evenWeights(canHold: readonly boolean[]): number[] {
  const held = canHold.filter(Boolean).length;
  return canHold.map((can) => (can ? 1 / held : 0));
}
