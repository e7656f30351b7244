// Pure: axes that show percent.

import { colours, font, sizes } from './theme.ts';

export const axisTitle = (text: string) => ({ display: true, text, color: colours.muted, font: font(sizes.note) });

/** An axis that holds fractions and shows percent, in at most `mostSteps` round steps. */
export const percentRange = (min: number, max: number, mostSteps: number) => {
  const step = roundStep((max - min) / mostSteps);
  const steps = (max - min) / step;
  const maximumFractionDigits = Math.max(0, -Math.floor(Math.log10(step * 100)));
  return {
    min,
    // Where a whole number of steps fits, Chart.js would count them from `min` and not from zero.
    max: Math.abs(steps - Math.round(steps)) < 0.02 ? max + step / 20 : max,
    ticks: {
      // Chart.js misjudges the room of an axis in a stack, so it must not skip ticks.
      autoSkip: false,
      stepSize: step,
      includeBounds: false,
      maxRotation: 0,
      color: colours.text,
      font: font(sizes.label),
      format: { style: 'percent', minimumFractionDigits: 0, maximumFractionDigits },
    },
  } as const;
};

/** The smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, … that is not below `least`. */
const roundStep = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
};
