import { monitorEventLoopDelay } from 'node:perf_hooks';
import { inspect } from 'node:util';
import { createApp } from './app.ts';
import { startBot } from './discord/client.ts';
import { wordError } from './commands/error-words.ts';
import { commands } from './commands/slash-commands.ts';
import { loadEnvironment, readConfig, requireDiscord } from './config.ts';
import { describeError } from './describe-error.ts';
import { UserError } from './errors.ts';
import { jobs } from './jobs/index.ts';
import { Scheduler } from './jobs/scheduler.ts';
import { guardProcess } from './process-guard.ts';

// node-cron reads the clock in the host's zone whatever it is told, and spins through an hour that comes twice there.
process.env['TZ'] = 'UTC';

/** How often the event loop's delay is measured. */
const SAMPLE_MS = 10;

/** The delay in milliseconds. Node measures from sample to sample, so the interval is subtracted. */
const delayMs = (nanoseconds: number): number => Math.max(0, Math.round(nanoseconds / 1e6 - SAMPLE_MS));

try {
  const config = readConfig(loadEnvironment());
  const { token, apiUrl: api } = requireDiscord(config);
  const app = await createApp(config);
  let leave = (): Promise<void> => app.close();
  const end = guardProcess({ ...app, leave: () => leave() });
  const bot = await startBot({ app, commands, token, api });
  const scheduler = new Scheduler({ app, messenger: bot.messenger, jobs });
  scheduler.start();
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  leave = async () => {
    delay.disable();
    try {
      await scheduler.stop();
      await bot.stop();
    } finally {
      const [p50, p99] = [delayMs(delay.percentile(50)), delayMs(delay.percentile(99))];
      const eventLoopDelayMs = { p50, p99, max: delayMs(delay.max) };
      app.log.info({ eventLoopDelayMs, mishaps: app.mishaps.counts }, 'stopped');
      await app.close();
    }
  };
  void bot.ended.then((refusal) => {
    process.stderr.write(`${refusal.message}\n`);
    return end(1);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end(0));
} catch (error) {
  const isCorrectable = error instanceof UserError;
  const text = isCorrectable ? wordError(error, 'terminal').message : inspect(describeError(error));
  process.stderr.write(`${text}\n`);
  process.exitCode = isCorrectable ? 2 : 1;
  // Not thrown: the guard might let the process go on, without a bot.
  if (!isCorrectable) process.exit();
}
