import type { LoadedPrices } from '../../engine/types.ts';
import { UserError } from '../../errors.ts';
import type { Calendar } from '../merge.ts';
import type { TickerSeries } from '../ticker-series.ts';

/** What a source of prices is called. */
export interface SourceNames {
  /** In requests, in keys of the store and in JSON: `yahoo`. It never changes. */
  readonly name: string;
  /** For people: `Yahoo Finance`. */
  readonly title: string;
}

/** How a vendor is spoken of. */
export interface VendorNames extends SourceNames {
  /** How its symbols are written, for people whose symbol it does not know: words that fit into brackets. */
  readonly symbolHint: string;
}

/** It is asked ticker by ticker; its series are kept in the store. */
export interface PriceVendor extends VendorNames {
  readonly kind: 'vendor';
  readonly calendar: Calendar;
  /**
   * Daily adjusted closes from the day `from` (all there are, if absent) until the last session that
   * is over. Empty when the range has none.
   * @throws UnknownTicker (a UserError, option `tickers`) for a ticker that the vendor does not know
   * @throws VendorError when it does not answer, or not in a form that can be read
   */
  series(ticker: string, from?: string, signal?: AbortSignal): Promise<TickerSeries>;
  /**
   * The ticker under which it quotes one currency in another; absent when it quotes none.
   * @param from, to ISO 4217
   */
  exchangeRateTicker?(from: string, to: string): string;
}

/** It gives all its prices at once; nothing of them is kept in the store. */
export interface PriceTable extends SourceNames {
  readonly kind: 'table';
  /** The same object each time. */
  load(): Promise<LoadedPrices>;
}

/** By name. */
export type PriceSources = ReadonlyMap<string, PriceVendor | PriceTable>;

/** The vendor could not answer: another try later may succeed, and stored prices may serve until then. */
export class VendorError extends Error {
  override readonly name = 'VendorError';
  readonly canRetry: boolean;
  /** How long the vendor asks to be left alone. */
  readonly retryAfterMs: number;

  constructor(
    message: string,
    { canRetry = false, retryAfterMs = 0, cause }: { canRetry?: boolean; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.canRetry = canRetry;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The vendor answers, but has no daily prices at all. */
export class NoDailyPrices extends VendorError {
  constructor() {
    super('it has no daily prices');
  }
}

/** The vendor had prices of a ticker some days ago, and says now that it does not know it. */
export class GoneTicker extends VendorError {
  constructor(cause: UnknownTicker) {
    super('it does not know the ticker any more', { cause });
  }
}

/** The vendor does not know the ticker. */
export class UnknownTicker extends UserError {
  /** @param lastSeen ISO day on which it still did */
  constructor({ title, symbolHint }: VendorNames, ticker: string, lastSeen?: string) {
    super(
      lastSeen === undefined
        ? `${title} has no prices of ${ticker}: check the symbol (${symbolHint}).`
        : `${title} has had no prices of ${ticker} since ${lastSeen}: leave it out, or take its new symbol.`,
      {
        option: 'tickers',
        code: lastSeen === undefined ? 'vendor.unknown-ticker' : 'vendor.gone-ticker',
        data: { vendor: title, ticker, ...(lastSeen !== undefined && { lastSeen }) },
      },
    );
  }
}

/** The vendor gave no prices of a ticker of which none are stored. */
export class NoPrices extends UserError {
  /** What the vendor did, in words. */
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

/** Whether the vendor answered, and has nothing: asking again will not help. */
export const isUnknown = (error: unknown): boolean =>
  error instanceof UnknownTicker ||
  error instanceof GoneTicker ||
  (error instanceof NoPrices && error.cause instanceof NoDailyPrices);

/** fetch, with every address moved to `base` when one is given: a proxy, or a stand-in on loopback. */
export function fetchFrom(base: string | undefined): typeof fetch {
  if (base === undefined) return fetch;
  return (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return fetch(new URL(pathname + search, base), init);
  };
}
