// What decisions of the past traded, in words and in JSON.
import type { DecisionOutcome } from '../engine/backtest/types.ts';
import { mostTurnoverOf } from '../engine/constraints/beyond-bounds.ts';
import type { Mandate } from '../engine/mandate.ts';
import { mean } from '../engine/statistics.ts';
import { percent, plural, shortPercent } from '../format.ts';
import type { ReplyField } from '../reply.ts';

interface WalkTrades {
  /** The mean of ½ Σ|Δw|, of rules that choose. */
  readonly turnover: number;
  /** On how many dates some rule had to trade more than the mandate allows. */
  readonly overTurnover: number;
}

/** @returns undefined where the mandate says nothing of trades, or nothing was traded from */
export function walkTrades(decisions: readonly DecisionOutcome[]): WalkTrades | undefined {
  const turnovers = decisions.flatMap(({ limit, turnover }) => (limit === 'equal' ? [] : (turnover ?? [])));
  if (turnovers.length === 0) return undefined;
  const over = decisions.filter(({ isOverTurnover }) => isOverTurnover);
  return { turnover: mean(turnovers), overTurnover: new Set(over.map(({ date }) => date)).size };
}

export function tradeField(decisions: readonly DecisionOutcome[], { constraints }: Mandate): ReplyField[] {
  const trades = walkTrades(decisions);
  if (trades === undefined) return [];
  const { turnover, overTurnover: over } = trades;
  const most = shortPercent(mostTurnoverOf(constraints));
  const more =
    over === 0 ? '' : `; on ${plural(over, 'date')} more than ${most}, the least that the other constraints took`;
  return [{ name: 'Traded', value: `${percent(turnover)} of the money at a decision on average${more}` }];
}

/** Whether the profits that decisions came to are before costs: after them where decisions weigh them. */
export const costsIn = (decisions: readonly DecisionOutcome[]): 'before costs' | 'after costs' =>
  decisions.some(({ tradingCost }) => tradingCost !== undefined) ? 'after costs' : 'before costs';
