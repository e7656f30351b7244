// A bot's surroundings on loopback: a stand-in for Discord, one for the vendor, a store and models in a directory.
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { MINUTE_MS } from '../../src/durations.ts';
import { runScript, startBotProcess, type BotProcess } from './bot-process.ts';
import { environmentOf } from './discord/environment.ts';
import { startDiscord, textOf, type Discord, type DiscordOptions, type SentInteraction } from './discord/stand-in.ts';
import { temporaryHome } from './tailcap.ts';
import { startVendor, type Vendor } from './vendor.ts';

export interface Stage {
  readonly home: string;
  readonly discord: Discord;
  readonly vendor: Vendor;
  /** What a bot needs to log in. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** With the model of the sample, and with the commands deployed. */
export async function openStage(options: DiscordOptions = {}): Promise<Stage> {
  const { home, remove } = temporaryHome();
  const [discord, vendor] = [await startDiscord(options), await startVendor()];
  const models = `${home}/models`;
  cpSync(fileURLToPath(new URL('../../models/sample', import.meta.url)), `${models}/sample`, { recursive: true });
  const env = {
    ...environmentOf(discord),
    STORE_URL: `sqlite:${home}/tailcap.sqlite`,
    MODELS_DIR: models,
    YAHOO_URL: vendor.url,
    LOG_LEVEL: 'info',
  };
  const close = async (): Promise<void> => {
    await discord.close();
    await vendor.close();
    remove();
  };
  const { code, output } = await runScript('discord/deploy.ts', env);
  if (code === 0) return { home, discord, vendor, env, close };
  await close();
  throw new Error(`commands could not be registered: ${output}`);
}

/** Resolves when the log says that the bot has logged in. */
export const loggedIn = (bot: BotProcess, discord: Discord): Promise<true> =>
  discord.until(() => (bot.log().includes('logged in') ? true : undefined), 'the bot to log in', MINUTE_MS);

/** Runs `npm start` and what `work` does with it, and stops it. @param through a program that starts it, with its options */
export async function withBotProcess<T>(
  { discord, env }: Pick<Stage, 'discord' | 'env'>,
  work: (bot: BotProcess) => Promise<T>,
  through: readonly string[] = [],
): Promise<T> {
  const bot = startBotProcess(env, through);
  try {
    await loggedIn(bot, discord);
    return await work(bot);
  } finally {
    await bot.stop();
  }
}

/** A stage on which a bot runs until it is closed. */
export interface RunningBot extends Stage {
  /** Of the process that runs now. */
  log(): string;
  /** Stops it and starts another. @returns the exit code of the one that was stopped */
  restart(): Promise<number | null>;
  /** @throws Error when Discord would have refused something that a bot sent, or does not know it */
  close(): Promise<void>;
}

/** @throws Error when commands cannot be registered */
export async function startRunningBot(): Promise<RunningBot> {
  const stage = await openStage();
  const start = async (): Promise<BotProcess> => {
    const bot = startBotProcess(stage.env);
    await loggedIn(bot, stage.discord);
    return bot;
  };
  let bot = await start();
  return {
    ...stage,
    log: () => bot.log(),
    async restart() {
      const code = await bot.stop();
      bot = await start();
      return code;
    },
    async close() {
      await bot.stop();
      await stage.close();
      stage.discord.checkSent();
    },
  };
}

const stoppedLine = z.object({
  eventLoopDelayMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
});

/** Event-loop delays between log-in and stop, from the log of a bot that was stopped. */
export function delaysIn(bot: BotProcess): z.infer<typeof stoppedLine>['eventLoopDelayMs'] {
  const line = bot.log().trim().split('\n').at(-1) ?? '';
  return stoppedLine.parse(JSON.parse(line)).eventLoopDelayMs;
}

let members = 0;

/** A member who has asked nothing yet: expensive commands are limited to a few a minute for each. */
export const stranger = (): { userId: string } => ({ userId: `3${String(members++).padStart(17, '0')}` });

export interface Answered {
  readonly ackMs: number;
  readonly ms: number;
  /** Empty when there was no answer in time. */
  readonly text: string;
}

export async function answered(asked: SentInteraction, withinMs = MINUTE_MS): Promise<Answered> {
  const started = performance.now();
  const { ms: ackMs } = await asked.acknowledged();
  const text = await asked.answer(withinMs).then(textOf, () => '');
  return { ackMs, ms: performance.now() - started, text };
}

/** Whether it is the answer to `/allocate`, not a refusal. */
export const isSplit = (text: string): boolean => /Split within|No split keeps/.test(text);
