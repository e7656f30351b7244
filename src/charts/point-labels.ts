// Pure: words anywhere in a plot, in plain Chart.js, so that QuickChart draws them too.

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
