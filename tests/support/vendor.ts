import { createServer, type ServerResponse } from 'node:http';
import { createGaussian } from '../../src/prices/vendors/gaussian.ts';
import { createSample } from '../../src/prices/vendors/sample.ts';
import type { PriceSources } from '../../src/prices/vendors/vendor.ts';
import { Yahoo } from '../../src/prices/vendors/yahoo.ts';

/**
 * What the stand-in answers; `hang` never does, `drop` ends the connection, `headers` has no body, and that of `drip`
 * comes byte by byte and never ends.
 */
export type VendorReply =
  | 'hang'
  | 'drop'
  | 'headers'
  | 'drip'
  | {
      readonly status?: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** Milliseconds; absent: at once. */
      readonly after?: number;
    };

type Replies = readonly VendorReply[] | ((from: number) => VendorReply);

export interface Vendor {
  /** Its address, to stand in for Yahoo's. */
  readonly url: string;
  /** The real fetch, with Yahoo's host replaced by this machine's. */
  readonly fetch: typeof fetch;
  /** In order, as `AAPL from 2014-01-01`. */
  readonly requests: string[];
  /** What was searched for, in order. */
  readonly searches: string[];
  /** One reply after another, the last one repeatedly; or a reply for the requested first second. */
  answer(symbol: string, replies: Replies): void;
  /** What its search answers to a name, in lower case; otherwise it finds nothing. */
  finds(name: string, reply: VendorReply): void;
  /** From now on it answers as for a symbol that it never knew. */
  forget(symbol: string): void;
  close(): Promise<void>;
}

/** A stand-in for Yahoo's addresses of charts and of the search, on loopback. */
export async function startVendor(): Promise<Vendor> {
  const replies = new Map<string, Replies>();
  const requests: string[] = [];
  const searches: string[] = [];
  const found = new Map<string, VendorReply>();
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://vendor');
    if (url.pathname === '/v1/finance/search') {
      const name = url.searchParams.get('q') ?? '';
      searches.push(name);
      send(response, found.get(name) ?? { body: searchBody([]) });
      return;
    }
    const symbol = decodeURIComponent(url.pathname.replace('/v8/finance/chart/', ''));
    const from = Number(url.searchParams.get('period1'));
    requests.push(`${symbol} from ${new Date(from * 1000).toISOString().slice(0, 10)}`);
    const count = asked.get(symbol) ?? 0;
    asked.set(symbol, count + 1);
    const known = replies.get(symbol);
    send(
      response,
      typeof known === 'function' ? known(from) : (known?.[Math.min(count, known.length - 1)] ?? notFound),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    requests,
    searches,
    finds: (name, reply) => void found.set(name, reply),
    answer(symbol, reply) {
      replies.set(symbol, reply);
      asked.delete(symbol);
    },
    forget: (symbol) => void replies.delete(symbol),
    fetch: (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input);
      return fetch(url + pathname + search, init);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What the registry makes, with this vendor for Yahoo, without the pauses that would spare the real one. */
export function sourcesOn(
  { fetch: vendorFetch }: Pick<Vendor, 'fetch'>,
  now: () => number,
  retries = 0,
  timeoutMs = 10_000,
): PriceSources {
  const yahoo = new Yahoo({ fetch: vendorFetch, now, minDelayMs: 1, retries, ratePerSecond: 1000, timeoutMs });
  return [yahoo, createSample(), createGaussian()];
}

function send(response: ServerResponse, reply: VendorReply): void {
  if (reply === 'hang') return;
  if (reply === 'drop') return void response.destroy();
  if (reply === 'headers' || reply === 'drip') {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const dripping = reply === 'drip' ? setInterval(() => response.write(' '), 20) : undefined;
    response.on('close', () => clearInterval(dripping));
    return;
  }
  const { status = 200, body, headers, after } = reply;
  const answer = (): void =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  if (after === undefined) answer();
  else setTimeout(answer, after);
}

const notFound: VendorReply = {
  status: 404,
  body: JSON.stringify({
    chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } },
  }),
};

/** A body of the search in the form of the library's schema, with what Yahoo adds to the quotes of a company. */
export function searchBody(quotes: readonly { symbol?: string; [more: string]: unknown }[]): string {
  const listed = { exchange: 'NMS', quoteType: 'EQUITY', index: 'quotes', score: 20_000, isYahooFinance: true };
  const times = { totalTime: 55, timeTakenForQuotes: 442, timeTakenForNews: 700 };
  const others = { explains: [], news: [], nav: [], lists: [], researchReports: [] };
  return JSON.stringify({
    ...others,
    ...times,
    count: quotes.length,
    quotes: quotes.map((quote) => ({ ...listed, ...quote })),
  });
}

/** [ISO day, adjusted close, hour of the bar in UTC: 14 if absent] */
export type Bar = readonly [day: string, close: number | null, hour?: number];

export interface ChartOptions {
  readonly currency?: string | null;
  readonly timeZone?: string;
  /** ISO instant at which the exchange's present or last session ends. */
  readonly sessionEnd?: string;
  /** `EQUITY` of a share, `ETF` of a fund. */
  readonly instrumentType?: string;
}

/** A body in Yahoo's form, with the fields that we read. The unadjusted close is twice the adjusted one. */
export function chartBody(bars: readonly Bar[], options: ChartOptions = {}): string {
  const { currency = 'USD', timeZone = 'America/New_York', sessionEnd = '2020-01-01T21:00:00Z' } = options;
  const { instrumentType = 'EQUITY' } = options;
  const end = Date.parse(sessionEnd) / 1000;
  const meta = {
    currency,
    symbol: 'TEST',
    instrumentType,
    exchangeTimezoneName: timeZone,
    currentTradingPeriod: { regular: { timezone: 'EST', start: end - 23_400, end, gmtoffset: 0 } },
  };
  const closes = bars.map(([, close]) => close);
  const doubled = closes.map((close) => (close === null ? null : 2 * close));
  const quote = {
    open: doubled,
    high: doubled,
    low: doubled,
    close: doubled,
    volume: closes.map((close) => (close === null ? null : 1000)),
  };
  const timestamp = bars.map(([day, , hour = 14]) => Date.parse(day) / 1000 + 3600 * hour);
  const indicators = bars.length === 0 ? { quote: [{}] } : { quote: [quote], adjclose: [{ adjclose: closes }] };
  const result = { meta, ...(bars.length > 0 && { timestamp }), indicators };
  return JSON.stringify({ chart: { result: [result], error: null } });
}

/** Weekdays from `from` on, with prices that wander. */
export function weekdayBars(from: string, count: number, scale = 1): Bar[] {
  const bars: Bar[] = [];
  for (let time = Date.parse(from); bars.length < count; time += 86_400_000) {
    const weekday = new Date(time).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    bars.push([new Date(time).toISOString().slice(0, 10), scale * (100 + 10 * Math.sin(time / 86_400_000))]);
  }
  return bars;
}
