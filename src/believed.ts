// Times that a clock has stored which may have been wrong.
import { HOUR_MS, MINUTE_MS } from './durations.ts';

/**
 * So far ahead of now a stored time may lie. Where a clock is set back by two hours, as after a mistake about daylight
 * saving, nothing is done twice, though another machine's be a little ahead. No more: for so long, what a wrong clock has
 * written keeps what recurs from being done.
 */
const MOST_AHEAD_MS = 2 * HOUR_MS + 5 * MINUTE_MS;

/**
 * A stored time. One that lies further ahead of now than it could counts as not written: else a clock that was once
 * wrong would silence all that waits for that time.
 * @param stored ISO instant
 * @param now milliseconds since 1970
 * @param mostAhead milliseconds
 * @returns milliseconds since 1970
 */
export function believed(stored: string | undefined, now: number, mostAhead = MOST_AHEAD_MS): number | undefined {
  const time = stored === undefined ? Number.NaN : Date.parse(stored);
  return time <= now + mostAhead ? time : undefined;
}

/**
 * The age of something stored in milliseconds; infinite where its time lies ahead, so that it never looks fresh.
 * @param at, now milliseconds since 1970
 */
export const ageAt = (at: number, now: number): number => (at > now + MINUTE_MS ? Infinity : now - at);
