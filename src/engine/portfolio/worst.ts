import { portfolioLosses } from '../risk.ts';
import type { Matrix } from '../types.ts';

/** A scenario that loses much. */
export interface WorstScenario {
  /** Of the portfolio; positive when money is lost. */
  readonly loss: number;
  /** (n) */
  readonly returns: readonly number[];
}

/**
 * The scenarios in which a portfolio loses most, the worst first.
 * @param scenarios C (M, n)
 * @param weights (n)
 */
export function worstScenarios(scenarios: Matrix, weights: readonly number[], count: number): WorstScenario[] {
  const { cols, data } = scenarios;
  const losses = portfolioLosses(scenarios, weights);
  return Array.from(losses.keys())
    .sort((a, b) => losses[b]! - losses[a]! || a - b)
    .slice(0, count)
    .map((row) => ({ loss: losses[row]!, returns: Array.from(data.subarray(row * cols, (row + 1) * cols)) }));
}
