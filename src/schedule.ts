// Recurring times in a time zone with daylight saving.
import { Cron } from 'croner';

export interface Schedule {
  /** Five fields: minute, hour, day of the month, month, weekday. */
  readonly cron: string;
  /** IANA: Europe/Berlin. */
  readonly timeZone: string;
}

/**
 * A time that daylight saving skips runs right after the clocks go forward; one that occurs twice runs once.
 * @param after milliseconds since 1970
 * @returns milliseconds since 1970; undefined when there is no further run
 */
export function nextRun({ cron, timeZone }: Schedule, after: number): number | undefined {
  return new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true }).nextRun(new Date(after))?.getTime();
}

/**
 * The latest scheduled time in (after, until].
 * @param after, until milliseconds since 1970
 */
export function lastRunIn(schedule: Schedule, after: number, until: number): number | undefined {
  let last: number | undefined;
  for (let run = nextRun(schedule, after); run !== undefined && run <= until; run = nextRun(schedule, run)) last = run;
  return last;
}

/** @returns milliseconds since 1970, ascending; fewer than `count` when the schedule ends */
export function nextRunsAfter(schedule: Schedule, after: number, count: number): number[] {
  const runs: number[] = [];
  for (let run = nextRun(schedule, after); run !== undefined && runs.length < count; run = nextRun(schedule, run)) {
    runs.push(run);
  }
  return runs;
}
