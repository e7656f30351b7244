// Pure: the names of curves at their right ends, in their colours, none upon another.
import type { PointLabel } from '../../charts/point-labels.ts';

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
