// Which target `weekly-lstm` should forecast: squared errors ÷ those of "next week's price is this week's", walk-forward
// over development years, which no figure of the strategies is measured on.
//   node bench/weekly-targets.ts [units]
import { rowsUntil } from '../src/engine/history.ts';
import { periodCloses } from '../src/engine/periods.ts';
import { forecastWeeks } from '../src/engine/weekly-study/forecast.ts';
import { readPricesCsv } from '../src/prices/vendors/csv.ts';
import { sharedFile } from '../tests/support/shared-files.ts';

const units = Number(process.argv[2] ?? 256);
const tickers = ['AAPL', 'BAC', 'GE', 'KO', 'XOM'];
/** A year is forecast after each of these. */
const trainedUntil = ['2002-12-31', '2005-12-31', '2008-12-31', '2010-12-31'];
const weeksAhead = 52;

const { prices } = await readPricesCsv(sharedFile('data/prices/us20_skfolio_1990_2022.csv'), tickers, {
  until: '2011-12-31',
});
const weeks = periodCloses(prices, 'weekly');
const now = () => performance.now();
for (const target of ['return', 'price'] as const) {
  const total = { model: 0, persistence: 0 };
  for (const day of trainedUntil) {
    const from = rowsUntil(weeks.dates, day);
    const year = { model: 0, persistence: 0 };
    for (const [j, ticker] of tickers.entries()) {
      const closes = weeks.closes.slice(0, from + weeksAhead).map((row) => row[j]!);
      const { errors } = await forecastWeeks({ ticker, closes, from, params: { target, units }, seed: 1 }, { now });
      for (const sum of [year, total]) {
        sum.model += errors.model;
        sum.persistence += errors.persistence;
      }
    }
    console.log(`${target}, trained until ${day}: ${(year.model / year.persistence).toFixed(4)}`);
  }
  console.log(`${target}, ${units} units, all: ${(total.model / total.persistence).toFixed(4)}`);
}
