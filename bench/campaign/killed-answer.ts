import { MINUTE_MS } from '../../src/durations.ts';
import { textOf } from '../../tests/support/discord/stand-in.ts';
import { chartBody, weekdayBars } from '../../tests/support/vendor.ts';
import { type Figure, figure } from '../figures.ts';
import { processTree } from '../processes.ts';
import { openStage, stranger, withBotProcess, type Stage } from '../../tests/support/stage.ts';
import { none } from './none.ts';

const TICKERS = Array.from({ length: 12 }, (_, k) => `K${k}`);

/** A bot is killed while it trains a model for an answer; the next one apologises in the answer's place. */
export async function killedAnswer(): Promise<Figure[]> {
  const stage = await openStage();
  try {
    return await killWhileTraining(stage);
  } finally {
    await stage.close();
  }
}

async function killWhileTraining(stage: Stage): Promise<Figure[]> {
  const { discord, vendor } = stage;
  for (const [k, ticker] of TICKERS.entries()) vendor.answer(ticker, [{ body: market(k) }]);
  const asked = await withBotProcess(stage, async ({ process: { pid = 0 } }) => {
    const question = discord.slash('allocate', { tickers: TICKERS.join(','), loss: '30%', horizon: 5 }, stranger());
    const isTraining = ({ edits }: typeof question) =>
      edits.find(({ content }) => content.includes('Training a model'));
    await question.until(isTraining, 'the training', MINUTE_MS);
    // npm has started it.
    for (const one of processTree(pid).toReversed()) process.kill(one, 'SIGKILL');
    return question;
  });
  await discord.disconnected();
  const started = performance.now();
  const text = await withBotProcess(stage, () => asked.answer(MINUTE_MS).then(textOf, () => ''));
  const isTold =
    text.includes('I was interrupted before your `/allocate` was answered') && asked.original?.content === '';
  return [
    none('kills, a bot at work on an answer: no apology in its place', isTold ? 0 : 1, text),
    none('kills, a bot at work on an answer: messages beside it', discord.posted.length),
    // Until then it could still live.
    figure('kills, a bot at work on an answer: apologised for after', (performance.now() - started) / 1_000, 's', {
      bar: { atMost: 60 },
    }),
  ];
}

const market = (k: number): string =>
  chartBody(
    weekdayBars('2020-01-01', 1_500).map(([day], t) => [
      day,
      100 + 5 * Math.sin((k + 1) * t) + 3 * Math.cos(t * t * (k + 2)),
    ]),
  );
