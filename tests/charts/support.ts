import type { AllocationChartInput } from '../../src/charts/allocation.ts';

/** (M) results of a skewed distribution, at its quantiles: no randomness is needed. */
export const outcomesAround = (mean: number, spread: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => {
    const u = (i + 0.5) / count;
    return mean + spread * (Math.log(u) - 0.6 * Math.log(1 - u));
  });

/** VaR and CVaR of `outcomes`, which ascend, where (1 - alpha) M is a whole number. */
const riskOf = (outcomes: Float64Array, alpha: number): { valueAtRisk: number; cvar: number } => {
  const tail = Math.round((1 - alpha) * outcomes.length);
  const worst = outcomes.subarray(0, tail);
  return { valueAtRisk: -outcomes[tail]!, cvar: -worst.reduce((sum, value) => sum + value, 0) / tail };
};

export const chartInput = (changes: Partial<AllocationChartInput> = {}): AllocationChartInput => {
  const outcomes = outcomesAround(0.03, 0.025, 2000);
  return {
    status: 'optimal',
    label: 'us12',
    horizonDays: 21,
    alpha: 0.95,
    tickers: ['TSLA', 'NVDA', 'AAPL', 'MSFT'],
    weights: [0.2, 0.5, 0, 0.3],
    outcomes,
    ...riskOf(outcomes, 0.95),
    lossLimit: 0.1,
    ...changes,
  };
};
