import { z } from 'zod';
import { DAY_MS, HOUR_MS } from '../../durations.ts';
import type { Split } from '../../engine/types.ts';
import { isoDay } from '../calendar.ts';
import type { FetchedSeries, ReplacedBar } from '../ticker-series.ts';

/**
 * How long after its stated end a session counts as over. Closing auctions go on after that end, on some exchanges for
 * most of an hour, and many quotes are delayed.
 */
const SETTLING_MS = HOUR_MS;

/**
 * How early a bar may be stamped. Bars of some exchanges begin at midnight of their clock, and Yahoo stamps them at 23:00
 * of the day before where it goes by a summer time that is no longer kept. No daily bar begins so late by itself.
 */
const EARLY_MS = HOUR_MS;

// The library converts some instants to dates and leaves others in seconds.
const instant = z.union([z.date(), z.number().transform((seconds) => new Date(seconds * 1000))]);
const numbers = z.array(z.number().nullable());

/** Only the fields that we use, because Yahoo adds and omits others at will. */
const chartSchema = z.object({
  meta: z.object({
    // Shown to people: what is no code counts as none.
    currency: z
      .string()
      .regex(/^[A-Za-z]{2,6}$/)
      .nullish()
      .catch(null),
    instrumentType: z.string().nullish().catch(null),
    exchangeTimezoneName: z.string(),
    currentTradingPeriod: z.object({ regular: z.object({ end: instant }) }).optional(),
  }),
  timestamp: z.array(instant).optional(),
  events: z
    .object({
      splits: z
        .record(z.string(), z.object({ date: instant, numerator: z.number(), denominator: z.number() }))
        .optional(),
    })
    .optional(),
  indicators: z.object({
    quote: z.array(z.object({ close: numbers, volume: numbers.optional() })),
    adjclose: z.array(z.object({ adjclose: numbers.optional() })).optional(),
  }),
});

/** The price of a session. */
interface Bar {
  readonly day: string;
  readonly close: number | null;
  readonly volume: number;
}

/**
 * Reads a ticker's series from the body of Yahoo's chart response. Bars are dated by the session at the exchange that they
 * belong to, in whatever order they come. Of two bars of a session the later one with a price counts: Yahoo appends a
 * newer quote to the bar of a session. A session that is not over at `now` has no bar.
 * @param answer what `chart` returns with `return: 'object'`; an empty range has no `timestamp`
 * @param now milliseconds since 1970
 * @param from ISO day; earlier bars are left out
 * @throws ZodError or RangeError when the response has another form
 */
export function seriesFromChart(answer: unknown, now: number, from: string): FetchedSeries {
  const chart = chartSchema.parse(answer);
  const { meta } = chart;
  const dayOf = exchangeDay(meta.exchangeTimezoneName);
  const last = lastDayOver(now, dayOf, meta.currentTradingPeriod?.regular.end);
  const bars = barsOf(chart, dayOf).filter(({ day }) => day >= from && day <= last);
  const sessions = new Map<string, Bar>();
  const replaced: ReplacedBar[] = [];
  for (const bar of bars) {
    const { day, close } = bar;
    const before = sessions.get(day);
    if (before === undefined || close !== null) sessions.set(day, bar);
    if (typeof before?.close === 'number' && close !== null && close !== before.close)
      replaced.push({ day, close: before.close, by: close });
  }
  const kept = [...sessions.values()];
  const sector = SECTORS[meta.instrumentType ?? ''];
  const splits = splitsOf(chart, dayOf);
  return {
    ...(typeof meta.currency === 'string' && { currency: meta.currency }),
    ...(sector !== undefined && { sector }),
    dates: kept.map(({ day }) => day),
    closes: kept.map(({ close }) => close),
    volumes: kept.map(({ volume }) => volume),
    ...(splits.length > 0 && { splits }),
    ...(replaced.length > 0 && { replaced }),
  };
}

/** A chart names no sector, but says what is no share of a company. */
export const SECTORS: Readonly<Record<string, string>> = { ETF: 'ETF', MUTUALFUND: 'Fund', CRYPTOCURRENCY: 'Crypto' };

/** In the order of time. A split is stamped as the bar of its day. */
function splitsOf({ events }: z.infer<typeof chartSchema>, dayOf: (time: Date) => string): Split[] {
  return Object.values(events?.splits ?? {})
    .map(({ date, numerator, denominator }) => ({
      date: dayOf(new Date(date.getTime() + EARLY_MS)),
      ratio: numerator / denominator,
    }))
    .toSorted((one, other) => (one.date < other.date ? -1 : 1));
}

/** In the order of time. */
function barsOf({ timestamp = [], indicators }: z.infer<typeof chartSchema>, dayOf: (time: Date) => string): Bar[] {
  const quote = indicators.quote[0];
  const closes = indicators.adjclose?.[0]?.adjclose ?? quote?.close ?? [];
  const times = timestamp.map((time) => time.getTime() + EARLY_MS);
  const order = [...times.keys()].sort((one, other) => times[one]! - times[other]!);
  return order.map((t) => ({
    day: dayOf(new Date(times[t]!)),
    close: closes[t] ?? null,
    volume: quote?.volume?.[t] ?? 0,
  }));
}

/**
 * The last day at the exchange whose session is over, if it had one: today, or else yesterday. A market that never closes
 * is open until midnight.
 */
function lastDayOver(now: number, dayOf: (time: Date) => string, sessionEnd: Date | undefined): string {
  const today = dayOf(new Date(now));
  const isOver = sessionEnd !== undefined && dayOf(sessionEnd) === today && now >= sessionEnd.getTime() + SETTLING_MS;
  return isOver ? today : isoDay(Date.parse(today) - DAY_MS);
}

function exchangeDay(timeZone: string): (time: Date) => string {
  // Canadian dates have the form of ISO days.
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (time) => format.format(time);
}
