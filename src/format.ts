// Numbers, dates and tables as text for people.
import { DAY_MS } from './durations.ts';

const MINUS = '\u2212';

/** Stands in for an undefined figure: there was no risk, or too little data. */
export const NO_NUMBER = '\u2013';

/**
 * Money won or lost, to the nearest hundredth: `0.0791` → `7.91%`; a real minus sign, so that columns line up;
 * `NO_NUMBER` when it is not finite. Losses by CVaR or value-at-risk are rounded up instead (commands/limits.ts).
 */
export function percent(fraction: number, decimals = 2): string {
  if (!Number.isFinite(fraction)) return NO_NUMBER;
  const text = Math.abs(fraction * 100).toFixed(decimals);
  const isNegative = fraction < 0 && Number(text) !== 0;
  return `${isNegative ? MINUS : ''}${text}%`;
}

/** The smallest weight that rounds to 0.1%. */
export const SMALLEST_ROUNDED_WEIGHT = 0.0005;

/** A share of the money: `0.3124` → `31.2%`; `<0.1%` where that would be 0. */
export const weightPercent = (weight: number): string =>
  weight > 0 && weight < SMALLEST_ROUNDED_WEIGHT ? '<0.1%' : percent(weight, 1);

/** `0.77990` → `0.780`; `NO_NUMBER` when it is not finite. */
export function ratio(value: number, decimals = 3): string {
  if (!Number.isFinite(value)) return NO_NUMBER;
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** As it was typed, without trailing zeros: `8%`, `7.125%`. Ten decimals hide the errors of binary fractions. */
export const shortPercent = (fraction: number): string => `${(fraction * 100).toFixed(10).replace(/\.?0+$/, '')}%`;

/** `0.0312` → `+3.12%`. */
export const signedPercent = (fraction: number, decimals = 2): string =>
  (fraction > 0 && Number.isFinite(fraction) ? '+' : '') + percent(fraction, decimals);

/** "AAPL, MSFT, NKE and 4 more". */
export function listNames(names: readonly string[], most = 3): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** `1234.5` → `1,234.50 USD`. */
export function money(amount: number, currency?: string, decimals = 2): string {
  const text = Math.abs(amount).toLocaleString('en-GB', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  const signed = amount < 0 && /[1-9]/.test(text) ? MINUS + text : text;
  return currency === undefined ? signed : `${signed} ${currency}`;
}

/** Money that is an estimate, so without cents from 100 on: `791 USD`, `12.34 USD`. */
export const roughMoney = (amount: number, currency?: string): string =>
  money(amount, currency, Math.abs(amount) < 100 ? 2 : 0);

/** Whole shares, or units of a coin to at most 8 decimals: `1,250`, `0.078125`. */
export const quantity = (units: number): string => units.toLocaleString('en-GB', { maximumFractionDigits: 8 });

/** `12345` → `12,345`. */
export const wholeNumber = (value: number): string => value.toLocaleString('en-GB');

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${wholeNumber(count)} ${count === 1 ? one : many}`;

/** `text`, cut to at most `length` characters. */
export function shorten(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** `95` seconds → `2 min`: an estimate, so without false precision. */
export function roughly(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** How long ago an ISO day was: `today`, `1 day old`, `412 days old`. */
export function age(isoDay: string, now: number): string {
  const days = Math.max(0, Math.floor((now - Date.parse(isoDay)) / DAY_MS));
  return days === 0 ? 'today' : `${plural(days, 'day')} old`;
}

/** Columns of equal width: the first is left-aligned, the others are right-aligned. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** At most `most` items (2 or more), evenly spread, including the first and the last. */
export function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  const last = items.length - 1;
  return Array.from({ length: most }, (_, at) => Math.round((at * last) / (most - 1))).flatMap((at) =>
    items.slice(at, at + 1),
  );
}

/** Names on the left, values aligned in one column: `Seed    1`. */
export function labelled(rows: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

/** A time that Discord shows in each reader's time zone: `R` in 3 hours, `f` 20 November 2026 18:30, `F` with its weekday. */
export const discordTime = (time: number, style: 'R' | 'f' | 'F'): string => `<t:${Math.floor(time / 1000)}:${style}>`;
