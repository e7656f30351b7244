// Bots that live for one test.
import { onTestFinished } from 'vitest';
import type { SlashCommand } from '../../src/commands/slash-command.ts';
import type { Discord, SentInteraction } from '../support/discord/stand-in.ts';
import { startTestBot, type TestBot } from '../support/test-bot.ts';
import { createHold, echo, type Holding } from './commands.ts';

type Options = Parameters<typeof startTestBot>[1];

export async function startForTest(
  commands: readonly SlashCommand<unknown>[],
  options: Options = {},
): Promise<TestBot> {
  const test = await startTestBot(commands, options);
  onTestFinished(() => test.close());
  return test;
}

/** A bot with `echo`. */
export function startEcho(options: Options = {}): Promise<TestBot> {
  return startForTest([echo], options);
}

export interface HoldingBot extends TestBot {
  readonly hold: Holding;
}

/** A bot with `echo` and a `hold` that runs until it is released. */
export async function startHolding(options: Options = {}): Promise<HoldingBot> {
  const hold = createHold();
  return { ...(await startForTest([echo, hold.command], options)), hold };
}

/** Asks, and waits until the command runs. */
export async function holding(
  { discord, hold }: HoldingBot,
  { isPublic = false, ...who }: { isPublic?: boolean } & Parameters<Discord['slash']>[2] = {},
): Promise<SentInteraction> {
  const before = hold.held.length;
  const asked = discord.slash('hold', { text: 'at last', public: isPublic }, who);
  await asked.acknowledged();
  await discord.until(() => hold.held[before], 'the command to run');
  return asked;
}

/** Milliseconds after which an interaction's token is taken to have expired. */
export const AFTER_THE_TOKEN = 14.6 * 60_000;
