import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';
import pRetry from 'p-retry';
import type YahooFinance from 'yahoo-finance2';
import { UserError } from '../../errors.ts';
import { DAY_MS } from '../calendar.ts';
import type { TickerSeries } from '../ticker-series.ts';
import { UnknownTicker, VendorError, type PriceVendor } from './vendor.ts';
import { seriesFromChart } from './yahoo-chart.ts';

/** If the vendor asks us to wait longer, the request fails instead. */
const LONGEST_WAIT_MS = 30_000;

/** The library's notices would mix with answers on standard output. Errors are thrown all the same. */
const silent = (): void => {};
const SILENT = { info: silent, warn: silent, error: silent, debug: silent, dir: silent };

export const YAHOO = {
  name: 'yahoo',
  title: 'Yahoo Finance',
  symbolHint: 'a share outside the USA has a suffix, as in OCDO.L',
} as const;

export interface YahooOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The time limit of one request, its body included. */
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly ratePerSecond?: number;
  /** The delay before the first retry. It doubles for each further one, with a random spread. */
  readonly minDelayMs?: number;
}

export class Yahoo implements PriceVendor {
  readonly kind = 'vendor';
  readonly name = YAHOO.name;
  readonly title = YAHOO.title;
  readonly symbolHint = YAHOO.symbolHint;
  /** Most of its tickers are shares, for which a weekend without prices is no gap. */
  readonly calendar = 'weekdays';
  readonly #options: YahooOptions;
  readonly #queue: PQueue;
  #library: Promise<InstanceType<typeof YahooFinance>> | undefined;

  constructor(options: YahooOptions) {
    this.#options = options;
    const intervalCap = options.ratePerSecond ?? 4;
    this.#queue = new PQueue({ concurrency: 4, interval: 1000, intervalCap, strict: true });
  }

  series(ticker: string, from: string): Promise<TickerSeries> {
    const { retries = 4, minDelayMs = 500 } = this.#options;
    return pRetry(() => this.#queue.add(() => this.#fetchSeries(ticker, from)), {
      retries,
      minTimeout: minDelayMs,
      randomize: true,
      shouldRetry: ({ error }) =>
        error instanceof VendorError && error.canRetry && error.retryAfterMs <= LONGEST_WAIT_MS,
      async onFailedAttempt({ error, retryDelay, retriesLeft }) {
        if (!(error instanceof VendorError) || retriesLeft === 0 || error.retryAfterMs > LONGEST_WAIT_MS) return;
        await delay(Math.max(0, error.retryAfterMs - retryDelay));
      },
    });
  }

  exchangeRateTicker(from: string, to: string): string {
    return `${from}${to}=X`;
  }

  /** Loaded for the first request: it takes longer than all other files of most commands. */
  #loadLibrary(): Promise<InstanceType<typeof YahooFinance>> {
    this.#library ??= import('yahoo-finance2').then(
      ({ default: Library }) => new Library({ logger: SILENT, versionCheck: false }),
    );
    return this.#library;
  }

  async #fetchSeries(ticker: string, from: string): Promise<TickerSeries> {
    const { now } = this.#options;
    // A day earlier, because on some exchanges the session of `from` begins on the day before in UTC.
    const period1 = new Date(Date.parse(from) - DAY_MS);
    const query = {
      period1,
      period2: new Date(now()),
      interval: '1d',
      events: 'div|split',
      includePrePost: false,
      return: 'object',
    } as const;
    try {
      const library = await this.#loadLibrary();
      const answer = await library.chart(encodeURIComponent(ticker), query, {
        fetch: guardedFetch(this.#options, ticker),
        validateResult: false,
      });
      return seriesFromChart(answer, now(), from);
    } catch (error) {
      if (error instanceof UserError || error instanceof VendorError) throw error;
      throw new VendorError('its answer could not be read', { cause: error });
    }
  }
}

/** A fetch that passes only good responses to the library, and throws errors that say what to do about the others. */
function guardedFetch({ fetch: plain, now, timeoutMs = 10_000 }: YahooOptions, ticker: string): typeof fetch {
  return async (input, init) => {
    const limit = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let body: string;
    try {
      response = await plain(input, { ...init, signal: limit });
      body = await response.text();
    } catch (error) {
      const what = limit.aborted ? `no answer within ${timeoutMs / 1000} s` : 'the connection failed';
      throw new VendorError(what, { canRetry: true, cause: error });
    }
    const { status, headers, ok } = response;
    if (ok) return new Response(body, { status, headers });
    if (status === 404 || body.includes("Data doesn't exist")) {
      throw new UnknownTicker(YAHOO, ticker);
    }
    throw new VendorError(`HTTP ${status}`, {
      canRetry: status === 429 || status >= 500,
      retryAfterMs: retryAfter(headers.get('retry-after'), now()),
    });
  };
}

/** Milliseconds, from a number of seconds or a date; 0 without either. */
function retryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return wait > 0 ? wait : 0;
}
