import type { Split } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { listNames } from '../format.ts';

/** Closes before they are checked, on one calendar; `undefined` is a blank. */
export interface RawPrices {
  /** (T) ISO days. */
  readonly dates: readonly string[];
  /** (n) */
  readonly tickers: readonly string[];
  /** (T, n) */
  readonly closes: readonly (readonly (number | undefined)[])[];
  /** (T, n) */
  readonly volumes?: readonly (readonly number[])[];
  /** (n) `undefined` if the vendor names none. */
  readonly currencies?: readonly (string | undefined)[];
  /** (n) Empty where the vendor names none. */
  readonly sectors?: readonly string[];
  /** (n) Splits that the vendor reports; undefined where it reports none. */
  readonly splits?: readonly (readonly Split[] | undefined)[];
  /** The line of the file that holds row t. */
  readonly rowOf?: (t: number) => number;
}

/** The origin of an input, for errors: the source in words, and the option by which a person chose it. */
export interface InputSource {
  readonly where: string;
  readonly option: string;
}

/** How many blanks in a row are filled with the close before, and how many last rows are dropped, at most. */
export const MAX_GAP = 5;

/** How many days in a row a ticker may lack at most when they look like holidays. Tokyo had six weekdays in 2019. */
export const MAX_HOLIDAYS = 10;

const MAX_ASSETS = 500;

/** The sentences, or the first three and how many more there are. @param more a sentence on the rest */
export function fewSentences(sentences: readonly string[], more: (count: number) => string): string[] {
  return sentences.length <= 4 ? [...sentences] : [...sentences.slice(0, 3), more(sentences.length - 3)];
}

/** "prices.csv, line 17 (2015-05-21)"; without the line where there is no file. */
export function placeOf(raw: RawPrices, t: number, { where }: InputSource): string {
  return raw.rowOf ? `${where}, line ${raw.rowOf(t)} (${raw.dates[t]})` : `${where}, ${raw.dates[t]}`;
}

/** The rows on which any ticker has a price. On the others nothing was traded. */
export function tradingRows(raw: RawPrices): RawPrices {
  return rowsWhere(raw, (t) => raw.closes[t]!.some((close) => close !== undefined));
}

export function rowsWhere(raw: RawPrices, isKept: (t: number) => boolean): RawPrices {
  const { rowOf } = raw;
  const kept = raw.dates.flatMap((_, t) => (isKept(t) ? [t] : []));
  const pick = <T>(rows: readonly T[]): T[] => kept.map((t) => rows[t]!);
  return {
    ...raw,
    dates: pick(raw.dates),
    closes: pick(raw.closes),
    ...(raw.volumes && { volumes: pick(raw.volumes) }),
    ...(rowOf && { rowOf: (t: number) => rowOf(kept[t]!) }),
  };
}

/** The columns of these tickers alone, in the order that they have. */
export function withTickers(raw: RawPrices, tickers: readonly string[]): RawPrices {
  const kept = raw.tickers.flatMap((ticker, j) => (tickers.includes(ticker) ? [j] : []));
  const pick = <T>(row: readonly T[]): T[] => kept.map((j) => row[j]!);
  return {
    ...raw,
    tickers: pick(raw.tickers),
    closes: raw.closes.map(pick),
    ...(raw.volumes && { volumes: raw.volumes.map(pick) }),
    ...(raw.currencies && { currencies: pick(raw.currencies) }),
    ...(raw.sectors && { sectors: pick(raw.sectors) }),
    ...(raw.splits && { splits: pick(raw.splits) }),
  };
}

/** @throws UserError listing the names that occur more than once */
export function checkUnique(names: readonly string[], { where, option }: InputSource): void {
  const repeated = [...new Set(names.filter((name, j) => names.indexOf(name) < j))];
  if (repeated.length === 0) return;
  throw new UserError(`${where} has ${listNames(repeated)} more than once; each name may come only once.`, {
    option,
    code: 'prices.duplicate-ticker',
    data: { where, tickers: repeated },
  });
}

/**
 * Checks a table of prices before its blanks are filled.
 * @throws UserError naming line and ticker
 */
