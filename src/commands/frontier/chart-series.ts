// The curve of a frontier and its marks.

import type { ChartDataset } from 'chart.js';
import { isKept } from '../../engine/optimize/problem.ts';
import type { Frame, FrontierChartInput, RiskAndReturn } from './chart-frame.ts';
import type { SeriesType } from '../../charts/spec.ts';
import { COLOURS } from '../../charts/theme.ts';

/** Radii of the points, in layout units. */
export const RADII = { split: 5, end: 9, equal: 11 } as const;

type FrontierSeries = ChartDataset<SeriesType>;

const AXES = { type: 'line', xAxisID: 'xRisk', yAxisID: 'yMean' } as const;
const place = ({ cvar, expectedReturn }: RiskAndReturn) => ({ x: cvar, y: expectedReturn });

/** Front to back: Chart.js draws the last series first. */
export function frontierSeries(input: FrontierChartInput, frame: Frame): FrontierSeries[] {
  const { points, equalWeight, lossLimit } = input;
  const limit = lossLimit ?? Infinity;
  return [
    ends(points, limit),
    equalWeights(equalWeight),
    ...(isMixable(input) ? curve(points, limit) : [dots(points, limit)]),
    ...(lossLimit !== undefined && frame.isLimitOnScale ? [limitLine(lossLimit, frame)] : []),
  ];
}

/** Whether mixtures of splits are allowed, as on the lines between them: of few assets they hold too many. */
const isMixable = ({ asked }: FrontierChartInput): boolean =>
  asked.constraints.every(({ kind }) => kind !== 'max-assets' && kind !== 'min-position');

const colourOf = ({ leastLimit }: RiskAndReturn, limit: number): string =>
  isKept(leastLimit, limit) ? COLOURS.profit : COLOURS.loss;

/** Every split, and the lines between those that keep the limit and those that do not. */
function curve(points: readonly RiskAndReturn[], limit: number): FrontierSeries[] {
  const within = points.filter(({ leastLimit }) => isKept(leastLimit, limit));
  const beyond = points.slice(within.length);
  const [last, first] = [within.at(-1), beyond[0]];
  const crossing = last && first ? [between(last, first, limit)] : [];
  return [
    dots(points, limit),
    line('within the limit', [...within, ...crossing], COLOURS.profit),
    line('beyond the limit', [...crossing, ...beyond], COLOURS.loss),
  ].filter(({ data }) => data.length > 0);
}

/** Where the curve ceases to be an answer to the limit. */
function between(a: RiskAndReturn, b: RiskAndReturn, limit: number): RiskAndReturn {
  const share = (limit - a.leastLimit) / (b.leastLimit - a.leastLimit);
  const at = (key: keyof RiskAndReturn): number => a[key] + share * (b[key] - a[key]);
  return { cvar: at('cvar'), leastLimit: limit, expectedReturn: at('expectedReturn') };
}

const line = (label: string, points: readonly RiskAndReturn[], colour: string): FrontierSeries => ({
  ...AXES,
  label,
  data: points.map(place),
  borderColor: colour,
  borderWidth: 4,
  pointRadius: 0,
});

const dots = (points: readonly RiskAndReturn[], limit: number): FrontierSeries => ({
  ...AXES,
  label: 'splits',
  data: points.map(place),
  showLine: false,
  pointRadius: RADII.split,
  pointBackgroundColor: points.map((point) => colourOf(point, limit)),
  pointBorderWidth: 0,
});

function ends(points: readonly RiskAndReturn[], limit: number): FrontierSeries {
  const both = [points[0], points.at(-1)].filter((point) => point !== undefined);
  return {
    ...AXES,
    label: 'ends',
    data: both.map(place),
    showLine: false,
    pointRadius: RADII.end,
    pointBackgroundColor: both.map((point) => colourOf(point, limit)),
    pointBorderColor: COLOURS.text,
    pointBorderWidth: 3,
  };
}

const equalWeights = (point: RiskAndReturn): FrontierSeries => ({
  ...AXES,
  label: 'equal weights',
  data: [place(point)],
  showLine: false,
  pointStyle: 'rectRot',
  pointRadius: RADII.equal,
  pointBackgroundColor: COLOURS.tail,
  pointBorderWidth: 0,
});

const limitLine = (lossLimit: number, { mean }: Frame): FrontierSeries => ({
  ...AXES,
  label: 'limit',
  data: [
    { x: lossLimit, y: mean.from },
    { x: lossLimit, y: mean.until },
  ],
  borderColor: COLOURS.limit,
  borderWidth: 3,
  borderDash: [8, 6],
  pointRadius: 0,
});
