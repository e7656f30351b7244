// The whole bot against a stand-in for Discord on loopback: `node bench/bot.ts`.
import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE_MS } from '../src/durations.ts';
import { textOf, type Discord, type SentInteraction } from '../tests/support/discord/stand-in.ts';
import { chartBody, weekdayBars } from '../tests/support/vendor.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure } from './figures.ts';
import { watchMemory } from './processes.ts';
import { answered, delaysIn, isSplit, openStage, stranger, withBotProcess } from '../tests/support/stage.ts';
import type { Answered, Stage } from '../tests/support/stage.ts';
import { quantile } from './timing.ts';

type Options = Readonly<Record<string, string | number>>;

const QUESTIONS = 50;
/** All questions are asked within this time, one after the other. */
const ASKING_MS = 5_000;
const CACHED_QUESTIONS = 10;

/** Questions on the sample with different limits, confidences, bounds and horizons, so that no two share scenarios. */
const questions: readonly Options[] = Array.from({ length: QUESTIONS }, (_, k) => ({
  universe: 'sample',
  loss: `${5 + Math.floor(k / 2)}%`,
  horizon: 5 + k,
  alpha: k % 3 === 0 ? '99%' : '95%',
  ...(k % 5 === 0 && { max_weight: '40%' }),
}));

/** Universes of twelve symbols over six years. Their trainings, one after the other, must outlast the questions. */
const TRAININGS = 5;
const TICKERS = Array.from({ length: 12 + TRAININGS }, (_, k) => `T${k}`);

function market(k: number): string {
  return chartBody(
    weekdayBars('2020-01-01', 1_500).map(([day], t) => [
      day,
      100 + 5 * Math.sin((k + 1) * t) + 3 * Math.cos(t * t * (k + 2)),
    ]),
  );
}

export async function* benchBot(): AsyncGenerator<Figure> {
  const stage = await openStage();
  const { discord, vendor } = stage;
  try {
    for (const [k, ticker] of TICKERS.entries()) vendor.answer(ticker, [{ body: market(k) }]);
    yield* await withBot('50 questions while training', stage, askFifty);
    yield* await withBot('questions on kept scenarios', stage, askCached);
    if (discord.violations.length > 0) throw new Error(`Discord would refuse: ${discord.violations.join('; ')}`);
  } finally {
    await stage.close();
  }
}

/** A figure of one load, and its largest allowed value. */
type Measurement = readonly [what: string, value: number, unit: string, atMost?: number];

/**
 * Starts the bot as a process, runs `load` on it and stops it. Its delays and memory come after the figures of `load`.
 */
function withBot(name: string, stage: Stage, load: (discord: Discord) => Promise<Measurement[]>): Promise<Figure[]> {
  return withBotProcess(stage, async (bot) => {
    const memory = watchMemory(bot.process.pid ?? 0);
    try {
      const measured = await load(stage.discord);
      await bot.stop();
      const { p50, p99, max } = delaysIn(bot);
      const all: Measurement[] = [
        ...measured,
        ['event-loop delay, median', p50, 'ms'],
        ['event-loop delay, 99th percentile', p99, 'ms', 50],
        ['event-loop delay, longest', max, 'ms'],
        ['memory of the process tree, most', memory.peakMiB(), 'MiB', 1_536],
      ];
      return all.map(([what, value, unit, atMost]) =>
        figure(`bot, ${name}: ${what}`, value, unit, { bar: atMost === undefined ? undefined : { atMost } }),
      );
    } finally {
      memory.stop();
    }
  });
}

function showsTraining({ edits }: SentInteraction): boolean {
  return edits.some(({ content }) => content.includes('Training a model'));
}

/** Each question comes from another member, because of the rate limit on expensive commands. */
function ask(discord: Discord, options: Options): SentInteraction {
  return discord.slash('allocate', options, stranger());
}

const isAnswer = ({ text }: Answered): boolean => isSplit(text);

/** Asks fifty questions while models are trained. */
async function askFifty(discord: Discord): Promise<Measurement[]> {
  const trainings = Array.from({ length: TRAININGS }, (_, k) =>
    ask(discord, { tickers: TICKERS.slice(k, k + 12).join(','), loss: '30%', horizon: 5 }),
  );
  await discord.until(() => (trainings.some(showsTraining) ? true : undefined), 'a training to begin', MINUTE_MS);
  const asked: Promise<Answered>[] = [];
  for (const options of questions) {
    asked.push(answered(ask(discord, options)));
    await sleep(ASKING_MS / QUESTIONS);
  }
  const answers = await Promise.all(asked);
  const isOver = trainings.every(({ original }) => original !== undefined && original.embeds.length > 0);
  if (isOver) throw new Error('all trainings were over before the questions were answered');
  const acknowledgements = answers.map(({ ackMs }) => ackMs);
  const seconds = answers.map(({ ms }) => ms / 1000);
  const busy = answers.filter(({ text }) => text.includes('I am busy')).length;
  const unanswered = answers.filter((one) => !isAnswer(one)).length - busy;
  return [
    ['acknowledged, median', quantile(acknowledgements, 0.5), 'ms'],
    ['acknowledged, 99th percentile', quantile(acknowledgements, 0.99), 'ms', 500],
    ['answered, median', quantile(seconds, 0.5), 's'],
    ['answered, slowest', quantile(seconds, 1), 's', 20],
    ['told "busy"', busy, '', 0],
    ['without an answer', unanswered, '', 0],
  ];
}

async function secondsUntilAnswered(asked: SentInteraction): Promise<number> {
  const one = await answered(asked);
  if (!isAnswer(one)) throw new Error(`no answer: ${one.text}`);
  return one.ms / 1000;
}

/** Asks questions with different limits on cached scenarios, one after the other. */
async function askCached(discord: Discord): Promise<Measurement[]> {
  const askLimit = (loss: number): SentInteraction => ask(discord, { universe: 'sample', loss: `${loss}%` });
  const first = askLimit(8);
  const cold = await secondsUntilAnswered(first);
  // Its record is made in the background, and takes both processors for a quarter of a minute.
  await first.until(
    ({ edits }) => edits.find((one) => textOf(one).includes('past decisions')),
    'the record',
    MINUTE_MS,
  );
  const seconds: number[] = [];
  for (let k = 0; k < CACHED_QUESTIONS; k++) seconds.push(await secondsUntilAnswered(askLimit(8.5 + k / 2)));
  return [
    ['first answer of a new process', cold, 's'],
    ['answer from cached scenarios, chart included, median', quantile(seconds, 0.5), 's', 0.25],
    ['answer from cached scenarios, chart included, slowest', quantile(seconds, 1), 's'],
  ];
}

if (import.meta.main) await runAlone(benchBot);
