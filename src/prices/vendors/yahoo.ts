import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';
import pRetry from 'p-retry';
import YahooFinance from 'yahoo-finance2';
import { UserError } from '../../errors.ts';
import { seriesFromChart } from './yahoo-chart.ts';
import type { TickerSeries } from '../merge.ts';

const DAY_MS = 86_400_000;
/** Longer waits than this are not worth a person's patience: the request fails instead. */
const LONGEST_WAIT_MS = 30_000;

/** The library's notices would mix with answers on standard output; what matters is thrown. */
const silent = (): void => {};
const SILENT = { info: silent, warn: silent, error: silent, debug: silent, dir: silent };

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

/** The vendor knows nothing of that name. */
export class UnknownTicker extends UserError {
  /** @param lastSeen ISO day on which it still did */
  constructor(ticker: string, lastSeen?: string) {
    super(
      lastSeen === undefined
        ? `Yahoo Finance has no prices of ${ticker}: check the symbol (a share outside the USA has a suffix, as in OCDO.L).`
        : `Yahoo Finance has had no prices of ${ticker} since ${lastSeen}: leave it out, or take its new symbol.`,
      'tickers',
    );
  }
}

export interface Yahoo {
  /**
   * Daily adjusted closes from the day `from` (all there are, if absent) until the last session that
   * is over. Empty when the range has none.
   * @throws UnknownTicker (a UserError, option `tickers`) for a ticker that Yahoo does not know
   * @throws VendorError when Yahoo does not answer, or not in a form that can be read
   */
  series(ticker: string, from?: string, signal?: AbortSignal): Promise<TickerSeries>;
}

export interface YahooOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log?: { debug(details: object, message: string): void };
  /** For one request, its body included. */
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly ratePerSecond?: number;
  /** Before the first retry; doubled and spread at random for each further one. */
  readonly minDelayMs?: number;
}

export function createYahoo(options: YahooOptions): Yahoo {
  const { now, log, retries = 4, ratePerSecond = 4, minDelayMs = 500 } = options;
  const queue = new PQueue({ concurrency: 4, interval: 1000, intervalCap: ratePerSecond, strict: true });
  const library = new YahooFinance({ logger: SILENT, versionCheck: false });

  async function once(
    ticker: string,
    from: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<TickerSeries> {
    // A day earlier, because the session of `from` begins the day before in UTC on some exchanges.
    const period1 = from === undefined ? new Date(0) : new Date(Date.parse(from) - DAY_MS);
    const query = {
      period1,
      period2: new Date(now()),
      interval: '1d',
      events: 'div|split',
      includePrePost: false,
      return: 'object',
    } as const;
    try {
      const answer = await library.chart(encodeURIComponent(ticker), query, {
        fetch: guardedFetch(options, ticker, signal),
        validateResult: false,
      });
      return seriesFromChart(ticker, answer, now(), from);
    } catch (error) {
      if (error instanceof UserError || error instanceof VendorError || signal?.aborted) throw error;
      throw new VendorError('its answer could not be read', { cause: error });
    }
  }

  return {
    series(ticker, from, signal) {
      const stop = signal && { signal };
      return pRetry(() => queue.add(() => once(ticker, from, signal), stop), {
        ...stop,
        retries,
        minTimeout: minDelayMs,
        randomize: true,
        shouldRetry: ({ error }) =>
          error instanceof VendorError && error.canRetry && error.retryAfterMs <= LONGEST_WAIT_MS,
        async onFailedAttempt({ error, retryDelay, retriesLeft, attemptNumber }) {
          log?.debug({ ticker, attemptNumber, err: error }, 'Yahoo Finance did not answer');
          if (!(error instanceof VendorError) || retriesLeft === 0 || error.retryAfterMs > LONGEST_WAIT_MS) return;
          await delay(Math.max(0, error.retryAfterMs - retryDelay), undefined, stop);
        },
      });
    },
  };
}

/** A fetch that lets only good answers through to the library, and says of the others what to do about them. */
function guardedFetch(
  { fetch: plain, now, timeoutMs = 10_000 }: YahooOptions,
  ticker: string,
  signal: AbortSignal | undefined,
): typeof fetch {
  return async (input, init) => {
    const limit = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let body: string;
    try {
      response = await plain(input, { ...init, signal: signal ? AbortSignal.any([signal, limit]) : limit });
      body = await response.text();
    } catch (error) {
      if (signal?.aborted) throw error;
      const what = limit.aborted ? `no answer within ${timeoutMs / 1000} s` : 'the connection failed';
      throw new VendorError(what, { canRetry: true, cause: error });
    }
    const { status, headers, ok } = response;
    if (ok) return new Response(body, { status, headers });
    if (status === 404 || body.includes("Data doesn't exist")) {
      throw new UnknownTicker(ticker);
    }
    throw new VendorError(`HTTP ${status}`, {
      canRetry: status === 429 || status >= 500,
      retryAfterMs: retryAfter(headers.get('retry-after'), now()),
    });
  };
}

/** Milliseconds, from a number of seconds or a date; 0 where neither is given. */
function retryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return wait > 0 ? wait : 0;
}
