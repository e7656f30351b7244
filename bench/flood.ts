// One member floods the bot with a command while strangers ask: `node bench/flood.ts`.
import { setTimeout as sleep } from 'node:timers/promises';
import { openGuilds } from '../src/commands/guilds.ts';
import { MINUTE_MS } from '../src/durations.ts';
import { openStoredSeries } from '../src/prices/ticker-series.ts';
import { openStore } from '../src/store/store.ts';
import type { Discord, SentInteraction } from '../tests/support/discord/stand-in.ts';
import { chartBody, weekdayBars } from '../tests/support/vendor.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure } from './figures.ts';
import { answered, isSplit, openStage, stranger, withBotProcess } from '../tests/support/stage.ts';
import { quantile } from './timing.ts';

const FLOOD_MS = 5_000;
/** Between two requests of the member who floods. */
const FLOOD_EVERY_MS = 20;
/** Between two strangers who ask for /help. */
const HELP_EVERY_MS = 100;
/** What a server may store at most, of series as long as the store keeps them. */
const [UNIVERSES, TICKERS, DAYS] = [25, 60, 2_750];
const SHARES = ['QAA', 'QBB'];
/** Lists of the flooder's own, of which each needs its prices and a model: more than a member may ask for in a minute. */
const OWN_LISTS = Array.from({ length: 8 }, (_, k) => Array.from({ length: 12 }, (_ticker, j) => `O${k}X${j}`));

/** Sends the k-th request of a flood. */
type Flood = (discord: Discord, k: number, userId: string) => SentInteraction;

const unknown = (k: number): string => Array.from({ length: 60 }, (_, j) => `Z${k}X${j}`).join(', ');

const floods: Readonly<Record<string, Flood>> = {
  '/allocate': (discord, k, userId) =>
    discord.slash('allocate', { universe: 'sample', loss: '20%', horizon: 1 + (k % 252) }, { userId }),
  '/backtest': (discord, k, userId) =>
    discord.slash('backtest', { universe: 'sample', horizon: 1 + (k % 20), retrain: 1 }, { userId }),
  '/universe create': (discord, k, userId) =>
    discord.slash('universe create', { name: `flood-${k}`, tickers: unknown(k) }, { userId, mayManage: true }),
  '/status': (discord, _, userId) => discord.slash('status', {}, { userId }),
  '/privacy export': (discord, _, userId) => discord.slash('privacy export', {}, { userId }),
  autocomplete: (discord, k, userId) =>
    discord.autocomplete('allocate', { tickers: `company ${k}`, loss: '8%' }, 'tickers', { userId }),
  buttons: (discord, k, userId) => discord.press(`allocate:none-${k}`, { userId, isUnseen: true }),
  '/frontier': (discord, k, userId) =>
    discord.slash('frontier', { universe: 'sample', horizon: 1 + (k % 252) }, { userId }),
  '/record': (discord, k, userId) => discord.slash('record', { universe: 'sample', horizon: 1 + (k % 20) }, { userId }),
  // The last, because its models are trained for longer than it takes.
  '/allocate of own tickers': (discord, k, userId) =>
    discord.slash('allocate', { tickers: (OWN_LISTS[k % OWN_LISTS.length] ?? []).join(','), loss: '40%' }, { userId }),
};

let questions = 0;

/** A question about two shares; no two share scenarios, and all have the same record. */
const askTwo = (discord: Discord): SentInteraction =>
  discord.slash('allocate', { tickers: SHARES.join(','), loss: '40%', horizon: 15 + (questions++ % 16) }, stranger());

async function secondsForTwo(discord: Discord): Promise<number> {
  const one = await answered(askTwo(discord), 2 * MINUTE_MS);
  if (!isSplit(one.text)) throw new Error(`no answer: ${one.text}`);
  return one.ms / 1_000;
}

