// Rates as people type them.
import { UserError } from './errors.ts';
import { shortPercent } from './format.ts';
import type { Range } from './parse.ts';
import { plainText } from './plain-text.ts';

/**
 * Where something is typed. Both read the same but for a bare number above 1: in Discord it is percent, because a loss
 * of 800% is impossible; the terminal, which scripts call, refuses it.
 */
export type Door = 'discord' | 'terminal';

const UNIT = '%|per ?cent|pct';
const RATE = new RegExp(String.raw`^([+-]?) ?(\d+(?:[.,]\d*)?|[.,]\d+) ?(${UNIT})?$`);

/** @param text plain, of one rate */
export const hasUnit = (text: string): boolean => new RegExp(`(${UNIT})$`).test(text.trim());

/**
 * `8%`, `8 %`, `8,5%`, `8 percent`, `0.08` or `.08` → a fraction. A comma is a decimal comma. A bare 1 may mean 1% or
 * 100% and is refused, and so is a fraction that is not `likely`: a risk-free rate of 0.5.
 * @param range of fractions
 */
export function parseRate(text: string, option: string, range: Range, door: Door): number {
  const [, sign, number = '', unit] = RATE.exec(plainText(text)) ?? [];
  const digits = number.replace(',', '.');
  const size = Number(digits);
  const signed = (rate: number): number => (sign === '-' ? 0 - rate : rate);
  const isAllowed = (rate: number): boolean => rate >= range.min && rate <= range.max;
  const refuse = (sentence: string): UserError => new UserError(`${option} ${sentence}`, { option });
  if (number === '') throw refuse(`takes a rate such as ${exampleIn(range)}; got "${text}".`);
  // 99.9 / 100 is 0.9990000000000001: the exponent rounds once.
  const rate = signed(Number(unit !== undefined || size > 1 ? `${digits}e-2` : digits));
  if (unit === undefined && (isUnclear(digits, door) || size > (range.likely ?? Infinity))) {
    const clear = clearWays(digits).filter(([, meant]) => isAllowed(signed(meant)));
    if (clear.length > 0) {
      const ways = clear.map(([way]) => (sign === '-' ? `-${way}` : way)).join(' or ');
      throw refuse(`takes a rate such as ${exampleIn(range)}; a bare ${text.trim()} is unclear: write ${ways}.`);
    }
  }
  if (isAllowed(rate)) return rate;
  if (rate < 0 && range.min >= 0 && isAllowed(-rate)) {
    throw refuse(`takes no minus sign: write ${shortPercent(-rate)}; got "${text}".`);
  }
  throw refuse(`must lie between ${shortPercent(range.min)} and ${shortPercent(range.max)}; got "${text}".`);
}

function isUnclear(digits: string, door: Door): boolean {
  if (door === 'discord') return Number(digits) === 1;
  return Number(digits) > 1 || (Number(digits) === 1 && !digits.includes('.'));
}

/** What an unclear number may mean, and how to write that. */
function clearWays(digits: string): readonly (readonly [text: string, rate: number])[] {
  const size = Number(digits);
  const rate = Number(`${digits}e-2`);
  const fraction = String(rate);
  if (size <= 1) {
    return [
      [`${size}%`, rate],
      [shortPercent(size), size],
    ];
  }
  return [
    [`${size}%`, rate],
    [fraction.includes('.') ? fraction : `${fraction}.0`, rate],
  ];
}

const exampleIn = ({ max, min }: Range): string => (min <= 0.08 && max >= 0.08 ? '8% or 0.08' : '95% or 0.95');
