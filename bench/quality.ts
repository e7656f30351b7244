// What it takes to check prices before an answer: `node bench/quality.ts`. The checks run on the main thread.
import { sampleMarket } from '../src/prices/vendors/sample.ts';
import { checkQuality } from '../src/engine/quality/check.ts';
import type { Prices } from '../src/engine/types.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure, sizeName } from './figures.ts';
import { fastestOf, secondsOf } from './timing.ts';

const DAYS = 2500;

/** The sample market, its columns again and again. */
function pricesOf(assets: number): Prices {
  const { tickers, closes, dates } = sampleMarket();
  const columns = Array.from({ length: assets }, (_, j) => j % tickers.length);
  return {
    dates: dates.slice(-DAYS),
    tickers: columns.map((column, j) => `${tickers[column]}${j}`),
    closes: closes.slice(-DAYS).map((row) => columns.map((column) => row[column]!)),
  };
}

/** A copy, since what is known of prices is kept with them. */
const check = (prices: Prices) => () => Promise.resolve(checkQuality({ ...prices }));

export async function* benchQuality(): AsyncGenerator<Figure> {
  const usual = pricesOf(12);
  const name = `check prices ${sizeName(12, DAYS)}`;
  yield figure(`${name}, for the first time`, 1000 * (await secondsOf(check(usual))), 'ms');
  yield figure(name, 1000 * (await fastestOf(20, check(usual))), 'ms', { bar: { atMost: 20 } });
  const many = pricesOf(60);
  yield figure(`check prices ${sizeName(60, DAYS)}`, 1000 * (await fastestOf(20, check(many))), 'ms');
}

if (import.meta.main) await runAlone(benchQuality);
