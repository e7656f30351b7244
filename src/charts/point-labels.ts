import type { Scales } from './spec.ts';
import { bare, colours, font, sizes } from './theme.ts';

export interface PointLabel {
  readonly text: string;
  /** In [0, 1] of the plot's width: where the text begins or, with `align` end, where it ends. */
  readonly across: number;
  readonly align: 'start' | 'end';
  /** Its top, as a value on the vertical axis. */
  readonly top: number;
  readonly colour: string;
}

const slots = 200;

/**
 * A category axis at the text's place, without lines, all of whose slots but one are empty: axes are the
 * only words that a configuration without functions can put anywhere. It takes no room of its own.
 */
export const labelScale = (yAxis: string, { text, across, align, top, colour }: PointLabel): Scales[string] => {
  const slot = Math.min(Math.max(Math.round(across * slots), 0), slots);
  return {
    axis: 'x',
    type: 'category',
    position: { [yAxis]: top },
    offset: false,
    labels: Array.from({ length: slots + 1 }, (_, each) => (each === slot ? text : '')),
    min: 0,
    max: slots,
    border: bare.border,
    grid: { ...bare.grid, drawTicks: false },
    ticks: {
      autoSkip: false,
      maxRotation: 0,
      align,
      padding: 0,
      color: colour,
      font: font(sizes.label, 'bold'),
      // In front of the lines, on a ground of its own; padding would give the empty slots one too.
      z: 1,
      showLabelBackdrop: true,
      backdropColor: colours.background,
      backdropPadding: 0,
    },
  };
};

interface End {
  readonly text: string;
  readonly colour: string;
  /** The curve's last value. */
  readonly value: number;
}

interface Room {
  /** In [0, 1] of the plot's width: where the names begin. */
  readonly across: number;
  /** The panel, in values. */
  readonly from: number;
  readonly until: number;
  /** Of a line of text, in values. */
  readonly rowHeight: number;
}

/** Each beside its end; where ends are near each other, their names make way down, and at the bottom up. */
export const endNames = (ends: readonly End[], { across, from, until, rowHeight }: Room): PointLabel[] => {
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
};
