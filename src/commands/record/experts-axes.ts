// The axes of a record's picture for experts, and the names beside its curves.
import { axisTitle, percentRange, type AxisRange } from '../../charts/axes.ts';
import { endNames, labelScale } from '../../charts/point-labels.ts';
import type { Scales } from '../../charts/spec.ts';
import { COLOURS, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from '../../charts/theme.ts';
import { shortPercent } from '../../format.ts';

/** Share of the width, for the names at the ends of the curves. */
export const ROOM_FOR_NAMES = 0.2;

/** With room below zero, or its label would touch the lower panel's. */
const shareRange = (highest: number): AxisRange => ({ from: -0.12 * highest, until: highest });

/** @param highest of the shares */
export function panelScales(highest: number, profits: AxisRange): Scales {
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
  };
}

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

/** @param axis of the panel, which is one of two of the same height */
function names(axis: string, range: AxisRange, ends: Parameters<typeof endNames>[0]): Scales {
  const rowHeight = ((range.until - range.from) * SIZES.label * LINE_HEIGHT) / (PLOT_HEIGHT / 2);
  const labels = endNames(ends, { ...range, across: 1 - ROOM_FOR_NAMES + 0.01, rowHeight });
  return Object.fromEntries(labels.map((label, at) => [`x${axis}${at}`, labelScale(axis, label)]));
}
