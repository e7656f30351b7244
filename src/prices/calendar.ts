import { DAY_MS } from '../durations.ts';

/** An ISO day later than every day in the data. */
export const END_OF_TIME = '9999-12-31';

/** The days on which a vendor's prices may not be missing: Monday to Friday, or every day. */
export type TradingDays = 'weekdays' | 'every day';

/** @param time milliseconds since 1970 */
export const isoDay = (time: number): string => new Date(time).toISOString().slice(0, 10);

export const isWeekend = (day: string): boolean => [0, 6].includes(new Date(day).getUTCDay());

export const nextDay = (day: string): string => isoDay(Date.parse(day) + DAY_MS);
