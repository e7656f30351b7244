import { axisTitle } from './axes.ts';
import type { Scales } from './spec.ts';
import { BARE, COLOURS, font, SIZES } from './theme.ts';

/** With more letters, the labels would touch each other. */
const MOST_LETTERS = 40;

interface LimitScale {
  readonly title: string;
  /** Empty places after the last limit; absent: none. */
  readonly free?: number;
}

/** `xLimit`: a place for each limit, with its name and the number of decisions that could keep it. */
export function limitScale(
  limits: readonly { readonly name: string; readonly feasible: number }[],
  { title, free = 0 }: LimitScale,
): Scales {
  const labels = limits.map(({ name, feasible }) => [name, String(feasible)]);
  const longest = Math.max(1, ...labels.flat().map(({ length }) => length));
  const every = Math.ceil((limits.length * longest) / MOST_LETTERS);
  return {
    xLimit: {
      ...BARE,
      axis: 'x',
      type: 'category',
      position: 'bottom',
      offset: true,
      labels: [
        ...labels.map((label, at) => (at % every === 0 ? label : ['', ''])),
        ...Array.from({ length: free }, () => ['', '']),
      ],
      ticks: { autoSkip: false, maxRotation: 0, color: COLOURS.text, font: font(SIZES.label) },
      title: axisTitle(title),
    },
  };
}
