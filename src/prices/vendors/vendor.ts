import type { LoadedPrices } from '../../engine/types.ts';
import { UserError } from '../../errors.ts';
import type { TradingDays } from '../calendar.ts';
import type { FetchedSeries } from '../ticker-series.ts';

/** The names of a source of prices. */
export interface SourceNames {
  /** For requests, keys of the store and JSON: one lower-case word. It must never change. */
  readonly name: string;
  /** For people: as the source calls itself. */
  readonly title: string;
  /** The sectors that it names with its prices; absent: none, or it has told them already. */
  readonly sectors?: readonly string[];
}

/** A symbol that fits what was searched for. */
export interface SymbolMatch {
  readonly symbol: string;
  /** Of the company or the fund, if the vendor gives one. */
  readonly name: string;
}

/** A source that gives the prices of one ticker at a time. They are kept in the store. */
export interface PriceVendor extends SourceNames {
  readonly kind: 'vendor';
  readonly tradingDays: TradingDays;
  /**
   * The exchange of a ticker, by any name that tickers of other exchanges do not have; undefined if the ticker does not
   * tell. Absent when no ticker tells.
   */
  exchangeOf?(ticker: string): string | undefined;
  /**
   * Daily adjusted closes until the last session that is over. Empty when there are none in the range. It limits its
   * own time: several callers may wait for one request, so none of them can end it. When the vendor hangs, all who wait
   * for it are told after the time limit of one request, those included whose turn has not come.
   * @param from ISO day
   * @param beforeEach called before each request; what it throws ends the waiting instead
   * @throws UnknownTicker (a UserError, option `tickers`) for a ticker that the vendor does not know
   * @throws VendorError when it does not answer, or its answer cannot be read
   */
  series(ticker: string, from: string, beforeEach?: () => void): Promise<FetchedSeries>;
  /**
   * The ticker of the exchange rate from one currency to another; absent when the vendor quotes no currencies.
   * @param from, to ISO 4217
   */
  exchangeRateTicker?(from: string, to: string): string;
  /** How else it may write a symbol: for `BRK.B` → `BRK-B`. Tried in turn when it does not know the symbol. */
  otherSpellings?(symbol: string): readonly string[];
  /** What people should look at when it does not know their symbol. Shown in brackets. */
  symbolHint?(symbol: string): string | undefined;
  /** Symbols that fit a name or a part of one, best first. Empty when it does not answer within two seconds. Never throws. */
  search?(name: string): Promise<readonly SymbolMatch[]>;
}

/** A source that gives all its prices at once. They are not kept in the store. */
export interface PriceTable extends SourceNames {
  readonly kind: 'table';
  /** Gives the same object each time. */
  load(): Promise<LoadedPrices>;
}

/** Their names differ. */
export type PriceSources = readonly (PriceVendor | PriceTable)[];

/** The vendor could not answer. Another attempt may succeed later; until then stored prices may serve. */
export class VendorError extends Error {
  override readonly name = 'VendorError';
  readonly canRetry: boolean;
  /** Whether there was no answer at all. */
  readonly isUnreachable: boolean;
  /** How long the vendor asks us to wait. */
  readonly retryAfterMs: number;

  constructor(
    message: string,
    {
      canRetry = false,
      isUnreachable = false,
      retryAfterMs = 0,
      cause,
    }: { canRetry?: boolean; isUnreachable?: boolean; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.canRetry = canRetry;
    this.isUnreachable = isUnreachable;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The vendor did not answer a request in time. */
export class NoAnswer extends VendorError {
  /** Whether it answered no other request in that time either. */
  readonly isSilent: boolean;
  readonly limitMs: number;

  constructor(limitMs: number, { isSilent, cause }: { isSilent: boolean; cause?: unknown }) {
    super(`no answer within ${limitMs / 1000} s`, { canRetry: true, isUnreachable: true, cause });
    this.limitMs = limitMs;
    this.isSilent = isSilent;
  }
}

/** The vendor has no daily prices of the ticker. */
export class NoDailyPrices extends VendorError {
  constructor() {
    super('it has no daily prices');
  }
}

/** The vendor had prices of the ticker some days ago, but no longer knows it. */
export class GoneTicker extends VendorError {
  constructor(cause: UnknownTicker) {
    super('it does not know the ticker any more', { cause });
  }
}

/** The vendor answered with prices that no answer could rest on. They are kept aside. */
export class FlawedPrices extends VendorError {}

/** The vendor does not know the ticker. */
export class UnknownTicker extends UserError {
  readonly lastSeen: string | undefined;

  /** @param lastSeen the last ISO day on which the vendor knew the ticker */
  constructor({ title }: SourceNames, ticker: string, lastSeen?: string) {
    super(
      lastSeen === undefined
        ? `${title} has no prices of ${ticker}: check the symbol.`
        : `${title} has had no prices of ${ticker} since ${lastSeen}: leave it out, or take its new symbol.`,
      {
        option: 'tickers',
        code: lastSeen === undefined ? 'vendor.unknown-ticker' : 'vendor.gone-ticker',
        data: { vendor: title, ticker, ...(lastSeen !== undefined && { lastSeen }) },
      },
    );
    this.lastSeen = lastSeen;
  }
}

/** The vendor gave no prices of the ticker, and none are stored. */
export class NoPrices extends UserError {
  /** What went wrong at the vendor, in words. */
  readonly reason: string;

  constructor({ title }: SourceNames, ticker: string, error: VendorError) {
    const advice = error.canRetry ? 'try again in a few minutes' : 'leave it out';
    super(`${title} did not give prices of ${ticker} (${error.message}) and none are stored yet: ${advice}.`, {
      code: 'vendor.no-prices',
      data: { vendor: title, ticker, canRetry: error.canRetry },
      cause: error,
    });
    this.reason = error.message;
  }
}

/** Whether the vendor has no prices of the ticker, so that retrying is useless. */
export function isUnknown(error: unknown): boolean {
  return (
    error instanceof UnknownTicker ||
    error instanceof GoneTicker ||
    (error instanceof NoPrices && error.cause instanceof NoDailyPrices)
  );
}

/** fetch, with the host of every address replaced by `base`, such as a proxy or a stand-in on loopback. */
export function fetchFrom(base: string | undefined): typeof fetch {
  if (base === undefined) return fetch;
  return (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return fetch(new URL(pathname + search, base), init);
  };
}
