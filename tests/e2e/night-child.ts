// What main.ts does, but that the clock is the parent's: it sends milliseconds since 1970, and the scheduler ticks. Asked to
// `measure`, it says what it holds.
import { createApp } from '../../src/app.ts';
import { startBot } from '../../src/discord/client.ts';
import { commands } from '../../src/commands/slash-commands.ts';
import { readConfig, requireDiscord } from '../../src/config.ts';
import { jobs } from '../../src/jobs/index.ts';
import { Scheduler } from '../../src/jobs/scheduler.ts';

let now = Number(process.argv[2]);
const config = readConfig(process.env);
const { token, apiUrl: api } = requireDiscord(config);
const app = await createApp(config, { clock: { now: () => now } });
const bot = await startBot({ app, commands, token, api });
const scheduler = new Scheduler({ app, messenger: bot.messenger, jobs });
scheduler.start();

/** MiB of memory, freed of garbage where the parent exposes `gc`, and how much waits for something to happen. */
function held(): { memory: number; listeners: number } {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return { memory: (heapUsed + external) / 2 ** 20, listeners: listeners + process.getActiveResourcesInfo().length };
}

/** TensorFlow.js rethrows what process-guard.ts takes in the thread that loads it: this one must not. */
const isGuarded = (): boolean =>
  ['uncaughtException', 'unhandledRejection'].every((name) => process.listenerCount(name) === 0);

async function obey(message: unknown): Promise<void> {
  if (message === 'stop') {
    await scheduler.stop();
    await bot.stop();
    await app.close();
    if (!isGuarded()) process.exitCode = 3;
    process.disconnect();
    return;
  }
  if (message === 'measure') {
    process.send?.(held());
    return;
  }
  now = Number(message);
  await scheduler.tick();
  process.send?.('ticked');
  await scheduler.settled();
  process.send?.('settled');
}

process.on('message', (message) => void obey(message));
process.send?.('ready');
