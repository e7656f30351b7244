// The ends of weeks and months in a series of days.
import { DAY_MS } from '../durations.ts';
import { calendarOf } from './market.ts';

export type Frequency = 'daily' | 'weekly' | 'monthly';

/** The Monday of an ISO week, as days since 1970. */
function weekOf(date: string): number {
  const day = Date.parse(date) / DAY_MS;
  return day - ((day + 3) % 7);
}

const PERIOD: Readonly<Record<Frequency, (date: string) => string | number>> = {
  daily: (date) => date,
  weekly: weekOf,
  monthly: (date) => date.slice(0, 7),
};

/** How often the prices come. */
export function ownFrequency(dates: readonly string[]): Frequency {
  const calendar = calendarOf(dates);
  return calendar === 'weekdays' ? 'daily' : calendar;
}

/** The next day on which prices of this kind would come, holidays aside. */
function dayAfter(date: string, hasWeekends: boolean): string {
  const day = Date.parse(date) / DAY_MS;
  // The first day of 1970 was a Thursday: Friday is 1, Saturday 2.
  const days = hasWeekends ? 1 : ([3, 2][(day % 7) - 1] ?? 1);
  return new Date((day + days) * DAY_MS).toISOString().slice(0, 10);
}

/** Closes of days. */
interface Closes {
  /** (T) ISO days, ascending. */
  readonly dates: readonly string[];
  /** (T, n) */
  readonly closes: readonly (readonly number[])[];
}

/**
 * The closes on the last trading day of each period that is known to be over. The last period is left out while a later
 * day of its calendar, or the next day with a price, falls into it. The first may be incomplete, since its close is
 * where the next return starts. Prices that come once a period are taken as they are.
 * @param series with the first day with a price after its dates, if that is known
 */
export function periodCloses(
  { dates, closes, next }: Closes & { readonly next?: string },
  frequency: Frequency,
): Closes {
  if (ownFrequency(dates) === frequency) return { dates, closes };
  const period = PERIOD[frequency];
  const hasWeekends = calendarOf(dates) === 'daily';
  const ends = [...dates.keys()].filter((t) => {
    const following = dates[t + 1] ?? next ?? dayAfter(dates[t]!, hasWeekends);
    return period(following) !== period(dates[t]!);
  });
  return { dates: ends.map((t) => dates[t]!), closes: ends.map((t) => closes[t]!) };
}
