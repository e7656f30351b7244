// Loss limits as people type them.
import { UserError } from './errors.ts';
import { RANGES } from './parse.ts';
import { hasUnit, parseRate, type Door } from './parse-rates.ts';
import { plainText } from './plain-text.ts';

/** A longer table would not fit into a reply. */
const MOST_LIMITS = 25;

const DEFAULT_STEP = 0.01;

/**
 * Loss limits, ascending. A range is `1%-12%` or `1%:12%`, in steps of 1% and with its end as the last limit, or has its
 * own step (`1%:12%:2%`), the last of which may fall short of the end. A list is `4%, 8%, 12%`, `4%; 8%` or `8%`. A comma
 * between two digits is a decimal comma (`4,5%`), unless a number around it has a point (`0.04,0.08`) or more than two
 * ascend (`4,8,12`). A bare `4,8` may be either, and is refused.
 */
export function parseLimits(text: string, option: string, door: Door): number[] {
  const written = plainText(text);
  const range = rangeParts(written);
  const parts = withOneUnit(range ?? listOf(written, option, text), option, text, door);
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

const refuse = (option: string, text: string): UserError =>
  new UserError(
    `${option} takes a range such as 1%:12%:1%, or rates with a comma and a space between, such as 4%, 8%; got "${text}".`,
    { option },
  );

/** @throws UserError where two numbers stand side by side and nothing says what lies between them */
function listOf(written: string, option: string, text: string): string[] {
  const [, whole, digits] = /^([1-9]\d?|100),([1-9]\d?|100)$/.exec(written) ?? [];
  if (whole !== undefined) {
    const ways = `write ${whole}%, ${digits}% for two limits or ${whole}.${digits}% for one`;
    throw new UserError(`${option} takes rates such as 4%, 8%; a bare ${written} is unclear: ${ways}.`, { option });
  }
  const parts = limitParts(written);
  if (parts.some((part) => /\d[^\d.,]+[\d.,]*\d|,\d+,/.test(part))) throw refuse(option, text);
  return parts;
}

function limitParts(text: string): string[] {
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

function steps([from = 0, to = 0, step, ...more]: readonly number[], text: string, option: string): number[] {
  if (more.length > 0) throw refuse(option, text);
  if (to < from) throw new UserError(`${option} must go from a lower rate to a higher one; got "${text}".`, { option });
  const size = step ?? DEFAULT_STEP;
  const count = Math.floor((to - from) / size + 1e-9) + 1;
  const inSteps = Array.from({ length: count }, (_, at) => from + at * size);
  // 0.01 + 5 × 0.01 is not exactly 0.06, so round.
  return [...new Set([...inSteps, ...(step === undefined ? [to] : [])].map((rate) => Number(rate.toFixed(9))))];
}
