// The clock goes 400 days ahead and back, and through the night in which an hour is repeated.
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/durations.ts';
import { textOf } from '../../tests/support/discord/stand-in.ts';
import type { Figure } from '../figures.ts';
import { FRIDAY, openNightStage, type NightStage } from './night-stage.ts';
import { startNightProcess } from './night-process.ts';
import { none } from './none.ts';

const UNIVERSES = { pair: ['AAA', 'BBB'] };
const AHEAD_MS = 400 * DAY_MS;
/** Days after the clock has come back. */
const DAYS_AFTER = 4;

export async function* clocks(): AsyncGenerator<Figure> {
  yield* thereAndBack();
  yield* repeatedHour();
}

async function* thereAndBack(): AsyncGenerator<Figure> {
  const daily = { universe: 'pair', cron: '30 18 * * *', timeZone: 'America/New_York' };
  const stage = await openNightStage(UNIVERSES, [daily]);
  const bot = await startNightProcess(stage.env, FRIDAY - MINUTE_MS);
  try {
    for (const now of [FRIDAY, FRIDAY + AHEAD_MS]) await bot.at((stage.now = now));
    const before = postsOf(stage).length;
    for (let day = 1; day <= DAYS_AFTER; day += 1) await bot.at((stage.now = FRIDAY + day * DAY_MS));
    const posted = postsOf(stage).length - before;
    yield none('clocks, 400 days ahead and back: due times without a report', Math.max(0, DAYS_AFTER - posted));
    yield none('clocks, 400 days ahead and back: reports posted twice', Math.max(0, posted - DAYS_AFTER));
  } finally {
    await bot.stop();
    await stage.close();
  }
}

/** From 3:00 to 2:00 in Berlin, where 2:30 comes twice that night. */
const REPEATED = Date.parse('2024-10-27T01:00:00Z');

async function* repeatedHour(): AsyncGenerator<Figure> {
  const nightly = { universe: 'pair', cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
  const stage = await openNightStage(UNIVERSES, [nightly]);
  const bot = await startNightProcess(stage.env, REPEATED - 20 * HOUR_MS);
  try {
    // What was missed since April is made up for before.
    await bot.at((stage.now = REPEATED - 20 * HOUR_MS));
    const counts: number[] = [];
    for (const [from, to] of [
      [REPEATED - 2 * HOUR_MS, REPEATED + 2 * HOUR_MS],
      [REPEATED + 22 * HOUR_MS, REPEATED + 26 * HOUR_MS],
    ] as const) {
      const before = postsOf(stage).length;
      for (let now = from; now <= to; now += 10 * MINUTE_MS) await bot.at((stage.now = now));
      counts.push(postsOf(stage).length - before);
    }
    const wrong = counts.map((count) => Math.abs(count - 1)).reduce((sum, one) => sum + one, 0);
    yield none('clocks, a repeated hour: reports that are missing or posted twice', wrong, counts.join(', '));
  } finally {
    await bot.stop();
    await stage.close();
  }
}

/** The reports in the first channel. */
const postsOf = ({ discord, channels: [channel] }: NightStage): string[] =>
  discord.posted.filter(({ message }) => message.channelId === channel).map(({ message }) => textOf(message));
