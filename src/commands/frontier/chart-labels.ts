// The labels in the picture of a frontier, placed where they cover neither the curve nor each other.

import { shortPercent, signedPercent } from '../../format.ts';
import { lossText } from '../limits.ts';
import { PLOT, type Frame, type FrontierChartInput, type RiskAndReturn } from './chart-frame.ts';
import { RADII } from './chart-series.ts';
import type { PointLabel } from '../../charts/point-labels.ts';
import { COLOURS, LINE_HEIGHT, SIZES } from '../../charts/theme.ts';

const ROW_HEIGHT = SIZES.label * LINE_HEIGHT;
/** Between a point and its label, in layout units. */
const GAP = 16;
/** Where the label of the limit begins. */
const LIMIT_TOP = 4;

/** In layout units: `x` is the start of the text or, with `align` end, its end; `y` is its top. */
interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly align: 'start' | 'end';
  readonly colour: string;
}

/** Accurate enough to place labels: bold Inter is about this wide. */
const widthOf = (text: string): number => text.length * SIZES.label * 0.58;

export function frontierLabels(input: FrontierChartInput, { risk, mean, isLimitOnScale }: Frame): PointLabel[] {
  const xOf = (cvar: number): number => ((cvar - risk.from) / (risk.until - risk.from)) * PLOT.width;
  const pixelsOf = ({ cvar, expectedReturn }: RiskAndReturn): Pixels => ({
    x: xOf(cvar),
    y: ((mean.until - expectedReturn) / (mean.until - mean.from)) * PLOT.height,
  });
  const { points, lossLimit } = input;
  const equal = pixelsOf(input.equalWeight);
  const lowest = lowestLabel(input, pixelsOf(points[0]!), equal);
  const highest = points.length > 1 ? highestLabel(points.at(-1)!, pixelsOf(points.at(-1)!)) : undefined;
  const labels = [
    lowest,
    ...(highest === undefined ? [] : [highest]),
    equalLabel(equal, lowest, highest),
    ...(lossLimit === undefined ? [] : [limitLabel(lossLimit, xOf(lossLimit), isLimitOnScale)]),
  ];
  return labels.map(({ text, x, y, align, colour }) => ({
    text,
    across: x / PLOT.width,
    align,
    top: mean.until - (y / PLOT.height) * (mean.until - mean.from),
    colour,
  }));
}

interface Pixels {
  readonly x: number;
  readonly y: number;
}

/** Right of its point and below it, because the curve rises from there; below equal weights if they overlap. */
function lowestLabel({ points, lossLimit }: FrontierChartInput, at: Pixels, equal: Pixels): Label {
  const text =
    points.length > 1 ? `lowest CVaR ${lossText(points[0]!.cvar, lossLimit)}` : 'lowest CVaR, highest expected profit';
  const [x, y] = [at.x + GAP, at.y + 4];
  const isInTheWay =
    equal.x + RADII.equal > x &&
    equal.x - RADII.equal < x + widthOf(text) &&
    equal.y + RADII.equal > y &&
    equal.y - RADII.equal < y + ROW_HEIGHT;
  return { text, x, y: isInTheWay ? equal.y + RADII.equal : y, align: 'start', colour: COLOURS.text };
}

/** Above its point, in the empty corner over the curve; from the left edge when it would not fit otherwise. */
function highestLabel({ expectedReturn }: RiskAndReturn, at: Pixels): Label {
  const text = `highest expected profit ${signedPercent(expectedReturn)}`;
  const end = at.x + GAP;
  const fits = end > widthOf(text);
  return {
    text,
    x: fits ? end : GAP / 2,
    y: at.y - ROW_HEIGHT - 12,
    align: fits ? 'end' : 'start',
    colour: COLOURS.text,
  };
}

/** Next to its point and below it; below the lowest CVaR's label, or above that of the other end, where it would cover one. */
function equalLabel(at: Pixels, lowest: Label, highest: Label | undefined): Label {
  const text = 'equal weights';
  const fits = at.x + GAP + widthOf(text) <= PLOT.width;
  const x = fits ? at.x + GAP : at.x - GAP;
  const beside: Label = { text, x, y: at.y + 2, align: fits ? 'start' : 'end', colour: COLOURS.tail };
  if (meets(beside, lowest)) return { ...beside, y: lowest.y + ROW_HEIGHT };
  if (highest === undefined || !meets(beside, highest)) return beside;
  const above = highest.y - ROW_HEIGHT;
  return { ...beside, y: above > LIMIT_TOP + ROW_HEIGHT ? above : highest.y + ROW_HEIGHT };
}

function meets(one: Label, other: Label): boolean {
  const [a, b] = [one, other].map(({ text, x, align }) => (align === 'start' ? x : x - widthOf(text)));
  return a! < b! + widthOf(other.text) && b! < a! + widthOf(one.text) && Math.abs(one.y - other.y) < ROW_HEIGHT;
}

/** Next to its line, in the row above everything else. */
function limitLabel(lossLimit: number, at: number, isOnScale: boolean): Label {
  const text = `limit ${shortPercent(lossLimit)}${isOnScale ? '' : ' (off the scale)'}`;
  const line = Math.min(Math.max(at, 0), PLOT.width);
  const fits = line + GAP + widthOf(text) <= PLOT.width;
  return {
    text,
    x: fits ? line + GAP / 2 : line - GAP / 2,
    y: LIMIT_TOP,
    align: fits ? 'start' : 'end',
    colour: COLOURS.limit,
  };
}
