import { setTimeout as delay } from 'node:timers/promises';
import pRetry, { AbortError } from 'p-retry';
import type YahooFinance from 'yahoo-finance2';
import { abortable } from '../../async.ts';
import { DAY_MS } from '../../durations.ts';
import { isCoin, isIndex } from '../../engine/market.ts';
import { UserError } from '../../errors.ts';
import { FairQueue } from '../../fair-queue.ts';
import type { FetchedSeries } from '../ticker-series.ts';
import { NoAnswer, UnknownTicker, VendorError, type PriceVendor, type SymbolMatch } from './vendor.ts';
import { SECTORS, seriesFromChart } from './yahoo-chart.ts';
import { YahooSearch } from './yahoo-search.ts';
import { isSymbol, otherSpellings, symbolHint } from './yahoo-symbols.ts';

/** If the vendor asks us to wait longer, the request fails instead. */
const LONGEST_WAIT_MS = 30_000;

/** The library's notices would mix with answers on standard output. Errors are thrown all the same. */
const silent = (): void => {};
const SILENT = { info: silent, warn: silent, error: silent, debug: silent, dir: silent };

export const YAHOO = {
  name: 'yahoo',
  title: 'Yahoo Finance',
  sectors: Object.values(SECTORS),
} as const;

export interface YahooOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The time limit of one request, its body included. There is no retry after it. */
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
  /** Most of its tickers are shares, for which a weekend without prices is no gap. */
  readonly tradingDays = 'weekdays';
  readonly otherSpellings = otherSpellings;
  readonly symbolHint = symbolHint;
  readonly #options: YahooOptions;
  /** Requesters take turns: a long list of tickers does not hold up the next person's two. */
  readonly #queue: FairQueue;
  readonly #search: YahooSearch;
  /** Aborted, and replaced, when the vendor hangs. */
  #silence = new AbortController();
  /** By performance.now(). */
  #lastAnswer = -Infinity;
  #library: Promise<InstanceType<typeof YahooFinance>> | undefined;

  constructor(options: YahooOptions) {
    this.#options = options;
    this.#search = new YahooSearch({ library: () => this.#loadLibrary(), fetch: options.fetch });
    const intervalCap = options.ratePerSecond ?? 4;
    this.#queue = new FairQueue({ concurrency: 4, interval: 1000, intervalCap, strict: true });
  }

  async series(ticker: string, from: string, beforeEach?: () => void): Promise<FetchedSeries> {
    if (!isSymbol(ticker)) throw new UnknownTicker(YAHOO, ticker);
    const { retries = 4, minDelayMs = 500 } = this.#options;
    const { signal } = this.#silence;
    const ask = (): Promise<FetchedSeries> => {
      unlessRefused(beforeEach);
      return this.#fetchSeries(ticker, from);
    };
    const fetched = pRetry(() => this.#queue.add(ask), {
      retries,
      signal,
      minTimeout: minDelayMs,
      randomize: true,
      shouldRetry: ({ error }) =>
        error instanceof VendorError &&
        !(error instanceof NoAnswer) &&
        error.canRetry &&
        error.retryAfterMs <= LONGEST_WAIT_MS,
      async onFailedAttempt({ error, retryDelay, retriesLeft }) {
        if (!(error instanceof VendorError) || retriesLeft === 0 || error.retryAfterMs > LONGEST_WAIT_MS) return;
        await delay(Math.max(0, error.retryAfterMs - retryDelay));
      },
    });
    return abortable(fetched, signal);
  }

  /** `7203.T` → .T; shares of the USA have no suffix. Coins, currencies and futures have no long holidays. */
  exchangeOf(ticker: string): string | undefined {
    if (isIndex(ticker) || isCoin(ticker) || /=[A-Z]$/.test(ticker)) return undefined;
    return /\.[A-Z]+$/.exec(ticker)?.[0] ?? 'USA';
  }

  exchangeRateTicker(from: string, to: string): string {
    return `${from}${to}=X`;
  }

  search(name: string): Promise<readonly SymbolMatch[]> {
    return this.#search.find(name);
  }

  /** Loaded for the first request: it takes longer than all other files of most commands. */
  #loadLibrary(): Promise<InstanceType<typeof YahooFinance>> {
    this.#library ??= import('yahoo-finance2').then(
      ({ default: Library }) => new Library({ logger: SILENT, versionCheck: false }),
    );
    return this.#library;
  }

  async #fetchSeries(ticker: string, from: string): Promise<FetchedSeries> {
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
    const started = performance.now();
    const silence = this.#silence;
    try {
      const library = await this.#loadLibrary();
      const answer = await library.chart(encodeURIComponent(ticker), query, {
        fetch: guardedFetch(this.#options, ticker, () => (this.#lastAnswer = performance.now())),
        validateResult: false,
      });
      return seriesFromChart(answer, now(), from);
    } catch (error) {
      if (error instanceof NoAnswer && this.#lastAnswer < started) throw this.#giveUp(error, silence);
      if (error instanceof UserError || error instanceof VendorError) throw error;
      throw new VendorError('its answer could not be read', { cause: error });
    }
  }

  /** Ends the waiting of all, unless it has ended already, since the vendor has answered nobody in time. */
  #giveUp({ limitMs, cause }: NoAnswer, silence: AbortController): NoAnswer {
    const error = new NoAnswer(limitMs, { isSilent: true, cause });
    if (silence !== this.#silence) return error;
    this.#queue.clear();
    this.#silence = new AbortController();
    silence.abort(error);
    return error;
  }
}

/** @throws AbortError around what it throws, so that there is no retry */
function unlessRefused(beforeEach?: () => void): void {
  try {
    beforeEach?.();
  } catch (error) {
    throw error instanceof Error ? new AbortError(error) : error;
  }
}

/** A fetch that passes only good responses to the library, and throws errors that say what to do about the others. */
function guardedFetch(
  { fetch: plain, now, timeoutMs = 10_000 }: YahooOptions,
  ticker: string,
  onAnswer: () => void,
): typeof fetch {
  return async (input, init) => {
    const limit = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let body: string;
    try {
      response = await plain(input, { ...init, signal: limit });
      body = await response.text();
    } catch (error) {
      if (limit.aborted || isConnectTimeout(error)) throw new NoAnswer(timeoutMs, { isSilent: false, cause: error });
      throw new VendorError('the connection failed', { canRetry: true, isUnreachable: true, cause: error });
    }
    onAnswer();
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

/** fetch gives up on connecting by itself, after as long as we do. */
function isConnectTimeout(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'UND_ERR_CONNECT_TIMEOUT';
}

/** Milliseconds, from a number of seconds or a date; 0 without either. */
function retryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return wait > 0 ? wait : 0;
}
