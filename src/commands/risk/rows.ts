// What the table and the picture show of each asset.
import type { RiskAnswer } from '../../engine-service/risk.ts';

export interface RiskRow {
  readonly label: string;
  /** A fraction of the money. */
  readonly money: number;
  /** What it loses in the CVaR, a fraction of the money; negative for what gains there. */
  readonly loss: number;
  /** The same as a share of the CVaR; undefined where even the worst cases gain, so that there is nothing to share. */
  readonly tail: number | undefined;
}

/** Of what is held: the largest loss first, cash last. */
export function riskRows({ tickers, look }: Pick<RiskAnswer, 'tickers' | 'look'>): RiskRow[] {
  const { weights, shares, cvar } = look;
  const row = (label: string, money: number, loss: number): RiskRow => ({
    label,
    money,
    loss,
    tail: cvar > 0 ? loss / cvar : undefined,
  });
  const held = tickers
    .map((ticker, j) => row(ticker, weights[j]!, shares[j]!))
    .filter(({ money }) => money > 0)
    .toSorted((a, b) => b.loss - a.loss);
  const cash = cashOf(weights);
  return cash === 0 ? held : [...held, row('cash', cash, 0)];
}

/** Less is the rounding of what was typed. */
const LEAST_CASH = 1e-6;

export function cashOf(weights: readonly number[]): number {
  const cash = 1 - weights.reduce((sum, weight) => sum + weight, 0);
  return cash < LEAST_CASH ? 0 : cash;
}
