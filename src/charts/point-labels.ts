import type { Scales } from './spec.ts';
import { BARE, COLOURS, font, SIZES } from './theme.ts';

export interface PointLabel {
  readonly text: string;
  /** Where the text begins or, with `align` end, where it ends; in [0, 1] of the plot's width. */
  readonly across: number;
  readonly align: 'start' | 'end';
  /** The top of the text, as a value on the vertical axis. */
  readonly top: number;
  readonly colour: string;
}

const SLOTS = 200;

/**
 * Puts a text anywhere in the plot, by a category axis without lines of which all slots but one are empty: in a
 * configuration without functions, only the labels of an axis can be placed freely. The axis takes no room of its own.
 */
export function labelScale(yAxis: string, { text, across, align, top, colour }: PointLabel): Scales[string] {
  const slot = Math.min(Math.max(Math.round(across * SLOTS), 0), SLOTS);
  return {
    axis: 'x',
    type: 'category',
    position: { [yAxis]: top },
    offset: false,
    labels: Array.from({ length: SLOTS + 1 }, (_, each) => (each === slot ? text : '')),
    min: 0,
    max: SLOTS,
    border: BARE.border,
    grid: { ...BARE.grid, drawTicks: false },
    ticks: {
      autoSkip: false,
      maxRotation: 0,
      align,
      padding: 0,
      color: colour,
      font: font(SIZES.label, 'bold'),
      // In front of the lines, with a background. Padding would give the empty slots a background too.
      z: 1,
      showLabelBackdrop: true,
      backdropColor: COLOURS.background,
      backdropPadding: 0,
    },
  };
}

interface CurveEnd {
  readonly text: string;
  readonly colour: string;
  /** The curve's last value. */
  readonly value: number;
}

interface Panel {
  /** Where the names begin, in [0, 1] of the plot's width. */
  readonly across: number;
  /** The panel's range of values. */
  readonly from: number;
  readonly until: number;
  /** The height of a line of text, in values. */
  readonly rowHeight: number;
}

/** Puts each name beside the end of its curve. Names that would overlap move down or, at the bottom, up. */
export function endNames(ends: readonly CurveEnd[], { across, from, until, rowHeight }: Panel): PointLabel[] {
  const sorted = ends.toSorted((a, b) => b.value - a.value);
  const tops: number[] = [];
  for (const { value } of sorted) {
    tops.push(Math.min(value + rowHeight / 2, (tops.at(-1) ?? until + rowHeight) - rowHeight));
  }
  let lowest = from;
  for (let at = tops.length - 1; at >= 0; at -= 1) {
    tops[at] = Math.max(tops[at]!, lowest + rowHeight);
    lowest = tops[at]!;
  }
  return sorted.map(({ text, colour }, at) => ({ text, colour, across, align: 'start', top: tops[at]! }));
}
