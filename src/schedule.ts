// Recurring times in a time zone with daylight saving.
import { Cron } from 'croner';
import { UserError } from './errors.ts';

export interface Schedule {
  /** Five fields: minute, hour, day of the month, month, weekday. */
  readonly cron: string;
  /** IANA: Europe/Berlin. */
  readonly timeZone: string;
}

const DAYS: Readonly<Record<string, string>> = {
  daily: '*',
  'every day': '*',
  weekdays: '1-5',
  weekends: '0,6',
  mondays: '1',
  tuesdays: '2',
  wednesdays: '3',
  thursdays: '4',
  fridays: '5',
  saturdays: '6',
  sundays: '0',
};

/** Tasks that run more often would keep the others waiting. */
const SHORTEST_PAUSE_MS = 3_600_000;

/**
 * "weekdays 18:30", "daily 7:00", "fridays 16:05", or five cron fields.
 * @returns five cron fields
 * @throws UserError (the option) when it is neither, never happens, or happens more than once an hour
 */
export function parseWhen(text: string, option: string): string {
  const written = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const [, days = '', hour = '', minute = ''] = /^([a-z ]+?) (\d{1,2}):(\d{2})$/.exec(written) ?? [];
  const weekdays = DAYS[days];
  const cron = weekdays === undefined ? written : `${Number(minute)} ${Number(hour)} * * ${weekdays}`;
  const runs = nextRuns({ cron, timeZone: 'UTC' }, 50);
  if (runs === undefined || runs.length === 0) {
    throw new UserError(
      `${option} takes days and a time such as "weekdays 18:30", or five cron fields such as "30 18 * * 1-5"; got "${text}".`,
      { option },
    );
  }
  if (runs.some((run, at) => run - (runs[at - 1] ?? -Infinity) < SHORTEST_PAUSE_MS)) {
    throw new UserError(`${option} must be at least an hour from one time to the next; got "${text}".`, { option });
  }
  return cron;
}

/** As people write it, "weekdays 18:30"; the five fields unchanged when no such words fit. */
export function describeWhen(cron: string): string {
  const [, minute = '', hour, weekdays] = /^(\d+) (\d+) \* \* (\S+)$/.exec(cron) ?? [];
  const days = Object.keys(DAYS).find((name) => DAYS[name] === weekdays);
  return days === undefined ? cron : `${days} ${hour}:${minute.padStart(2, '0')}`;
}

/** The first runs from the start of a leap year; undefined for an invalid cron expression. */
function nextRuns(schedule: Schedule, count: number): number[] | undefined {
  try {
    return nextRunsAfter(schedule, Date.UTC(2024, 0, 1), count);
  } catch {
    return undefined;
  }
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
