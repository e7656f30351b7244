import type { Allowance } from '../engine/quality/quality.ts';
import type { LoadedPrices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { abortable } from '../async.ts';
import type { Table } from '../store/table.ts';
import { describePrices, type PricesDescription } from './describe.ts';
import { laggards } from './companions.ts';
import { checkWithVendor, eachTicker, type TickerCheck, type WaitingOptions } from './each-ticker.ts';
import { exchangeRate, type ExchangeRate } from './exchange-rates.ts';
import { describeSpellings, findSeries, seriesByTicker } from './find-series.ts';
import { inOneCurrency } from './one-currency.ts';
import { PriceCache } from './price-cache.ts';
import { type Asking, FRESH_MS } from './demand.ts';
import { SeriesSource, type SeriesSourceOptions } from './series-source.ts';
import { expireLasting, newestClose, type StoredSeries } from './ticker-series.ts';
import { END_OF_TIME } from './calendar.ts';
import { unknownTickers } from './unknown-tickers.ts';
import { findUniverse, type TickerList, type UniverseSpec } from './universes.ts';
import { readPricesCsv } from './vendors/csv.ts';
import { DEFAULT_VENDOR } from './vendors/index.ts';
import type { PriceSources, PriceTable, SymbolMatch } from './vendors/vendor.ts';

export interface HistoryOptions extends WaitingOptions {
  /** Milliseconds since 1970: fetches stored prices from before, even if they are fresh; Infinity: all. */
  readonly refresh?: number;
  /** ISO day. Later prices neither refuse nor warn: they are cut off first, and any number of days is enough. */
  readonly until?: string | undefined;
  /** Keeps assets that are no longer traded, for a backtest: their last close stands for all later ones. */
  readonly keepsEnded?: boolean;
}

/** How many series `newest` reads. Each takes about a millisecond. */
const MOST_READ = 3;

export interface RateOptions {
  /** ISO day; later rates are ignored. */
  readonly asOf?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Quote {
  readonly close: number;
  /** As of `TickerSeries`. */
  readonly currency?: string;
}

export interface PriceServiceOptions extends SeriesSourceOptions {
  readonly sources: PriceSources;
}

/** Prices, checks of tickers and exchange rates from vendors, tables and files. */
export class PriceService {
  readonly #tables: ReadonlyMap<string, PriceTable>;
  /** In registry order. */
  readonly #vendors: ReadonlyMap<string, SeriesSource>;
  readonly #cache: PriceCache;
  readonly #stored: Table<StoredSeries>;
  readonly #now: () => number;

  constructor({ sources, ...options }: PriceServiceOptions) {
    this.#tables = new Map(sources.flatMap((source) => (source.kind === 'table' ? [[source.name, source]] : [])));
    this.#vendors = new Map(
      sources.flatMap((source) => (source.kind === 'vendor' ? [[source.name, new SeriesSource(source, options)]] : [])),
    );
    this.#stored = options.series;
    this.#now = options.now;
    this.#cache = new PriceCache(options.now, FRESH_MS);
  }

  /**
   * The tickers are in the vendor's own spelling, `BRK-B` for BRK.B, and a note says so.
   * @throws UserError for an unknown universe or vendor, for all unknown tickers at once, an invalid file, mixed
   *   currencies, or a vendor that does not answer for a ticker without stored prices
   */
  async history(spec: UniverseSpec, options: HistoryOptions = {}): Promise<LoadedPrices> {
    if (spec.kind === 'csv') return readPricesCsv(spec.file, spec.tickers, options);
    if (spec.kind === 'tickers') return this.#fromVendor(spec, options);
    const universe = findUniverse(spec.name);
    const table = this.#tables.get(universe.vendor);
    return table === undefined ? this.#fromVendor(universe, options) : table.load();
  }

  get vendorNames(): readonly string[] {
    return [...this.#vendors.keys()];
  }

  /** @param allowed what the person has accepted */
  async describe(
    spec: UniverseSpec,
    allowed: readonly Allowance[],
    options?: HistoryOptions,
  ): Promise<PricesDescription> {
    return describePrices(await this.history(spec, options), allowed);
  }

  /**
   * Checks with the vendor whether it has prices of the tickers, unless fresh prices are stored.
   * @throws UserError for an unknown vendor; otherwise only the signal's reason, and faults
   */
  async check(list: TickerList, options: WaitingOptions = {}): Promise<TickerCheck> {
    options.signal?.throwIfAborted();
    return checkWithVendor(this.#vendorOf(list), list, options);
  }

  /** The default vendor's symbols that fit a name, best first, within two seconds; none when it does not answer. */
  async search(name: string): Promise<readonly SymbolMatch[]> {
    return (await this.#vendorOf({}).vendor.search?.(name)) ?? [];
  }

  /** Forgets stored prices that nobody has used for long. Those of newer versions of the program expire by themselves. */
  async tidy(): Promise<void> {
    await expireLasting(this.#stored, this.#now());
  }

  /**
   * Makes no request, and reads few series: the others' days are kept beside them, once they have been read.
   * @returns the newest ISO day until which all these tickers have stored prices; undefined when one has none; null
   *   when more series would have to be read, as they are by asking again
   */
  async newest(list: TickerList): Promise<string | null | undefined> {
    const source = this.#vendorOf(list);
    const days = await eachTicker(list.tickers, (ticker) => source.newestKept(ticker));
    const missing = list.tickers.filter((_, j) => days[j] === undefined);
    for (const [k, ticker] of missing.entries()) {
      if (k >= MOST_READ) return null;
      const day = await source.newest(ticker);
      if (day === undefined) return undefined;
      days.push(day);
    }
    return days.filter((day) => day !== undefined).toSorted()[0];
  }

  /**
   * @param from, to ISO 4217, or a vendor's code for a part of a currency, such as GBp
   * @throws UserError (option `amount`) when there is no rate
   */
  rate(from: string, to: string, { asOf, signal }: RateOptions = {}): Promise<ExchangeRate> {
    return abortable(exchangeRate([...this.#vendors.values()], from, to, asOf), signal);
  }

  /** The default vendor's newest price of one ticker; undefined when it gives none. */
  async newestPrice(ticker: string, { asOf = END_OF_TIME, signal }: RateOptions = {}): Promise<Quote | undefined> {
    const finding = findSeries(this.#vendorOf({}), ticker, { askedAt: performance.now() });
    const found = await abortable(finding, signal).catch((error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    });
    if (found instanceof UserError) return undefined;
    const { currency } = found.series;
    const newest = newestClose(found.series, asOf);
    return newest && { close: newest.close, ...(currency !== undefined && { currency }) };
  }

  async #fromVendor(list: TickerList, options: HistoryOptions): Promise<LoadedPrices> {
    const { refresh, until, keepsEnded, signal } = options;
    signal?.throwIfAborted();
    const source = this.#vendorOf(list);
    const { vendor } = source;
    const keyOf = (tickers: readonly string[]) => ({ vendor, tickers, from: source.windowStart(), until, keepsEnded });
    const typed = keyOf(list.tickers);
    const known = refresh === undefined ? this.#cache.find(typed) : undefined;
    if (known !== undefined) return known;
    // What was fetched since the instant that was asked for counts as just fetched.
    const started = Math.min(this.#now(), refresh ?? Infinity);
    const asking = { refresh, askedAt: performance.now() };
    const answers = await eachTicker(list.tickers, (ticker) => findSeries(source, ticker, asking), options);
    const refusals = answers.filter((answer) => answer instanceof UserError);
    if (refusals.length > 0) throw await abortable(unknownTickers(vendor, list, refusals), signal);
    const found = answers.filter((answer) => 'ticker' in answer);
    const renewed = await this.#renewed(source, seriesByTicker(list.tickers, found), { started, asking }, options);
    const { series, notes: rates } = await abortable(inOneCurrency(source, renewed, { asking, until }), signal);
    // Another request may have merged the same prices meanwhile.
    const key = keyOf([...series.keys()]);
    const loaded =
      (refresh === undefined ? this.#cache.find(key) : undefined) ?? this.#cache.load(key, [...series.values()]);
    const notes = [...describeSpellings(list.tickers, found), ...rates];
    return notes.length === 0 ? loaded : this.#cache.annotate(loaded, key, typed, notes);
  }

  /** Fetches again what would end the others' prices too early: see `laggards`. */
  async #renewed(
    source: SeriesSource,
    first: ReadonlyMap<string, StoredSeries>,
    { started, asking }: { readonly started: number; readonly asking: Asking },
    { until, signal }: HistoryOptions,
  ): Promise<ReadonlyMap<string, StoredSeries>> {
    const { tradingDays } = source.vendor;
    const isLate = laggards([...first.values()], { started, now: this.#now(), tradingDays, until });
    const late = [...first.keys()].filter((_, j) => isLate[j]);
    const renewed = await eachTicker(late, (ticker) => source.newestSeries(ticker, asking), {
      ...(signal && { signal }),
    });
    return new Map([...first].map(([ticker, one]) => [ticker, renewed[late.indexOf(ticker)] ?? one]));
  }

  #vendorOf({ vendor = DEFAULT_VENDOR.name }: Pick<TickerList, 'vendor'>): SeriesSource {
    const source = this.#vendors.get(vendor);
    if (source !== undefined) return source;
    const known = this.vendorNames;
    throw new UserError(`There is no price vendor "${vendor}": expected one of ${known.join(', ')}.`, {
      option: 'vendor',
      code: 'vendor.unknown',
      data: { known, got: vendor },
    });
  }
}
