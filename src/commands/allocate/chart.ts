import { plural, shortPercent, shorten } from '../../format.ts';
import { gainOrLoss } from '../limits.ts';
import { type Restated, subtitleOf, withinBounds } from '../question.ts';
import { type Histogram, histogram, resultBars, resultScales } from './result-panel.ts';
import { type Mark, labelUntil, markLines, markScale, riskMarks } from './risk-lines.ts';
import { type ChartSpec, picture } from '../../charts/spec.ts';
import { weightRows, weightBars, weightScales } from './weights-panel.ts';

/** All figures are fractions over the horizon; VaR, CVaR and the limit are positive when money is lost. */
export interface AllocationChartInput {
  readonly status: 'optimal' | 'infeasible';
  /** Whether the weights are those with the lowest CVaR, so that no split keeps a limit that they do not keep. */
  readonly isLeastRisky: boolean;
  /** Whether the search for the least risky split has ended early. */
  readonly mayLoseLess?: boolean;
  readonly asked: Restated;
  /** The universe's name. */
  readonly label: string;
  /** Trading days. */
  readonly horizonDays: number;
  readonly alpha: number;
  /** (n) */
  readonly tickers: readonly string[];
  /** (n) */
  readonly weights: readonly number[];
  /** (M) returns of these weights in each scenario. */
  readonly outcomes: readonly number[] | Float64Array;
  readonly valueAtRisk: number;
  readonly cvar: number;
  readonly lossLimit?: number;
}

/** The weights as bars, next to the histogram of the result with lines at VaR, CVaR and the limit. */
export function allocationChart(input: AllocationChartInput): ChartSpec {
  const rows = weightRows(input.tickers, input.weights);
  const marks = riskMarks(input);
  const bins = binsWithLabels(input, marks);
  return picture({
    type: 'bar',
    datasets: [weightBars(rows), resultBars(bins, input.valueAtRisk), ...markLines(marks, bins)],
    scales: {
      ...weightScales(rows, marks.length),
      ...resultScales(bins, input.outcomes.length),
      xMarks: markScale(marks, bins),
    },
    title: titleOf(input),
    subtitle: subtitleOf(input.asked, explanationOf(input), input.status === 'infeasible'),
    paddingLeft: 20,
  });
}

/** Wide enough for every line and its label. */
function binsWithLabels({ outcomes, valueAtRisk }: AllocationChartInput, marks: readonly Mark[]): Histogram {
  const lines = marks.filter((mark) => mark.onScale);
  const low = Math.min(...lines.map(({ at }) => at));
  const { from } = histogram(outcomes, -valueAtRisk, { low, high: 0 });
  return histogram(outcomes, -valueAtRisk, { low, high: Math.max(0, ...lines.map((mark) => labelUntil(mark, from))) });
}

const titleOf = ({ label, horizonDays }: AllocationChartInput): string =>
  `${shorten(label, 34)} · ${plural(horizonDays, 'trading day')}`;

function explanationOf({
  status,
  isLeastRisky,
  mayLoseLess,
  alpha,
  cvar,
  lossLimit = 0,
  asked,
}: AllocationChartInput): string {
  const [tail, limit] = [`the worst ${shortPercent(1 - alpha)}`, shortPercent(lossLimit)];
  if (status === 'optimal') {
    return `Orange: ${tail} of scenarios, beyond VaR. CVaR is their mean ${gainOrLoss(cvar)}.`;
  }
  return isLeastRisky
    ? `No split${withinBounds(asked)} ${mayLoseLess ? 'was found that keeps' : 'keeps'} the mean loss of ${tail} under ${limit}. This one comes closest.`
    : `With a margin for errors the mean loss of ${tail} is above the limit of ${limit}.`;
}
