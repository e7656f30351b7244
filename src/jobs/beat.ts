import { schedule } from 'node-cron';
import type { App } from '../app.ts';
import { MINUTE_MS } from '../durations.ts';

/** How often the watchdog looks. With it a beat is late by less than half a minute, and no lease runs out. */
const WATCH_MS = MINUTE_MS / 4;
/** A beat that is later than this is made by the watchdog. */
const LATE_MS = MINUTE_MS + WATCH_MS / 2;

/**
 * Calls `beat` once a minute, on the minute by node-cron in UTC, where no hour comes twice. node-cron waits for a time
 * of the wall clock, so a watchdog that knows none covers what it leaves out: after a clock was set back, it would be
 * silent until the old time has come again.
 * @returns ends it
 */
export function startBeat(beat: () => Promise<void>, log: App['log']): () => Promise<void> {
  let last = performance.now();
  const make = (): Promise<void> => {
    last = performance.now();
    return beat();
  };
  const cron = schedule('* * * * *', make, {
    timezone: 'UTC',
    // The store records what was missed.
    suppressMissedWarning: true,
    logger: {
      info: (message) => log.info(message),
      warn: (message) => log.warn(message),
      error: (err) => log.error({ err }, 'scheduler error'),
      debug: () => {},
    },
  });
  const watchdog = setInterval(() => {
    if (performance.now() - last > LATE_MS) void make();
  }, WATCH_MS);
  return async () => {
    clearInterval(watchdog);
    await cron.destroy();
  };
}
