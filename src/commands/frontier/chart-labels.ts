// Pure: the words in the picture of a frontier, where they cover neither the curve nor each other.

import { percent, shortPercent } from '../../format.ts';
import { plot, type Frame, type FrontierChartInput, type RiskAndReturn } from './chart-frame.ts';
import { radii } from './chart-series.ts';
import type { PointLabel } from '../../charts/point-labels.ts';
import { colours, lineHeight, sizes } from '../../charts/theme.ts';

const rowHeight = sizes.label * lineHeight;
/** Between a point and its words, in layout units. */
const gap = 16;

/** Words in layout units: `x` is where they begin or, with `align` end, where they end; `y` is their top. */
interface Words {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly align: 'start' | 'end';
  readonly colour: string;
}

/** Near enough to place words by: bold Inter is about this wide. */
const widthOf = (text: string): number => text.length * sizes.label * 0.58;

export const frontierLabels = (input: FrontierChartInput, { risk, mean, isLimitOnScale }: Frame): PointLabel[] => {
  const xOf = (cvar: number): number => ((cvar - risk.from) / (risk.until - risk.from)) * plot.width;
  const placeOf = ({ cvar, expectedReturn }: RiskAndReturn): Place => ({
    x: xOf(cvar),
    y: ((mean.until - expectedReturn) / (mean.until - mean.from)) * plot.height,
  });
  const { points, lossLimit } = input;
  const equal = placeOf(input.equalWeight);
  const lowest = lowestWords(points, placeOf(points[0]!), equal);
  const words = [
    lowest,
    ...(points.length > 1 ? [highestWords(points.at(-1)!, placeOf(points.at(-1)!))] : []),
    equalWords(equal, lowest),
    ...(lossLimit === undefined ? [] : [limitWords(lossLimit, xOf(lossLimit), isLimitOnScale)]),
  ];
  return words.map(({ text, x, y, align, colour }) => ({
    text,
    across: x / plot.width,
    align,
    top: mean.until - (y / plot.height) * (mean.until - mean.from),
    colour,
  }));
};

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Right of its point and below it, for the curve rises from there; below equal weights that are in the way. */
const lowestWords = (points: readonly RiskAndReturn[], at: Place, equal: Place): Words => {
  const text = points.length > 1 ? `lowest CVaR ${percent(points[0]!.cvar, 2)}` : 'lowest CVaR, highest mean';
  const [x, y] = [at.x + gap, at.y + 4];
  const isInTheWay =
    equal.x + radii.equal > x &&
    equal.x - radii.equal < x + widthOf(text) &&
    equal.y + radii.equal > y &&
    equal.y - radii.equal < y + rowHeight;
  return { text, x, y: isInTheWay ? equal.y + radii.equal : y, align: 'start', colour: colours.text };
};

/** Above its point, in the empty corner over the curve. */
const highestWords = ({ expectedReturn }: RiskAndReturn, at: Place): Words => ({
  text: `highest mean ${percent(expectedReturn, 2)}`,
  x: at.x + gap,
  y: at.y - rowHeight - 12,
  align: 'end',
  colour: colours.text,
});

/** Beside its point and below it, and below the lowest CVaR's words where they are in the way. */
const equalWords = (at: Place, lowest: Words): Words => {
  const text = 'equal weights';
  const fits = at.x + gap + widthOf(text) <= plot.width;
  const [x, y] = [fits ? at.x + gap : at.x - gap, at.y + 2];
  const meets = x < lowest.x + widthOf(lowest.text) && Math.abs(y - lowest.y) < rowHeight;
  return { text, x, y: meets ? lowest.y + rowHeight : y, align: fits ? 'start' : 'end', colour: colours.tail };
};

/** Beside its line, in the row above everything else. */
const limitWords = (lossLimit: number, at: number, isOnScale: boolean): Words => {
  const text = `limit ${shortPercent(lossLimit)}${isOnScale ? '' : ' (off the scale)'}`;
  const line = Math.min(Math.max(at, 0), plot.width);
  const fits = line + gap + widthOf(text) <= plot.width;
  return {
    text,
    x: fits ? line + gap / 2 : line - gap / 2,
    y: 4,
    align: fits ? 'start' : 'end',
    colour: colours.limit,
  };
};
