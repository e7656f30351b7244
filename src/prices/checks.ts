// Pure: what prices must be, each rule with the sentence for people who break it.
import { UserError } from '../errors.ts';
import type { Origin, RawPrices } from './prices.ts';

const MAX_ASSETS = 500;

/** "AAPL, MSFT, NKE and 4 more". */
export const few = (names: readonly string[], most = 3): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** Whether the text is a day that exists, as `YYYY-MM-DD`. */
const isIsoDay = (text: string): boolean => {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

/** "prices.csv, line 17 (2015-05-21)"; without the line where there is no file. */
export const place = (raw: RawPrices, t: number, { where }: Origin): string =>
  raw.rowOf ? `${where}, line ${raw.rowOf(t)} (${raw.dates[t]})` : `${where}, ${raw.dates[t]}`;

export function checkUnique(names: readonly string[], { where, option }: Origin): void {
  const twice = names.filter((name, j) => names.indexOf(name) < j);
  if (twice.length > 0)
    throw new UserError(
      `${where} has ${few([...new Set(twice)])} more than once; each name may come only once.`,
      option,
    );
}

export function checkTickers({ tickers }: RawPrices, minAssets: number, { where, option }: Origin): void {
  const nameless = tickers.findIndex((ticker) => ticker.trim() === '');
  if (nameless >= 0)
    throw new UserError(`${where}: price column ${nameless + 1} has no ticker; name every column.`, option);
  checkUnique(tickers, { where, option });
  if (tickers.length < minAssets || tickers.length > MAX_ASSETS) {
    throw new UserError(`${where}: expected ${minAssets} to ${MAX_ASSETS} assets, got ${tickers.length}.`, option);
  }
}

export function checkDates(raw: RawPrices, origin: Origin): void {
  const { dates } = raw;
  for (let t = 0; t < dates.length; t++) {
    const at = raw.rowOf ? `${origin.where}, line ${raw.rowOf(t)}` : origin.where;
    if (!isIsoDay(dates[t]!))
      throw new UserError(`${at}: expected a day as YYYY-MM-DD, got "${dates[t]}".`, origin.option);
    if (t === 0 || dates[t]! > dates[t - 1]!) continue;
    if (dates.indexOf(dates[t]!) < t)
      throw new UserError(`${at}: ${dates[t]} comes a second time; each day may come only once.`, origin.option);
    throw new UserError(
      `${at}: ${dates[t]} comes after ${dates[t - 1]}; sort the rows by date, oldest first.`,
      origin.option,
    );
  }
}

export function checkCloses(raw: RawPrices, origin: Origin): void {
  const n = raw.tickers.length;
  raw.closes.forEach((row, t) => {
    if (row.length !== n)
      throw new UserError(
        `${place(raw, t, origin)}: expected ${n} prices, one per ticker, got ${row.length}.`,
        origin.option,
      );
    for (let j = 0; j < n; j++) {
      const close = row[j];
      if (close === undefined || (Number.isFinite(close) && close > 0)) continue;
      throw new UserError(
        `${place(raw, t, origin)}, ${raw.tickers[j]}: expected a price above zero, got ${close}; leave the cell blank if there was none.`,
        origin.option,
      );
    }
  });
}

/** Money of two kinds cannot be summed: weights and risk would be wrong without a word. */
export function checkCurrencies({ tickers, currencies = [] }: RawPrices, { option }: Origin): void {
  const groups = new Map<string, string[]>();
  currencies.forEach((currency, j) => {
    if (currency !== undefined) groups.set(currency, [...(groups.get(currency) ?? []), tickers[j]!]);
  });
  const [usual, ...others] = [...groups].sort(([, a], [, b]) => b.length - a.length);
  if (usual === undefined || others.length === 0) return;
  const odd = others
    .slice(0, 3)
    .map(([currency, names]) => `${few(names)} in ${currency}`)
    .join(', ');
  throw new UserError(
    `${few(usual[1])} ${usual[1].length > 1 ? 'are' : 'is'} quoted in ${usual[0]}, ${odd}: choose tickers in one currency.`,
    option,
  );
}

/** A price that never moves has no risk to model. */
export function checkMoves(
  tickers: readonly string[],
  closes: readonly (readonly number[])[],
  { where, option }: Origin,
): void {
  const constant = tickers.filter((_, j) => closes.every((row) => row[j] === closes[0]![j]));
  if (constant.length === 0) return;
  throw new UserError(
    `${where}: the price of ${few(constant)} is the same on all ${closes.length} days; leave it out.`,
    option,
  );
}
