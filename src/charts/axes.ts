import type { Scales } from './spec.ts';
import { BARE, COLOURS, font, SIZES } from './theme.ts';

export function axisTitle(text: string) {
  return { display: true, text, color: COLOURS.muted, font: font(SIZES.note) };
}

/** The values from one end of an axis to the other. */
export interface AxisRange {
  readonly from: number;
  readonly until: number;
}

/** The least difference of profits that an axis shows. */
export const NARROWEST_PROFITS = 0.01;

/** Includes zero, with a little room at both ends, for names too. */
export function profitRange(profits: readonly number[]): AxisRange {
  const [low, high] = [Math.min(0, ...profits), Math.max(0, ...profits)];
  const room = 0.06 * Math.max(NARROWEST_PROFITS, high - low);
  return { from: low - room, until: high + room };
}

/** An axis of fractions that shows percent, in at most `mostSteps` round steps. */
export function percentRange(min: number, max: number, mostSteps: number) {
  const step = roundStep((max - min) / mostSteps);
  const steps = (max - min) / step;
  const maximumFractionDigits = Math.max(0, -Math.floor(Math.log10(step * 100)));
  return {
    min,
    // If a whole number of steps fits, Chart.js counts them from `min` instead of from zero.
    max: Math.abs(steps - Math.round(steps)) < 0.02 ? max + step / 20 : max,
    ticks: {
      // Chart.js misjudges the room of a stacked axis, so it must not skip ticks.
      autoSkip: false,
      stepSize: step,
      includeBounds: false,
      maxRotation: 0,
      color: COLOURS.text,
      font: font(SIZES.label),
      format: { style: 'percent', minimumFractionDigits: 0, maximumFractionDigits },
    },
  } as const;
}

/** The smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, … that is at least `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

/** Months since the year 0, with the day as a fraction, so that equal steps are equal numbers of months. */
export function monthsOf(isoDay: string): number {
  const [year = 0, month = 1, day = 1] = isoDay.split('-').map(Number);
  return year * 12 + (month - 1) + (day - 1) / 31;
}

/** The names of more ticks would touch each other. */
const MAX_TICKS = 8;
const STEPS = [1, 2, 3, 6, 12, 24, 60, 120] as const;
const SLOTS = 400;
/** In months. A year gets its tick even if the axis begins on its first trading day. */
const SLACK = 0.2;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/**
 * `xTime` holds months (`monthsOf`) and draws the lines. `xNames` below it has their names, which a linear axis cannot
 * show.
 * @param room the share of the width right of `until` that stays free
 */
export function timeScales(from: number, until: number, room = 0): Scales {
  const end = until + ((until - from) * room) / (1 - room);
  const step = STEPS.find((each) => (until - from) / each <= MAX_TICKS) ?? STEPS.at(-1)!;
  const first = Math.ceil((from - SLACK) / step) * step;
  const ticks = Array.from(
    { length: Math.max(0, Math.floor((until - first) / step) + 1) },
    (_, at) => first + at * step,
  );
  const slotOf = (month: number): number => Math.max(0, Math.round(((month - from) / (end - from)) * SLOTS));
  const labels = Array.from({ length: SLOTS + 1 }, () => '');
  for (const month of ticks) labels[slotOf(month)] = nameOf(month, step);
  return {
    xTime: {
      axis: 'x',
      type: 'linear',
      position: 'bottom',
      offset: false,
      min: from,
      max: end,
      grid: { color: COLOURS.grid, offset: false, drawTicks: false },
      border: { color: COLOURS.muted },
      ticks: { display: false, stepSize: step, includeBounds: false, autoSkip: false },
    },
    xNames: {
      ...BARE,
      axis: 'x',
      type: 'category',
      position: 'bottom',
      offset: false,
      labels,
      min: 0,
      max: SLOTS,
      ticks: { autoSkip: false, maxRotation: 0, color: COLOURS.text, font: font(SIZES.label) },
    },
  };
}

function nameOf(month: number, step: number): string {
  const year = String(Math.floor(month / 12));
  return step % 12 === 0 ? year : `${MONTHS[month % 12]} ${year.slice(2)}`;
}
