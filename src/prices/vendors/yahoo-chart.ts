import { z } from 'zod';
import type { TickerSeries } from '../ticker-series.ts';

/**
 * How long after its stated end a session counts as over. Closing auctions go on after that end, on some exchanges for
 * most of an hour, and many quotes are delayed.
 */
const SETTLING_MS = 60 * 60_000;

// The library converts some instants to dates and leaves others in seconds.
const instant = z.union([z.date(), z.number().transform((seconds) => new Date(seconds * 1000))]);
const numbers = z.array(z.number().nullable());

/** Only the fields that we use, because Yahoo adds and omits others at will. */
const chartSchema = z.object({
  meta: z.object({
    currency: z.string().nullish(),
    exchangeTimezoneName: z.string(),
    currentTradingPeriod: z.object({ regular: z.object({ end: instant }) }).optional(),
  }),
  timestamp: z.array(instant).optional(),
  indicators: z.object({
    quote: z.array(z.object({ close: numbers, volume: numbers.optional() })),
    adjclose: z.array(z.object({ adjclose: numbers.optional() })).optional(),
  }),
});

/**
 * Reads a ticker's series from the body of Yahoo's chart response. Bars are dated by the exchange's own clock. Two
 * kinds are dropped: a second bar of a day, which Yahoo appends during a session, and the bar of a session that is not
 * over at `now`.
 * @param answer what `chart` returns with `return: 'object'`; an empty range has no `timestamp`
 * @param now milliseconds since 1970
 * @param from ISO day; earlier bars are left out
 * @throws ZodError or RangeError when the response has another form
 */
export function seriesFromChart(answer: unknown, now: number, from: string): TickerSeries {
  const { meta, timestamp = [], indicators } = chartSchema.parse(answer);
  const dayOf = exchangeDay(meta.exchangeTimezoneName);
  const running = runningDay(now, dayOf, meta.currentTradingPeriod?.regular.end);
  const quote = indicators.quote[0];
  const closes = indicators.adjclose?.[0]?.adjclose ?? quote?.close ?? [];
  const rows = new Map<string, { close: number | null; volume: number }>();
  timestamp.forEach((time, t) => {
    const day = dayOf(time);
    if (day < from || day === running || rows.has(day)) return;
    rows.set(day, { close: closes[t] ?? null, volume: quote?.volume?.[t] ?? 0 });
  });
  return {
    ...(typeof meta.currency === 'string' && { currency: meta.currency }),
    dates: [...rows.keys()],
    closes: [...rows.values()].map(({ close }) => close),
    volumes: [...rows.values()].map(({ volume }) => volume),
  };
}

/** Today at the exchange, or undefined when its session is over. A market that never closes is open until midnight. */
function runningDay(now: number, dayOf: (time: Date) => string, sessionEnd: Date | undefined): string | undefined {
  const today = dayOf(new Date(now));
  const isOver = sessionEnd !== undefined && dayOf(sessionEnd) === today && now >= sessionEnd.getTime() + SETTLING_MS;
  return isOver ? undefined : today;
}

function exchangeDay(timeZone: string): (time: Date) => string {
  // Canadian dates have the form of ISO days.
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (time) => format.format(time);
}
