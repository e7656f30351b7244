// Recurring times in a time zone with daylight saving.
import { Cron } from 'croner';
import { DAY_MS } from './durations.ts';

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

/** Milliseconds: a day, a month and a year. */
const SPANS = [1, 31, 366].map((days) => days * DAY_MS);

/**
 * The latest scheduled time in (after, until]. Looked for from the end, because years may lie between them.
 * @param after, until milliseconds since 1970
 */
export function lastRunIn(schedule: Schedule, after: number, until: number): number | undefined {
  for (const span of SPANS.filter((ms) => until - ms > after)) {
    const runs = runsIn(schedule, until - span, until);
    // A single one may be the second of a repeated hour in which the span begins.
    if (runs.length > 1) return runs.at(-1);
  }
  return runsIn(schedule, after, until).at(-1);
}

function runsIn(schedule: Schedule, after: number, until: number): number[] {
  const runs: number[] = [];
  for (let run = nextRun(schedule, after); run !== undefined && run <= until; run = nextRun(schedule, run)) {
    runs.push(run);
  }
  return runs;
}

/** @returns milliseconds since 1970, ascending; fewer than `count` when the schedule ends */
export function nextRunsAfter(schedule: Schedule, after: number, count: number): number[] {
  const runs: number[] = [];
  for (let run = nextRun(schedule, after); run !== undefined && runs.length < count; run = nextRun(schedule, run)) {
    runs.push(run);
  }
  return runs;
}
