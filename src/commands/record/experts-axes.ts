// The axes of a record's picture for experts, and the names beside its curves.
import { axisTitle, percentRange, type AxisRange } from '../../charts/axes.ts';
import { endNames, labelScale } from '../../charts/point-labels.ts';
import type { Scales } from '../../charts/spec.ts';
import { BARE, COLOURS, font, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from '../../charts/theme.ts';
import type { Reliability } from '../../engine/record/reliability.ts';
import { shortPercent } from '../../format.ts';

/** Share of the width, for the names at the ends of the curves. */
export const ROOM_FOR_NAMES = 0.2;

/** In layout units. Two panels are as high as in other pictures; a third stands above them. */
export const plotHeight = (panels: number): number => (PLOT_HEIGHT * panels) / 2;

/** With room below zero, as below. */
const ALL: AxisRange = { from: -0.12, until: 1.15 };

/** With room below zero, or its label would touch the lower panel's. */
const shareRange = (highest: number): AxisRange => ({ from: -0.12 * highest, until: highest });

/** @param highest of the shares */
export function panelScales(highest: number, profits: AxisRange, reliability: readonly Reliability[]): Scales {
  const shares = shareRange(highest);
  const panel = { axis: 'y', type: 'linear', position: 'left', stack: 'left', offset: false, stackWeight: 1 } as const;
  const lines = { grid: { color: COLOURS.grid }, border: { display: false } } as const;
  // The first axis of a stack is the lowest.
  return {
    yProfit: {
      ...panel,
      ...lines,
      ...percentRange(profits.from, profits.until, 4),
      title: axisTitle('profits added up'),
    },
    yShare: { ...panel, ...lines, ...percentRange(shares.from, shares.until, 5), title: axisTitle('broken') },
    ...(reliability.length > 0 && {
      yBelow: { ...panel, ...lines, ...percentRange(ALL.from, ALL.until, 3), title: axisTitle('came below') },
      xLevel: levelScale(reliability),
    }),
  };
}

/** Above its panel, as far as the curves below go. */
function levelScale(reliability: readonly Reliability[]): Scales[string] {
  const free = Math.round((reliability.length * ROOM_FOR_NAMES) / (1 - ROOM_FOR_NAMES));
  return {
    ...BARE,
    axis: 'x',
    type: 'category',
    position: 'top',
    offset: true,
    labels: [...reliability.map(({ level }) => shortPercent(level)), ...Array.from({ length: free }, () => '')],
    ticks: { autoSkip: false, maxRotation: 0, color: COLOURS.text, font: font(SIZES.label) },
    title: axisTitle('share of outcomes predicted to be below'),
  };
}

export const levelNames = (reliability: readonly Reliability[]): Scales =>
  names('yBelow', ALL, [
    { text: 'predicted', colour: COLOURS.limit, value: reliability.at(-1)?.level ?? 0 },
    { text: 'came', colour: COLOURS.profit, value: reliability.at(-1)?.below ?? 0 },
  ]);

export interface NamedCurve {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

export const curveNames = (curves: readonly NamedCurve[], range: AxisRange): Scales =>
  names(
    'yProfit',
    range,
    curves.map(({ name, colour, values }) => ({ text: name, colour, value: values.at(-1) ?? 0 })),
  );

interface Shares {
  /** At the end. */
  readonly broken: number;
  readonly promised: number;
  /** The most. */
  readonly byChance: number;
}

export const shareNames = (highest: number, { broken, promised, byChance }: Shares): Scales =>
  names('yShare', shareRange(highest), [
    { text: 'broken', colour: COLOURS.tail, value: broken },
    { text: `${shortPercent(promised)} promised`, colour: COLOURS.limit, value: promised },
    { text: 'by chance', colour: COLOURS.muted, value: byChance },
  ]);

/** @param axis of the panel, which is as high as the others */
function names(axis: string, range: AxisRange, ends: Parameters<typeof endNames>[0]): Scales {
  const rowHeight = ((range.until - range.from) * SIZES.label * LINE_HEIGHT) / (PLOT_HEIGHT / 2);
  const labels = endNames(ends, { ...range, across: 1 - ROOM_FOR_NAMES + 0.01, rowHeight });
  return Object.fromEntries(labels.map((label, at) => [`x${axis}${at}`, labelScale(axis, label)]));
}
