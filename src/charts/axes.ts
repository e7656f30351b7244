import type { Scales } from './spec.ts';
import { bare, colours, font, sizes } from './theme.ts';

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

/** Months since the year 0, with the day as a fraction: equal steps are equal numbers of months. */
export const monthsOf = (isoDay: string): number => {
  const [year = 0, month = 1, day = 1] = isoDay.split('-').map(Number);
  return year * 12 + (month - 1) + (day - 1) / 31;
};

/** The names of more would touch each other. */
const mostTicks = 8;
const steps = [1, 2, 3, 6, 12, 24, 60, 120] as const;
const slots = 400;
/** In months: a year whose first trading day is the axis's first has its name all the same. */
const slack = 0.2;
const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/**
 * `xTime` holds months (`monthsOf`) and draws the lines; `xNames` under it has the words, which a linear axis
 * cannot make of numbers.
 * @param room a share of the width, right of `until`, that stays free
 */
export const timeScales = (from: number, until: number, room = 0): Scales => {
  const end = until + ((until - from) * room) / (1 - room);
  const step = steps.find((each) => (until - from) / each <= mostTicks) ?? steps.at(-1)!;
  const first = Math.ceil((from - slack) / step) * step;
  const marks = Array.from(
    { length: Math.max(0, Math.floor((until - first) / step) + 1) },
    (_, at) => first + at * step,
  );
  const slotOf = (month: number): number => Math.max(0, Math.round(((month - from) / (end - from)) * slots));
  const labels = Array.from({ length: slots + 1 }, () => '');
  for (const month of marks) labels[slotOf(month)] = nameOf(month, step);
  return {
    xTime: {
      axis: 'x',
      type: 'linear',
      position: 'bottom',
      offset: false,
      min: from,
      max: end,
      grid: { color: colours.grid, offset: false, drawTicks: false },
      border: { color: colours.muted },
      ticks: { display: false, stepSize: step, includeBounds: false, autoSkip: false },
    },
    xNames: {
      ...bare,
      axis: 'x',
      type: 'category',
      position: 'bottom',
      offset: false,
      labels,
      min: 0,
      max: slots,
      ticks: { autoSkip: false, maxRotation: 0, color: colours.text, font: font(sizes.label) },
    },
  };
};

const nameOf = (month: number, step: number): string => {
  const year = String(Math.floor(month / 12));
  return step % 12 === 0 ? year : `${names[month % 12]} ${year.slice(2)}`;
};
