import { MINUTE_MS } from '../../src/durations.ts';
import { startBotProcess, type BotProcess } from '../../tests/support/bot-process.ts';
import { loggedIn, stranger, type Stage } from '../../tests/support/stage.ts';

/** A bot that is started again when it dies. */
export interface PersistentBot {
  /** Of the process that runs now. */
  pid(): number;
  deaths(): number;
  /** What was blamed for each death. */
  blamed(): readonly string[];
  /** What was logged as a fault. */
  faults(): readonly string[];
  /** Resolves when the bot runs, also after a death that what was sent last may have caused. */
  isUp(lastSent: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startPersistentBot({ discord, env }: Pick<Stage, 'discord' | 'env'>): Promise<PersistentBot> {
  const bots: BotProcess[] = [];
  const blamed: string[] = [];
  let deaths = 0;
  let isStopping = false;
  let starting: Promise<void> = Promise.resolve();
  async function start(): Promise<void> {
    const bot = startBotProcess(env);
    bots.push(bot);
    bot.process.once('exit', () => {
      if (isStopping) return;
      deaths += 1;
      const last = bot.log().trim().split('\n').slice(-14).join('\n');
      console.error(`the bot died: ${last}`);
      starting = start();
    });
    await loggedIn(bot, discord);
    await discord.connected();
  }
  await start();
  return {
    pid: () => bots.at(-1)?.process.pid ?? 0,
    deaths: () => deaths,
    blamed: () => blamed,
    faults: () => bots.flatMap((bot) => bot.log().split('\n').flatMap(faultIn)),
    async isUp(lastSent) {
      await starting;
      await discord.connected();
      const seen = deaths;
      // Events are taken in their order: what ends the process does so before this is acknowledged.
      const sign = discord.slash('help', {}, stranger());
      await sign.until(
        ({ ack }) => (ack !== undefined || deaths > seen ? true : undefined),
        'a sign of life',
        MINUTE_MS,
      );
      while (blamed.length < deaths) blamed.push(lastSent);
      await starting;
    },
    async stop() {
      isStopping = true;
      await starting;
      await bots.at(-1)?.stop();
    },
  };
}

function faultIn(line: string): string[] {
  if (!line.includes('"msg":"fault"')) return [];
  return [/"error":"?(.{0,120})/.exec(line)?.[1] ?? line];
}
