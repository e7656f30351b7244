import { createCanvas } from '@napi-rs/canvas';
import { Chart } from 'chart.js/auto';
import type { BacktestChartInput } from '../../src/commands/backtest/rules.ts';
import type { AllocationChartInput } from '../../src/commands/allocate/chart.ts';
import type { FrontierChartInput } from '../../src/commands/frontier/chart-frame.ts';
import type { BacktestAnswer } from '../../src/engine-service/answers.ts';
import { type Restated, restate } from '../../src/commands/question.ts';
import { mandateOver } from './mandate.ts';
import { renderPng } from '../../src/charts/render.ts';
import type { ChartSpec, SeriesData, SeriesType } from '../../src/charts/spec.ts';

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

/** The question that the figures of a picture answer, without bounds. */
const askedFor = (
  { horizonDays, alpha, lossLimit: limit }: Pick<AllocationChartInput, 'horizonDays' | 'alpha' | 'lossLimit'>,
  cvars: readonly number[],
): Restated => restate({ mandate: mandateOver(horizonDays, { alpha, ...(limit !== undefined && { limit }) }) }, cvars);

export const chartInput = (changes: Partial<AllocationChartInput> = {}): AllocationChartInput => {
  const outcomes = outcomesAround(0.03, 0.025, 2000);
  const input = {
    status: 'optimal',
    isLeastRisky: false,
    label: 'us12',
    horizonDays: 21,
    alpha: 0.95,
    tickers: ['TSLA', 'NVDA', 'AAPL', 'MSFT'],
    weights: [0.2, 0.5, 0, 0.3],
    outcomes,
    ...riskOf(outcomes, 0.95),
    lossLimit: 0.1,
    ...changes,
  } as const;
  return { asked: askedFor(input, [input.cvar]), ...input };
};

/** A curve from a CVaR of 4 % to one of 14 %, concave as frontiers are. */
export const frontierInput = (changes: Partial<FrontierChartInput> = {}): FrontierChartInput => {
  const input = {
    label: 'us12',
    horizonDays: 21,
    alpha: 0.95,
    points: Array.from({ length: 11 }, (_, i) => ({
      cvar: 0.04 + 0.01 * i,
      leastLimit: 0.04 + 0.01 * i,
      expectedReturn: 0.012 + 0.03 * Math.sqrt(i),
    })),
    equalWeight: { cvar: 0.075, leastLimit: 0.075, expectedReturn: 0.025 },
    smallestLimit: 0.04,
    ...changes,
  };
  const cvars = [...input.points, input.equalWeight].map(({ cvar }) => cvar);
  return { asked: askedFor(input, cvars), ...input };
};

/** What an answer gives the three pictures of a backtest. */
export const backtestInput = ({ universe: label, request, index, result }: BacktestAnswer): BacktestChartInput => ({
  asked: restate(request, []),
  label,
  horizonDays: request.mandate.horizonDays,
  alpha: request.mandate.risk.alpha,
  costBps: request.costBps,
  ...(index !== undefined && { index }),
  result,
});

/** The chart as Chart.js lays it out, with the bundled font. */
export const layOut = async (spec: ChartSpec): Promise<Chart<SeriesType, SeriesData>> => {
  await renderPng(spec);
  const { type, data, options } = structuredClone(spec.config);
  return new Chart<SeriesType, SeriesData>(createCanvas(spec.width, spec.height), {
    type,
    data,
    options: { ...options, animation: false, responsive: false },
  });
};

/** Without the last digits, which may differ between processors. */
const rounded = (_: string, item: unknown): unknown => (typeof item === 'number' ? Number(item.toFixed(5)) : item);

/** A configuration as golden files have it: a point, many numbers or many empty labels stand on one line. */
export const golden = (value: unknown): string => {
  const text = JSON.stringify(value, rounded, 2)
    .replaceAll(/\{\s+"x": (\S+),\s+"y": (\S+)\s+\}/g, '{ "x": $1, "y": $2 }')
    .replaceAll(/\[\s+""\s+\]/g, '[""]')
    .replaceAll(/(?:-?[\d.]+,\s+){4,}-?[\d.]+/g, (numbers) => numbers.replaceAll(/\s+/g, ' '))
    .replaceAll(/(?:"",\s+){4,}/g, (empty) => empty.replaceAll(/\s+/g, ' '));
  return `${text}\n`;
};
