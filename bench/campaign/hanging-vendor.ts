// A vendor that accepts connections and says nothing, while the prices that members ask about are stored.
import { HOUR_MS, MINUTE_MS } from '../../src/durations.ts';
import type { Discord } from '../../tests/support/discord/stand-in.ts';
import { startPeople } from '../../tests/support/people.ts';
import { temporaryHome } from '../../tests/support/tailcap.ts';
import { chartBody, startVendor, weekdayBars, type Vendor } from '../../tests/support/vendor.ts';
import { type Figure, figure } from '../figures.ts';
import { answered, isSplit, stranger } from '../../tests/support/stage.ts';
import { none } from './none.ts';

/** A Saturday, when stored prices can be complete. */
const SATURDAY = Date.parse('2024-04-20T12:00:00Z');
/** After that stored prices are asked for again. */
const STALE_MS = 7 * HOUR_MS;
const SIZES = [2, 12, 60];
const tickersOf = (size: number): string[] => Array.from({ length: size }, (_, k) => `H${size}N${k}`);
/** Asked about by another member meanwhile. */
const OTHERS = ['OOO', 'PPP'];

export async function* hangingVendor(): AsyncGenerator<Figure> {
  const { home, remove } = temporaryHome();
  const vendor = await startVendor();
  const clock = { now: SATURDAY };
  const env = { YAHOO_URL: vendor.url, MODELS_DIR: `${home}/models`, LOG_LEVEL: 'error' };
  const people = await startPeople(env, { clock: { now: () => clock.now } });
  const { discord } = people;
  try {
    const lists = [...SIZES.map(tickersOf), OTHERS];
    for (const list of lists) for (const ticker of list) vendor.answer(ticker, [{ body: chartBody(bars(ticker)) }]);
    for (const list of lists) await ask(discord, list, '50%');
    for (const [k, list] of lists.slice(0, -1).entries()) {
      clock.now += STALE_MS;
      yield* await askWhileSilent(discord, vendor, list, `${40 + k}%`);
    }
  } finally {
    await people.close();
    await vendor.close();
    remove();
  }
}

async function askWhileSilent(
  discord: Discord,
  vendor: Vendor,
  tickers: readonly string[],
  loss: string,
): Promise<Figure[]> {
  for (const ticker of tickers) vendor.answer(ticker, ['hang']);
  const [answer, other] = await Promise.all([ask(discord, tickers, loss), ask(discord, OTHERS, loss)]);
  const name = `hanging vendor, ${tickers.length} tickers with stored prices`;
  return [
    figure(`${name}: answered`, answer.ms / 1000, 's', { bar: { atMost: 10 } }),
    figure(`${name}: another member's question, answered`, other.ms / 1000, 's', { bar: { atMost: 10 } }),
    none(`${name}: without an answer`, [answer, other].filter(({ text }) => !isSplit(text)).length, answer.text),
  ];
}

const ask = (discord: Discord, tickers: readonly string[], loss: string) =>
  answered(discord.slash('allocate', { tickers: tickers.join(','), loss, horizon: 2 }, stranger()), 3 * MINUTE_MS);

function bars(ticker: string) {
  const seed = Buffer.from(ticker).reduce((sum, byte, k) => sum + (k + 1) * byte, 0);
  const days = weekdayBars('2022-05-02', 515);
  return days.map(([day], t) => [day, 100 + 5 * Math.sin(seed * t) + 3 * Math.cos(t * t * seed)] as const);
}
