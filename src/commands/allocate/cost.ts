// What it costs to trade from what is held to the split.
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { costRateOf } from '../../engine/constraints/beyond-bounds.ts';
import { tradeCost } from '../../engine/optimize/trading.ts';
import { shortPercent } from '../../format.ts';

/** Of the split itself, before it is rounded to shares, as a fraction of all money; undefined where trades cost nothing. */
export function splitCost({ request, allocation, tickers, trades, holdings }: AllocateAnswer): number | undefined {
  const cost = costRateOf(request.mandate.constraints);
  if (cost === 0) return undefined;
  const held = Float64Array.from(tickers, (_, j) =>
    trades === undefined || holdings === undefined ? 0 : trades.before.values[j]! / holdings.amount,
  );
  return tradeCost(allocation.portfolio.weights, { held, mostTurnover: Infinity, cost });
}

/** `, after 0.12% for trades`; empty where they cost nothing */
export function costNote(answer: AllocateAnswer): string {
  const cost = splitCost(answer);
  return cost === undefined ? '' : `, after ${shortPercent(Math.round(cost * 1e5) / 1e5)} for trades`;
}
