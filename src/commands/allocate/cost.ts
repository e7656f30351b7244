// What it costs to trade from what is held to the split.
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { costRateOf } from '../../engine/constraints/beyond-bounds.ts';
import { afterTrades, splitTrades } from '../split-trades.ts';

/** Of the split itself, before it is rounded to shares, as a fraction of all money; undefined where trades cost nothing. */
export function splitCost({ request, allocation, tickers, trades, holdings }: AllocateAnswer): number | undefined {
  const { constraints } = request.mandate;
  if (costRateOf(constraints) === 0) return undefined;
  const before = tickers.map((_, j) =>
    trades === undefined || holdings === undefined ? 0 : trades.before.values[j]! / holdings.amount,
  );
  return splitTrades(allocation.portfolio.weights, before, constraints).tradingCost;
}

/** `, after 0.12% for trades`; empty where they cost nothing */
export function costNote(answer: AllocateAnswer): string {
  const cost = splitCost(answer);
  return cost === undefined ? '' : afterTrades(cost);
}
