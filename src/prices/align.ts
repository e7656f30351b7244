import { UserError } from '../errors.ts';
import { listNames, plural } from '../format.ts';
import { filledHolidays } from './holidays.ts';
import { MAX_GAP, fewSentences, placeOf, type InputSource, type RawPrices } from './raw-prices.ts';

/** Rows [from, until) of the raw prices. */
interface RowSpan {
  readonly from: number;
  readonly until: number;
  /** (n) The row of the last price of an asset that is no longer traded, and is kept until then; otherwise undefined. */
  readonly ended: readonly (number | undefined)[];
  readonly notes: readonly string[];
}

/** What the prices are for. */
export interface AlignOptions {
  /** The smallest numbers of assets and days. */
  readonly least: { readonly assets: number; readonly days: number };
  /** Keeps an asset that is no longer traded: its last close stands for all later ones. Absent: it is refused. */
  readonly keepsEnded?: boolean | undefined;
  /**
   * Whether a row holds the day of several exchanges, as in a file, so that blanks may be holidays of one: up to
   * MAX_HOLIDAYS in a row are filled then. A vendor lists for a ticker only the days of its own exchange.
   */
  readonly hasHolidays?: boolean | undefined;
}

/** The rows of each ticker's first and last price; −1 where it has none. */
function quotedRows({ closes, tickers }: RawPrices): { first: number; last: number }[] {
  return tickers.map((_, j) => ({
    first: closes.findIndex((row) => row[j] !== undefined),
    last: closes.findLastIndex((row) => row[j] !== undefined),
  }));
}

/**
 * The rows from the latest listing to the last day on which every ticker that is still traded has a price.
 * @throws UserError when a ticker has no price, ended more than MAX_GAP days before the last, or too few days are left
 */
export function commonSpan(raw: RawPrices, { least, keepsEnded = false }: AlignOptions, source: InputSource): RowSpan {
  const { where, option } = source;
  const { dates, tickers } = raw;
  const quoted = quotedRows(raw);
  const empty = tickers.filter((_, j) => quoted[j]!.first < 0);
  if (empty.length > 0) {
    throw new UserError(`${where} has no price at all for ${listNames(empty)}.`, {
      option,
      code: 'prices.none-of-ticker',
      data: { where, tickers: empty },
    });
  }

  const from = Math.max(0, ...quoted.map(({ first }) => first));
  const gone = quoted.map((q) => (keepsEnded && q.last + MAX_GAP < dates.length - 1 ? q.last : undefined));
  const last = Math.min(dates.length - 1, ...quoted.filter((_, j) => gone[j] === undefined).map((q) => q.last));
  const late = tickers.filter((_, j) => quoted[j]!.first === from);
  checkOverlap(raw, gone, { from, late }, source);
  const ended = tickers.filter((_, j) => quoted[j]!.last === last);
  const endNote = `${listNames(ended)} ${ended.length > 1 ? 'have' : 'has'} no price after ${dates[last]}`;
  const dropped = dates.length - 1 - last;
  if (dropped > MAX_GAP) {
    throw new UserError(
      `${where}: ${endNote}, ${dropped} days before the last (${dates.at(-1)}); leave out what is no longer traded.`,
      { option, code: 'prices.ended', data: { where, tickers: ended, last: dates[last], days: dropped } },
    );
  }
  const notes: string[] = [];
  if (from > 0) {
    const listingNote = `${listNames(late)} ${late.length > 1 ? 'are' : 'is'} listed from ${dates[from]}`;
    notes.push(`${listingNote}, so the history starts there.`);
  }
  if (dropped > 0) notes.push(`${endNote}, so the history ends there.`);
  const days = Math.max(0, last + 1 - from);
  if (days < least.days) {
    const why = from > 0 ? `; ${notes[0]}` : '.';
    throw new UserError(
      `${where}: expected at least ${least.days} days on which every ticker has a price, got ${days}${why}`,
      { option, code: 'prices.too-few-days', data: { where, needed: least.days, got: days } },
    );
  }
  return { from, until: last + 1, ended: gone, notes };
}

/** @throws UserError when an asset ends before another one is listed */
function checkOverlap(
  { tickers, dates }: RawPrices,
  ended: RowSpan['ended'],
  { from, late }: { readonly from: number; readonly late: readonly string[] },
  { where, option }: InputSource,
): void {
  const early = tickers.filter((_, j) => (ended[j] ?? from) < from);
  if (early.length === 0) return;
  throw new UserError(
    `${where}: ${listNames(early)} ended before ${listNames(late)} ${late.length > 1 ? 'were' : 'was'} listed on ${dates[from]}; leave out the one or the other.`,
    { option, code: 'prices.no-overlap', data: { where, tickers: early, late, listed: dates[from] } },
  );
}

/**
 * The span's closes (T, n), with each blank filled by the close before.
 * @param most how many blanks in a row are filled
 * @throws UserError at more of them
 */
export function fillGaps(
  raw: RawPrices,
  span: RowSpan,
  most: number,
  source: InputSource,
): { closes: number[][]; notes: string[] } {
  const closes = raw.closes.slice(span.from, span.until).map((): number[] => []);
  const notes: string[] = [];
  raw.tickers.forEach((ticker, j) => {
    let [filled, firstFilled, blanks, run, before] = [0, '', 0, 0, NaN];
    const end = Math.min(span.until, (span.ended[j] ?? span.until) + 1);
    for (let t = 0; t < span.until; t++) {
      const close = raw.closes[t]![j];
      blanks = close === undefined && t < end ? blanks + 1 : 0;
      before = close ?? before;
      if (t < span.from) continue;
      if (blanks > most) throw gapTooLong(raw, t, j, { blanks, most }, source);
      closes[t - span.from]!.push(before);
      run = blanks === 0 ? 0 : run + 1;
      // Longer runs are said to be holidays.
      const isLastOfRun = run > 0 && (t + 1 === end || raw.closes[t + 1]![j] !== undefined);
      if (!isLastOfRun || run > MAX_GAP) continue;
      filled += run;
      firstFilled ||= raw.dates[t + 1 - run]!;
    }
    if (filled > 0)
      notes.push(
        `${ticker}: ${plural(filled, 'missing close')} filled with the close before (first on ${firstFilled}).`,
      );
  });
  const filledNotes = fewSentences(
    notes,
    (count) => `${count} more tickers had missing closes, filled in the same way.`,
  );
  return { closes, notes: [...filledHolidays(raw, span), ...filledNotes] };
}

/** The error for a gap that includes row t. */
function gapTooLong(
  raw: RawPrices,
  t: number,
  j: number,
  { blanks, most }: { readonly blanks: number; readonly most: number },
  source: InputSource,
): UserError {
  const first = t - blanks + 1;
  const next = raw.closes.findIndex((row, s) => s > t && row[j] !== undefined);
  const last = next - 1;
  const [ticker, days, from, until] = [raw.tickers[j], last - first + 1, raw.dates[first], raw.dates[last]];
  return new UserError(
    `${placeOf(raw, first, source)}, ${ticker}: no price on ${days} days in a row, ${from} to ${until}; at most ${most} are filled.`,
    { option: source.option, code: 'prices.gap', data: { ticker, days, from, until, most } },
  );
}
