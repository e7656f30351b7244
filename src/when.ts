// Recurring times as people type them.
import { HOUR_MS } from './durations.ts';
import { UserError } from './errors.ts';
import { plainText } from './plain-text.ts';
import { nextRunsAfter, type Schedule } from './schedule.ts';

/** As in cron: Sunday is 0. */
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const EVERY_DAY = '*';
const WEEKDAYS = '1-5';
const WEEKENDS = '0,6';

/** What follows "every" and "each", with the cron field. */
const GROUPS: Readonly<Record<string, string>> = {
  daily: EVERY_DAY,
  day: EVERY_DAY,
  everyday: EVERY_DAY,
  weekday: WEEKDAYS,
  weekdays: WEEKDAYS,
  workdays: WEEKDAYS,
  'working days': WEEKDAYS,
  weekend: WEEKENDS,
  weekends: WEEKENDS,
};

const TIME = String.raw`(?:at )?(?:\d{1,2}(?:[:.h]\d{2})?(?: ?[ap]\.?m\.?)?|noon|midnight)`;
const DAYS_FIRST = new RegExp(`^(.+?),? (${TIME})$`);
const TIME_FIRST = new RegExp(`^(${TIME}),? (.+)$`);

/** Tasks that run more often would keep the others waiting. */
const SHORTEST_PAUSE_MS = HOUR_MS;

/**
 * Days and a time: "weekdays 18:30", "monday 9:00", "mon-fri 18.30", "mon, wed 9am", "daily at 7". Or five cron fields.
 * @returns five cron fields
 * @throws UserError (the option) when it is neither, never happens, or happens more than once an hour
 */
export function parseWhen(text: string, option: string): string {
  const written = plainText(text);
  const refuse = (sentence: string): UserError => new UserError(`${option} ${sentence}; got "${text}".`, { option });
  if (cronTime(written) !== undefined) {
    throw refuse(`takes days and a time: write "daily ${written}" or "weekdays ${written}"`);
  }
  const cron = cronOf(written) ?? written;
  const runs = nextRuns({ cron, timeZone: 'UTC' }, 50);
  if (runs === undefined || runs.length === 0) {
    throw refuse(
      'takes days and a time such as "weekdays 18:30", "monday 9:00" or "daily 9am", or five cron fields such as "30 18 * * 1-5"',
    );
  }
  if (runs.some((run, at) => run - (runs[at - 1] ?? -Infinity) < SHORTEST_PAUSE_MS)) {
    throw refuse('must be at least an hour from one time to the next');
  }
  return cron;
}

/** Undefined when the text is not days and a time, in either order. */
function cronOf(text: string): string | undefined {
  const [, daysBefore, timeAfter] = DAYS_FIRST.exec(text) ?? [];
  const [, timeBefore, daysAfter] = TIME_FIRST.exec(text) ?? [];
  return cronOfParts(daysBefore, timeAfter) ?? cronOfParts(daysAfter, timeBefore);
}

function cronOfParts(days = '', time = ''): string | undefined {
  const [field, clock] = [cronDays(days), cronTime(time)];
  return field === undefined || clock === undefined ? undefined : `${clock} * * ${field}`;
}

/** `9:05`, `9.05`, `9am`, `noon` or `at 9` → minute and hour of cron. */
function cronTime(text: string): string | undefined {
  const time = text.replace(/^at /, '');
  if (time === 'noon') return '0 12';
  if (time === 'midnight') return '0 0';
  const [, hours, minutes, half] = /^(\d{1,2})(?:[:.h](\d{2}))?(?: ?([ap])\.?m\.?)?$/.exec(time) ?? [];
  // A bare number may be a day.
  if (hours === undefined || (minutes === undefined && half === undefined && time === text)) return undefined;
  const [hour, minute] = [Number(hours), Number(minutes ?? 0)];
  if (minute > 59 || hour > 23 || (half !== undefined && (hour < 1 || hour > 12))) return undefined;
  return `${minute} ${half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0)}`;
}

function cronDays(text: string): string | undefined {
  const days = text.replace(/^(?:every|each|on) /, '');
  const group = GROUPS[days];
  if (group !== undefined) return group;
  const spans = days.split(/ ?(?:,|;|&|\+|\/| and ) ?/).map(daysOfSpan);
  if (spans.some((span) => span.length === 0)) return undefined;
  const field = [...new Set(spans.flat())].toSorted((a, b) => a - b).join(',');
  if (field === '0,1,2,3,4,5,6') return EVERY_DAY;
  return field === '1,2,3,4,5' ? WEEKDAYS : field;
}

/** `monday` → [1]; `fri-mon` → [5, 6, 0, 1]; empty when it is neither. */
function daysOfSpan(text: string): number[] {
  const [from = -1, to = from, ...more] = text.split(/ ?(?:-| to | through ) ?/).map(dayNumber);
  if (from < 0 || to < 0 || more.length > 0) return [];
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, at) => (from + at) % 7);
}

/** `mon`, `mon.`, `monday` and `mondays` → 1; −1 for anything else. */
function dayNumber(text: string): number {
  const name = text.replace(/[s.]$/, '');
  return name.length < 3 ? -1 : DAYS.findIndex((day) => day.startsWith(name));
}

/** In words that `parseWhen` reads, "weekdays 18:30"; the five fields unchanged when no such words fit. */
export function describeWhen(cron: string): string {
  const [, minute = '', hour, field = ''] = /^(\d+) (\d+) \* \* (\S+)$/.exec(cron) ?? [];
  const days = daysInWords(field);
  return days === undefined ? cron : `${days} ${hour}:${minute.padStart(2, '0')}`;
}

function daysInWords(field: string): string | undefined {
  if (field === EVERY_DAY) return 'daily';
  if (field === WEEKDAYS) return 'weekdays';
  if (field === WEEKENDS) return 'weekends';
  const names = /^[0-6](,[0-6])*$/.test(field) ? field.split(',').map((day) => DAYS[Number(day)]!) : [];
  if (names.length <= 1) return names[0] === undefined ? undefined : `${names[0]}s`;
  return names.map((name) => name.slice(0, 3)).join(', ');
}

/** The first runs from the start of a leap year; undefined for an invalid cron expression. */
function nextRuns(schedule: Schedule, count: number): number[] | undefined {
  try {
    return nextRunsAfter(schedule, Date.UTC(2024, 0, 1), count);
  } catch {
    return undefined;
  }
}
