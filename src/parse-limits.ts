// Loss limits as people type them.
import { UserError } from './errors.ts';
import { RANGES } from './parse.ts';
import { hasUnit, parseRate, type Door } from './parse-rates.ts';
import { plainText } from './plain-text.ts';

/** A longer table would not fit into a reply. */
const MOST_LIMITS = 25;

const DEFAULT_STEP = 0.01;

/**
 * Loss limits, ascending. A range ends at the last step that does not exceed its end: `1%:12%:1%` (from, to, step),
 * `1%:12%` or `1%-12%`, whose step is 1%. Or a list: `4%, 8%, 12%`, `4%; 8%` or `8%`. A comma between two digits is a
 * decimal comma (`4,5%`), unless a number around it has a point (`0.04,0.08`) or more than two ascend (`4,8,12`).
 */
export function parseLimits(text: string, option: string, door: Door): number[] {
  const written = plainText(text);
  const range = rangeParts(written);
  const parts = withOneUnit(range ?? listParts(written), option, text, door);
  const rates = parts.map((part) => parseRate(part, option, RANGES.loss, door));
  const limits = range === undefined ? [...new Set(rates)].toSorted((a, b) => a - b) : steps(rates, text, option);
  if (limits.length > MOST_LIMITS) {
    throw new UserError(`${option} takes at most ${MOST_LIMITS} limits; "${text}" makes ${limits.length}.`, { option });
  }
  return limits;
}

/** From, to and perhaps a step; undefined for a list. */
function rangeParts(text: string): string[] | undefined {
  const byColon = text.split(':');
  if (byColon.length > 1) return byColon;
  const byDash = text.split(/(?<=[\d%]|cent|pct) ?(?:-|to ) ?(?=[\d.,])/);
  return byDash.length === 2 ? byDash : undefined;
}

function listParts(text: string): string[] {
  const separated = text
    .replaceAll(/[\d.,]+/g, (run) => (run.includes('.') || isAscending(run) ? run.replaceAll(',', ';') : run))
    .replaceAll(/,(?!\d)|(?<!\d),|(?<=%) (?=[\d.])/g, ';');
  const parts = separated.split(';').filter((part) => part.trim() !== '');
  return parts.length === 0 ? [text] : parts;
}

/** Whether it is a list such as `4,8,12`, and no decimal numbers. */
function isAscending(run: string): boolean {
  const sizes = run.replace(/,$/, '').split(',').map(Number);
  return sizes.length > 2 && sizes.every((size, at) => at === 0 || size > sizes[at - 1]!);
}

/**
 * In Discord, a bare 1 beside percentages is 1%: `1, 4, 8` or `1-12`.
 * @throws UserError when a bare fraction stands beside bare percentages, as in `0.5, 8`
 */
function withOneUnit(parts: readonly string[], option: string, text: string, door: Door): readonly string[] {
  if (door === 'terminal') return parts;
  const sizes = parts.map((part) => (hasUnit(part) ? undefined : Number(part.replace(',', '.'))));
  const hasPercent = sizes.some((size) => size === undefined || size > 1);
  if (sizes.some((size) => size !== undefined && size > 1) && sizes.some((size = 0) => size > 0 && size < 1)) {
    throw new UserError(`${option} takes rates in one unit: write % after each, such as 4%, 8%; got "${text}".`, {
      option,
    });
  }
  return parts.map((part, at) => (hasPercent && sizes[at] === 1 ? `${part}%` : part));
}

function steps(
  [from = 0, to = 0, step = DEFAULT_STEP, ...more]: readonly number[],
  text: string,
  option: string,
): number[] {
  if (more.length > 0) {
    throw new UserError(`${option} takes a range such as 1%:12%:1% or rates such as 4%, 8%; got "${text}".`, {
      option,
    });
  }
  if (to < from) throw new UserError(`${option} must go from a lower rate to a higher one; got "${text}".`, { option });
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  // 0.01 + 5 × 0.01 is not exactly 0.06, so round.
  return Array.from({ length: count }, (_, at) => Number((from + at * step).toFixed(9)));
}
