// Whether limits held, at a glance: what the worst decisions lost beside the limit, and how often losses went beyond
// the value-at-risk beside what was promised.
import { type ChartSpec, picture, type Scales } from '../../charts/spec.ts';
import { axisTitle, percentRange, type AxisRange } from '../../charts/axes.ts';
import { labelScale, type PointLabel } from '../../charts/point-labels.ts';
import { COLOURS, font, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from '../../charts/theme.ts';
import { ENOUGH_DECISIONS, type LimitRecord } from '../../engine/record/record.ts';
import { plural, ratio, shortPercent, shorten } from '../../format.ts';
import { limitScale } from '../../charts/limit-scale.ts';
import { subtitleOf, withinBounds } from '../question.ts';
import type { RecordChartInput } from './chart-input.ts';
import { brokenBars, depthLine, isFew, level, MOST_DEPTH, shareOf } from './chart-series.ts';
import { depthWords, wholePercent } from '../record-words.ts';

/** Shares of the height. */
const PANELS = { broken: 3, depth: 4 } as const;
/** Share of the width, for the names of the dashed lines. */
const ROOM_FOR_NAMES = 0.13;

export function recordChart(input: RecordChartInput): ChartSpec {
  const { alpha, record } = input;
  const { byLimit, pooled } = record;
  const named = byLimit.map(({ limit, feasible }) => ({ name: shortPercent(limit), feasible }));
  const depth = depthRange(byLimit);
  const share = { from: 0, until: 1.5 * Math.max(2 * (1 - alpha), ...byLimit.map(shareOf)) };
  return picture({
    type: 'bar',
    datasets: [
      depthLine(byLimit, alpha),
      level('limit', byLimit, 1, 'yDepth'),
      level('promised', byLimit, 1 - alpha, 'yBroken'),
      brokenBars(byLimit, alpha),
    ],
    scales: {
      ...limitScale(named, {
        title: 'limit; under it, in how many past decisions it could be kept',
        // Below the names of the dashed lines.
        free: Math.max(1, Math.round((byLimit.length * ROOM_FOR_NAMES) / (1 - ROOM_FOR_NAMES))),
      }),
      ...panelScales(depth, share),
      xLimitName: labelScale('yDepth', nameOf('limit', 1, rowOf(depth, PANELS.depth))),
      xPromisedName: labelScale('yBroken', nameOf('promised', 1 - alpha, rowOf(share, PANELS.broken))),
      ...(pooled.feasible > 0 && {
        xDepthFinding: labelScale('yDepth', headOf(depthFinding(input), depth)),
        xBrokenFinding: labelScale('yBroken', headOf(brokenFinding(input), share)),
      }),
    },
    title: `Did limits hold? · ${shorten(input.label, 22)} · ${plural(input.horizonDays, 'trading day')}`,
    subtitle: subtitleOf(input.asked, explanation(input), pooled.feasible === 0),
    paddingLeft: 14,
  });
}

const depthFinding = ({ alpha, record: { pooled } }: RecordChartInput): string =>
  depthWords(pooled.realisedToLimit ?? Number.NaN, alpha);

const brokenFinding = ({ alpha, record: { pooled } }: RecordChartInput): string =>
  `broken in ${wholePercent(pooled.violations / pooled.feasible)} of decisions, ${shortPercent(1 - alpha)} promised`;

function explanation({ record: { byLimit, pooled }, asked }: RecordChartInput): string {
  if (pooled.feasible === 0) return `None of these limits could be kept${withinBounds(asked)} on any date.`;
  const few = byLimit.filter((one) => one.feasible > 0 && isFew(one));
  const counted = few.some(({ limit }) => pooled.limits.includes(limit)) ? '' : ', not counted';
  return (
    `Orange: worse than ${ratio(MOST_DEPTH, 2)} × the limit, or broken more often than chance explains.` +
    (few.length > 0 ? ` Grey: fewer than ${ENOUGH_DECISIONS} decisions${counted}.` : '')
  );
}

/** What is free in the panel of worst losses, as shares of its height: for a point, and for a line of text above it. */
const ROOM = { below: 0.06, above: 0.19, text: 0.12 } as const;
const STEPS = [0.5, 1, 2, 5, 10, 20, 50] as const;
const MOST_STEPS = 6;

interface DepthRange extends AxisRange {
  readonly step: number;
}

/** Includes 1. No point and no tick is in the line of text at the top. */
function depthRange(limits: readonly LimitRecord[]): DepthRange {
  const ratios = limits.flatMap(({ realisedToLimit }) => realisedToLimit ?? []);
  const [lowest, highest] = [Math.min(0.5, ...ratios), Math.max(1.2, ...ratios)];
  const span = (highest - lowest) / (1 - ROOM.below - ROOM.above);
  const step = STEPS.find((each) => span / each <= MOST_STEPS) ?? span / MOST_STEPS;
  const [from, until] = [lowest - ROOM.below * span, highest + ROOM.above * span];
  const tick = Math.floor(until / step) * step;
  return { from, until: Math.max(until, (tick - ROOM.text * from) / (1 - ROOM.text)), step };
}

/** The height of a line of text in a panel, as a value. */
const rowOf = ({ from, until }: AxisRange, share: number): number =>
  ((until - from) * SIZES.label * LINE_HEIGHT) / ((PLOT_HEIGHT * share) / (PANELS.broken + PANELS.depth));

/** Right of its dashed line. */
const nameOf = (text: string, at: number, row: number): PointLabel => ({
  text,
  across: 1 - ROOM_FOR_NAMES + 0.01,
  align: 'start',
  top: at + row / 2,
  colour: COLOURS.limit,
});

/** At the top of its panel. */
const headOf = (text: string, { until }: AxisRange): PointLabel => ({
  text,
  across: 0.01,
  align: 'start',
  top: until,
  colour: COLOURS.text,
});

function panelScales(depth: DepthRange, share: AxisRange): Scales {
  const panel = { axis: 'y', type: 'linear', position: 'left', stack: 'left', border: { display: false } } as const;
  const grid = { color: COLOURS.grid };
  // The first axis of a stack is the lowest.
  return {
    yBroken: {
      ...panel,
      grid,
      stackWeight: PANELS.broken,
      ...percentRange(share.from, share.until, 3),
      title: axisTitle('broken'),
    },
    yDepth: {
      ...panel,
      grid,
      stackWeight: PANELS.depth,
      min: depth.from,
      max: depth.until,
      ticks: {
        autoSkip: false,
        stepSize: depth.step,
        includeBounds: false,
        color: COLOURS.text,
        font: font(SIZES.label),
        format: { minimumFractionDigits: 1, maximumFractionDigits: 1 },
      },
      title: axisTitle('worst losses ÷ limit'),
    },
  };
}
