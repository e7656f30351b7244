// The whole bot against a stand-in for Discord on loopback: `node bench/bot.ts`.
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runScript, startBotProcess, type BotProcess } from '../tests/support/bot-process.ts';
import { startDiscord, textOf, type SentInteraction, type Discord } from '../tests/support/discord/stand-in.ts';
import { temporaryHome } from '../tests/support/tailcap.ts';
import { chartBody, startVendor, weekdayBars } from '../tests/support/vendor.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure } from './figures.ts';

type Options = Readonly<Record<string, string | number>>;

const MINUTE_MS = 60_000;
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
  const { home, remove } = temporaryHome();
  const [discord, vendor] = [await startDiscord(), await startVendor()];
  try {
    for (const [k, ticker] of TICKERS.entries()) vendor.answer(ticker, [{ body: market(k) }]);
    const models = `${home}/models`;
    cpSync(fileURLToPath(new URL('../models/sample', import.meta.url)), `${models}/sample`, { recursive: true });
    const env = {
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_TOKEN: discord.token,
      DISCORD_APPLICATION_ID: discord.applicationId,
      DISCORD_GUILD_ID: discord.guildId,
      STORE_URL: `sqlite:${home}/tailcap.sqlite`,
      MODELS_DIR: models,
      YAHOO_URL: vendor.url,
      LOG_LEVEL: 'info',
    };
    const { code, output } = await runScript('discord/deploy.ts', env);
    if (code !== 0) throw new Error(`commands could not be registered: ${output}`);
    yield* await withBot('50 questions while training', discord, env, askFifty);
    yield* await withBot('questions on kept scenarios', discord, env, askCached);
    if (discord.violations.length > 0) throw new Error(`Discord would refuse: ${discord.violations.join('; ')}`);
  } finally {
    await discord.close();
    await vendor.close();
    remove();
  }
}

/** A figure of one load, and its largest allowed value. */
type Measurement = readonly [what: string, value: number, unit: string, atMost?: number];

/**
 * Starts the bot as a process, runs `load` on it and stops it. Its delays and memory come after the figures of `load`.
 */
async function withBot(
  name: string,
  discord: Discord,
  env: Record<string, string>,
  load: (discord: Discord) => Promise<Measurement[]>,
): Promise<Figure[]> {
  const bot = startBotProcess(env);
  const memory = watchMemory(bot.process.pid ?? 0);
  try {
    await discord.until(() => (bot.log().includes('logged in') ? true : undefined), 'the bot to log in', MINUTE_MS);
    const measured = await load(discord);
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
    await bot.stop();
  }
}

function showsTraining({ edits }: SentInteraction): boolean {
  return edits.some(({ content }) => content.includes('Training a model'));
}

let members = 0;

/** Each question comes from another member, because of the rate limit on expensive commands. */
function ask(discord: Discord, options: Options): SentInteraction {
  return discord.slash('allocate', options, { userId: `3${String(members++).padStart(17, '0')}` });
}

const isAnswer = ({ text }: Answered): boolean => /Split within|No split keeps/.test(text);

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

interface Answered {
  readonly ackMs: number;
  readonly ms: number;
  /** Empty when there was no answer within a minute. */
  readonly text: string;
}

async function answered(asked: SentInteraction): Promise<Answered> {
  const started = performance.now();
  const { ms: ackMs } = await asked.acknowledged();
  const text = await asked.answer(MINUTE_MS).then(textOf, () => '');
  return { ackMs, ms: performance.now() - started, text };
}

const stoppedLine = z.object({
  eventLoopDelayMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
});

/** Event-loop delays between log-in and stop, from the bot's last log line. */
function delaysIn(bot: BotProcess): z.infer<typeof stoppedLine>['eventLoopDelayMs'] {
  const line = bot.log().trim().split('\n').at(-1) ?? '';
  return stoppedLine.parse(JSON.parse(line)).eventLoopDelayMs;
}

/** Samples the resident memory of a process and its children. Linux only. */
function watchMemory(pid: number): { peakMiB(): number; stop(): void } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(
      peak,
      processTree(pid).reduce((sum, one) => sum + residentKiB(one), 0),
    );
  }, 50);
  return { peakMiB: () => peak / 1024, stop: () => clearInterval(timer) };
}

function processTree(pid: number): number[] {
  const children = readOrNothing(() =>
    readdirSync(`/proc/${pid}/task`)
      .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'))
      .join(' '),
  );
  return [
    pid,
    ...children
      .split(' ')
      .filter(Boolean)
      .flatMap((child) => processTree(Number(child))),
  ];
}

function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readOrNothing(() => readFileSync(`/proc/${pid}/status`, 'utf8')))?.[1] ?? 0);
}

/** Empty when the process or thread has ended meanwhile. */
function readOrNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** The smallest value that a share q of the values does not exceed. */
function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)] ?? Number.NaN;
}

if (import.meta.main) await runAlone(benchBot);
