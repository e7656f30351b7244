// Another process holds the write lock of the store's file.
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { chartBody, weekdayBars } from '../../tests/support/vendor.ts';
import { type Figure, figure } from '../figures.ts';
import {
  answered,
  delaysIn,
  isSplit,
  openStage,
  stranger,
  withBotProcess,
  type Stage,
} from '../../tests/support/stage.ts';
import { quantile } from '../timing.ts';
import { none } from './none.ts';
import { fileOf } from './store-rows.ts';

const TICKERS = ['AAA', 'BBB'];
const LOCK_MS = 13_000;
const PAUSE_MS = 200;

export async function* foreignLock(): AsyncGenerator<Figure> {
  const stage = await openStage();
  for (const ticker of TICKERS) stage.vendor.answer(ticker, [{ body: chartBody(weekdayBars('2024-10-01', 560)) }]);
  try {
    yield* await withBotProcess(stage, async (bot) => {
      const figures = await askUnderLock(stage);
      await bot.stop();
      const { max } = delaysIn(bot);
      return [...figures, figure('foreign lock: event-loop delay, longest', max, 'ms', { bar: { atMost: 500 } })];
    });
  } finally {
    await stage.close();
  }
}

async function askUnderLock({ discord, env }: Stage): Promise<Figure[]> {
  const ask = (loss: string, over: Readonly<Record<string, string>> = { universe: 'sample' }): Promise<string> =>
    answered(discord.slash('allocate', { ...over, loss }, stranger())).then(
      ({ text }) => text,
      () => '',
    );
  await ask('8%');
  const file = new DatabaseSync(fileOf(env));
  file.exec('BEGIN IMMEDIATE');
  const started = performance.now();
  // A write, a question whose answer has a button to store, one whose prices and model are new, and what needs neither.
  const settings = discord.slash('settings set', { horizon: 10 });
  const questions = [ask('9%'), ask('9%', { tickers: TICKERS.join(', ') })];
  const acks: Promise<number>[] = [];
  while (performance.now() - started < LOCK_MS) {
    const help = discord.slash(acks.length % 2 === 0 ? 'help' : 'about', {}, stranger());
    acks.push(
      help.acknowledged().then(
        ({ ms }) => ms,
        () => Infinity,
      ),
    );
    await sleep(PAUSE_MS);
  }
  file.exec('ROLLBACK');
  file.close();
  const times = await Promise.all(acks);
  const texts = await Promise.all(questions);
  const changed = await settings.answer(LOCK_MS).catch(() => undefined);
  return [
    none('foreign lock: /help and /about not acknowledged', times.filter((ms) => ms === Infinity).length),
    figure('foreign lock: /help and /about acknowledged, 99th percentile', quantile(times, 0.99), 'ms', {
      bar: { atMost: 500 },
    }),
    none('foreign lock: questions without an answer', texts.filter((text) => !isSplit(text)).length, texts.join('; ')),
    none('foreign lock: changes of settings without an answer', changed === undefined ? 1 : 0),
  ];
}
