// Recurring times in a time zone with daylight saving.
import { Cron } from 'croner';
import { UserError } from './errors.ts';

export interface Schedule {
  /** Five fields: minute, hour, day of the month, month, weekday. */
  readonly cron: string;
  /** IANA: Europe/Berlin. */
  readonly timeZone: string;
}

/**
 * Abbreviations mean several places, and the system takes one of them: EST is Panama, BST is Dhaka. Here is what people
 * mean by them, as cities.
 */
const MEANT: Readonly<Record<string, string>> = {
  ACT: 'Australia/Darwin or America/Rio_Branco',
  AST: 'America/Halifax or Asia/Riyadh',
  BST: 'Europe/London or Asia/Dhaka',
  CET: 'Europe/Berlin or Europe/Paris',
  CST: 'America/Chicago or Asia/Shanghai',
  EET: 'Europe/Athens or Europe/Helsinki',
  EST: 'America/New_York or America/Panama',
  HST: 'Pacific/Honolulu',
  IST: 'Asia/Kolkata, Europe/Dublin or Asia/Jerusalem',
  JST: 'Asia/Tokyo',
  MST: 'America/Denver or America/Phoenix',
  PST: 'America/Los_Angeles or Asia/Manila',
};
const UNAMBIGUOUS = new Set(['UTC', 'GMT']);

/** @throws UserError (the option) when there is no such time zone, or it is an abbreviation of several */
export function parseTimeZone(text: string, option: string): string {
  const name = text.trim().toUpperCase();
  if (/^[A-Z]{3,4}$/.test(name) && !UNAMBIGUOUS.has(name) && (MEANT[name] !== undefined || text.trim() === name)) {
    throw new UserError(
      `${option} takes a time zone by its city, such as ${MEANT[name] ?? 'Europe/Berlin'}; "${text}" may mean several.`,
      { option },
    );
  }
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text.trim() }).resolvedOptions().timeZone;
  } catch {
    throw new UserError(`${option} takes an IANA time zone such as Europe/Berlin or UTC; got "${text}".`, { option });
  }
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
