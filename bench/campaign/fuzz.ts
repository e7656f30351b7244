// Thousands of interactions of every kind, most of them hostile, from a thousand members to one bot.
import { textOf, type SentInteraction } from '../../tests/support/discord/stand-in.ts';
import { chartBody, weekdayBars } from '../../tests/support/vendor.ts';
import { type Figure, figure } from '../figures.ts';
import { residentMiB } from '../processes.ts';
import { openStage, type Stage } from '../../tests/support/stage.ts';
import { quantile } from '../timing.ts';
import { createChance } from './chance.ts';
import { LISTED } from './hostile-values.ts';
import { fuzzer, type Fuzzed } from './interactions.ts';
import { none } from './none.ts';
import { startPersistentBot, type PersistentBot } from './persistent-bot.ts';

const INTERACTIONS = 10_000;
/** So many wait for their first answers at a time. */
const AT_ONCE = 16;
/** The caches are full by then: 1,000 to 1,200 MiB on two cores. */
const MOST_MIB = 1_408;
/** Discord takes first answers for 3 s. */
const ACK_MS = 3_500;
/** What a member is told of a fault. */
const FAULT = 'Something went wrong on our side';
/** Answers that take longer count as none. */
const PATIENCE_MS = 90_000;

export async function* fuzz(seed: number): AsyncGenerator<Figure> {
  const stage = await openStage();
  for (const [k, ticker] of LISTED.entries()) {
    stage.vendor.answer(ticker, [{ body: chartBody(weekdayBars('2023-06-01', 700, k + 1)) }]);
  }
  const bot = await startPersistentBot(stage);
  try {
    const { sent, acks, memory } = await sendAll(stage, bot, seed);
    const unanswered = sent.filter(({ fuzzed, asked }) => fuzzed.isAnswered && isOpen(asked));
    yield none('fuzz: crashes', bot.deaths(), countsOf(bot.blamed()));
    yield none('fuzz: interactions without an answer', unanswered.length, countsOf(unanswered.map(kindOf)));
    const faults = sent.filter(({ asked }) => shownIn(asked).some((text) => text.includes(FAULT)));
    yield none('fuzz: faults', faults.length, countsOf([...faults.map(kindOf), ...bot.faults()]));
    const refused = [...stage.discord.violations, ...stage.discord.unknownRequests()];
    yield none('fuzz: messages that Discord would refuse', refused.length, countsOf(refused));
    yield figure('fuzz: acknowledged, median', quantile(acks, 0.5), 'ms');
    yield figure('fuzz: acknowledged, 99th percentile', quantile(acks, 0.99), 'ms', { bar: { atMost: 500 } });
    yield figure('fuzz: memory at the end', memory, 'MiB', { bar: { atMost: MOST_MIB } });
  } finally {
    await bot.stop();
    await stage.close();
  }
}

interface Sent {
  readonly fuzzed: Fuzzed;
  readonly asked: SentInteraction;
}

async function sendAll({ discord }: Stage, bot: PersistentBot, seed: number) {
  const next = fuzzer(createChance(seed, 'fuzz'), discord);
  const sent: Sent[] = [];
  const acks: number[] = [];
  const waiting = new Set<Promise<void>>();
  /** Payloads that have ended a process: it is known by now. */
  const deadly = new Set<string>();
  let deaths = 0;
  for (let k = 0; k < INTERACTIONS; k += 1) {
    const fuzzed = next();
    if (deadly.has(fuzzed.kind)) continue;
    // What it may end has been acknowledged.
    if (!fuzzed.isAnswered) await Promise.all(waiting);
    const asked = discord.send(fuzzed.interaction, fuzzed.who);
    sent.push({ fuzzed, asked });
    if (fuzzed.isAnswered) {
      const wait = acknowledged(asked, bot, acks).finally(() => waiting.delete(wait));
      waiting.add(wait);
      if (waiting.size >= AT_ONCE) await Promise.race(waiting);
    } else {
      await bot.isUp(fuzzed.kind);
      if (bot.deaths() > deaths) deadly.add(fuzzed.kind);
    }
    deaths = bot.deaths();
  }
  await Promise.all(waiting);
  const isDone = () => (sent.some(({ asked }) => asked.isThinking) ? undefined : true);
  await discord.until(isDone, 'the last answers', PATIENCE_MS).catch(() => false);
  return { sent, acks, memory: residentMiB(bot.pid()) };
}

/** Waits for the first answer, but not for that of a dead process. @param acks takes up the milliseconds */
async function acknowledged(asked: SentInteraction, bot: PersistentBot, acks: number[]): Promise<void> {
  const deaths = bot.deaths();
  const read = () => asked.ack?.ms ?? (bot.deaths() > deaths ? false : undefined);
  const ms = await asked.until(read, 'a first answer', ACK_MS).catch(() => false as const);
  if (ms !== false) acks.push(ms);
}

const isOpen = ({ ack, isThinking }: SentInteraction): boolean => ack === undefined || isThinking;

const kindOf = ({ fuzzed: { kind, interaction } }: Sent): string =>
  kind === 'slash' && 'name' in interaction.data ? `slash ${String(interaction.data.name).slice(0, 20)}` : kind;

function shownIn({ original, edits, followUps }: SentInteraction): string[] {
  return [original, ...edits, ...followUps].flatMap((one) => (one === undefined ? [] : [textOf(one)]));
}

/** The most frequent first: `3 × select, 1 × modal`. */
function countsOf(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => name);
  return [...counts]
    .map(([name, all]) => [all.length, name] as const)
    .toSorted(([a], [b]) => b - a)
    .slice(0, 12)
    .map(([count, name]) => `${count} × ${name}`)
    .join(', ');
}