export function checkRawPrices(raw: RawPrices, minAssets: number, source: InputSource): void {
  checkTickerNames(raw, minAssets, source);
  checkDates(raw, source);
  checkCloses(raw, source);
  checkCurrencies(raw, source);
}

/** @throws UserError when there are too few or too many tickers, or one is blank or repeated */
export function checkTickerNames({ tickers }: RawPrices, minAssets: number, { where, option }: InputSource): void {
  const nameless = tickers.findIndex((ticker) => ticker.trim() === '');
  if (nameless >= 0)
    throw new UserError(`${where}: price column ${nameless + 1} has no ticker; name every column.`, {
      option,
      code: 'prices.nameless-ticker',
      data: { where, column: nameless + 1 },
    });
  checkUnique(tickers, { where, option });
  if (tickers.length < minAssets || tickers.length > MAX_ASSETS) {
    throw new UserError(`${where}: expected ${minAssets} to ${MAX_ASSETS} assets, got ${tickers.length}.`, {
      option,
      code: 'prices.number-of-assets',
      data: { where, least: minAssets, most: MAX_ASSETS, got: tickers.length },
    });
  }
}

/** Whether the text is an existing day as `YYYY-MM-DD`. */
function isIsoDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function checkDates({ dates, rowOf }: RawPrices, { where, option }: InputSource): void {
  for (let t = 0; t < dates.length; t++) {
    const at = rowOf ? `${where}, line ${rowOf(t)}` : where;
    if (!isIsoDay(dates[t]!))
      throw new UserError(`${at}: expected a day as YYYY-MM-DD, got "${dates[t]}".`, {
        option,
        code: 'prices.not-a-day',
        data: { at, got: dates[t] },
      });
    if (t === 0 || dates[t]! > dates[t - 1]!) continue;
    if (dates.indexOf(dates[t]!) < t)
      throw new UserError(`${at}: ${dates[t]} comes a second time; each day may come only once.`, {
        option,
        code: 'prices.duplicate-day',
        data: { at, day: dates[t] },
      });
    throw new UserError(`${at}: ${dates[t]} comes after ${dates[t - 1]}; sort the rows by date, oldest first.`, {
      option,
      code: 'prices.unsorted-days',
      data: { at, day: dates[t], before: dates[t - 1] },
    });
  }
}

function checkCloses(raw: RawPrices, source: InputSource): void {
  const n = raw.tickers.length;
  raw.closes.forEach((row, t) => {
    const at = (): string => placeOf(raw, t, source);
    if (row.length !== n)
      throw new UserError(`${at()}: expected ${n} prices, one per ticker, got ${row.length}.`, {
        option: source.option,
        code: 'prices.row-length',
        data: { at: at(), expected: n, got: row.length },
      });
    for (let j = 0; j < n; j++) {
      const close = row[j];
      if (close === undefined || (Number.isFinite(close) && close > 0)) continue;
      throw new UserError(
        `${at()}, ${raw.tickers[j]}: expected a price above zero, got ${close}; leave the cell blank if there was none.`,
        {
          option: source.option,
          code: 'prices.not-positive',
          data: { at: at(), ticker: raw.tickers[j], got: String(close) },
        },
      );
    }
  });
}

/** Prices in two currencies cannot be added. Without this check, weights and risk would silently be wrong. */
function checkCurrencies({ tickers, currencies = [] }: RawPrices, { option }: InputSource): void {
  const groups = new Map<string, string[]>();
  currencies.forEach((currency, j) => {
    if (currency !== undefined) groups.set(currency, [...(groups.get(currency) ?? []), tickers[j]!]);
  });
  const [usual, ...others] = [...groups].sort(([, a], [, b]) => b.length - a.length);
  if (usual === undefined || others.length === 0) return;
  const odd = others
    .slice(0, 3)
    .map(([currency, names]) => `${listNames(names)} in ${currency}`)
    .join(', ');
  throw new UserError(
    `${listNames(usual[1])} ${usual[1].length > 1 ? 'are' : 'is'} quoted in ${usual[0]}, ${odd}: choose tickers in one currency.`,
    { option, code: 'prices.currencies-differ', data: { currencies: [...groups.keys()] } },
  );
}