/** The record of the two shares is made in the background. */
async function untilIdle(discord: Discord): Promise<void> {
  for (let k = 0; k < 60; k++) {
    const { text } = await answered(discord.slash('status', {}, stranger()));
    if (text.includes('idle')) return;
    await sleep(1_000);
  }
}

async function quietSeconds(discord: Discord): Promise<number> {
  await secondsForTwo(discord);
  await untilIdle(discord);
  const seconds: number[] = [];
  for (let k = 0; k < 3; k++) seconds.push(await secondsForTwo(discord));
  return quantile(seconds, 0.5);
}

async function underFlood(discord: Discord, flood: Flood) {
  const { userId: flooder } = stranger();
  const abort = new AbortController();
  const flooding = (async () => {
    for (let k = 0; !abort.signal.aborted; k++) {
      flood(discord, k, flooder);
      await sleep(FLOOD_EVERY_MS);
    }
  })();
  const acknowledgements: Promise<number>[] = [];
  const helping = (async () => {
    while (!abort.signal.aborted) {
      const asked = discord.slash('help', {}, stranger());
      acknowledgements.push(asked.acknowledged().then(({ ms }) => ms));
      await sleep(HELP_EVERY_MS);
    }
  })();
  await sleep(1_000);
  const [seconds] = await Promise.all([secondsForTwo(discord), sleep(FLOOD_MS - 1_000)]);
  abort.abort();
  await Promise.all([flooding, helping]);
  return { seconds, acks: await Promise.all(acknowledgements) };
}

/** A server with as many universes as it may have, and their prices. */
async function fillStore(url: string, guildId: string): Promise<void> {
  const store = await openStore(url, { now: Date.now });
  const series = openStoredSeries(store);
  const bars = weekdayBars('2015-06-01', DAYS);
  const one = {
    fetchedAt: new Date().toISOString(),
    isBySession: true as const,
    currency: 'USD',
    dates: bars.map(([day]) => day),
    closes: bars.map(([, close]) => close),
    volumes: bars.map(() => 1_000),
  };
  const universes = Array.from({ length: UNIVERSES }, (_, u) => ({
    name: `u${u}`,
    tickers: Array.from({ length: TICKERS }, (_ticker, k) => `U${u}X${k}`),
    createdAt: one.fetchedAt,
  }));
  for (const ticker of universes.flatMap(({ tickers }) => tickers)) await series.set(`yahoo/${ticker}`, one);
  await openGuilds(store).update(guildId, (record) => ({ ...record, universes }));
  await store.close();
}

export async function* benchFlood(): AsyncGenerator<Figure> {
  const stage = await openStage();
  try {
    for (const [k, ticker] of [...SHARES, ...OWN_LISTS.flat()].entries()) {
      const bars = weekdayBars('2020-01-01', 1_700).map(([day], t): [string, number] => [
        day,
        100 + 5 * Math.sin((k + 1) * t) + 3 * Math.cos(t * t * (k + 2)),
      ]);
      stage.vendor.answer(ticker, [{ body: chartBody(bars) }]);
    }
    await fillStore(stage.env.STORE_URL ?? '', stage.discord.guildId);
    yield* await withBotProcess(stage, () => measure(stage.discord));
  } finally {
    await stage.close();
  }
}

async function measure(discord: Discord): Promise<Figure[]> {
  const quiet = await quietSeconds(discord);
  const figures = [figure('flood, nobody floods: two shares answered', quiet, 's')];
  for (const [name, flood] of Object.entries(floods)) {
    const { seconds, acks } = await underFlood(discord, flood);
    const of = `flood of ${name}:`;
    figures.push(
      figure(`${of} /help of strangers acknowledged, 99th percentile`, quantile(acks, 0.99), 'ms', {
        bar: { atMost: 500 },
      }),
      figure(`${of} two shares of a stranger answered`, seconds, 's', { bar: { atMost: 3 * quiet + 5 } }),
    );
  }
  return figures;
}

if (import.meta.main) await runAlone(benchFlood);
