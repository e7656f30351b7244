import { isKept } from '../../engine/optimize/problem.ts';
import { plural, shortPercent, shorten } from '../../format.ts';
import { gainOrLoss, smallestLimit } from '../limits.ts';
import { subtitleOf, withinBounds } from '../question.ts';
import { axisTitle, percentRange } from '../../charts/axes.ts';
import { labelScale } from '../../charts/point-labels.ts';
import { type ChartSpec, type Scales, picture } from '../../charts/spec.ts';
import { COLOURS } from '../../charts/theme.ts';
import { frontierLabels } from './chart-labels.ts';
import { frontierSeries } from './chart-series.ts';
import { frameOf, type Frame, type FrontierChartInput } from './chart-frame.ts';

/** Expected profit against CVaR: the curve, both its ends, equal weights, and the limit if there is one. */
export function frontierChart(input: FrontierChartInput): ChartSpec {
  const frame = frameOf(input);
  return picture({
    type: 'line',
    datasets: frontierSeries(input, frame),
    scales: { ...valueScales(input, frame), ...labelScales(input, frame) },
    title: titleOf(input),
    subtitle: underTitle(input),
    paddingLeft: 14,
  });
}

const titleOf = ({ label, horizonDays }: FrontierChartInput): string =>
  `Efficient frontier · ${shorten(label, 22)} · ${plural(horizonDays, 'trading day')}`;

function underTitle({ points, smallestLimit: least, mayKeepLess, alpha, lossLimit, asked }: FrontierChartInput) {
  const isBelow = lossLimit !== undefined && !isKept(least, lossLimit);
  const isDivided = lossLimit !== undefined && !isKept(points.at(-1)?.leastLimit ?? 0, lossLimit);
  const result = gainOrLoss(points.at(-1)?.cvar ?? 0);
  const curve = `The highest expected profit for each average ${result} in the worst ${shortPercent(1 - alpha)}.`;
  const explanation = isBelow
    ? mayKeepLess
      ? `No split${withinBounds(asked)} was found that keeps a limit of ${shortPercent(lossLimit)}.`
      : `No split${withinBounds(asked)} keeps a limit of ${shortPercent(lossLimit)}: the smallest that can be kept is ${smallestLimit(least, lossLimit)}.`
    : `${curve}${isDivided ? ' Blue keeps the limit.' : ''}`;
  return subtitleOf(asked, explanation, isBelow);
}

const valueScales = ({ alpha, horizonDays }: FrontierChartInput, { risk, mean }: Frame): Scales => ({
  xRisk: {
    axis: 'x',
    type: 'linear',
    position: 'bottom',
    offset: false,
    ...percentRange(risk.from, risk.until, 9),
    grid: { offset: false, color: COLOURS.grid },
    border: { color: COLOURS.muted },
    title: axisTitle(
      `CVaR ${shortPercent(alpha)} over ${plural(horizonDays, 'trading day')}${risk.from < 0 ? ' (below 0%: a gain)' : ''}`,
    ),
  },
  yMean: {
    axis: 'y',
    type: 'linear',
    position: 'left',
    offset: false,
    ...percentRange(mean.from, mean.until, 8),
    grid: { color: COLOURS.grid },
    border: { color: COLOURS.muted },
    title: axisTitle('expected profit'),
  },
});

const labelScales = (input: FrontierChartInput, frame: Frame): Scales =>
  Object.fromEntries(frontierLabels(input, frame).map((label, at) => [`xLabel${at}`, labelScale('yMean', label)]));
