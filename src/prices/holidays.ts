// Longer absences of a ticker's prices than are filled without a reason.
import { listNames } from '../format.ts';
import { MAX_GAP, fewSentences, type RawPrices } from './raw-prices.ts';

/** An absence of one ticker. */
export interface Absence {
  readonly ticker: string;
  /** ISO days, both included. */
  readonly from: string;
  readonly until: string;
  /** Days on which others trade. */
  readonly days: number;
}

interface FilledRows {
  readonly from: number;
  readonly until: number;
  /** (n) The row of an asset's last price, if it is no longer traded. */
  readonly ended: readonly (number | undefined)[];
}

/** Says which blanks in the rows [from, until) were taken for holidays. */
export function filledHolidays(raw: RawPrices, { from, until, ended }: FilledRows): string[] {
  const absences = raw.tickers.flatMap((ticker, j) => {
    const found: Absence[] = [];
    let days = 0;
    const end = Math.min(until, (ended[j] ?? until) + 1);
    for (let t = from; t <= end; t++) {
      if (t < end && raw.closes[t]![j] === undefined) {
        days++;
        continue;
      }
      if (days > MAX_GAP) found.push({ ticker, from: raw.dates[t - days]!, until: raw.dates[t - 1]!, days });
      days = 0;
    }
    return found;
  });
  return sayHolidays(absences, 'the close before was used');
}

/** One sentence for each of the first three periods. @param consequence `these days are left out` */
export function sayHolidays(absences: readonly Absence[], consequence: string): string[] {
  const periods = Map.groupBy(absences, ({ from, until }) => `${from} to ${until}`);
  const sentences = [...periods].map(([period, [first, ...others]]) => {
    const tickers = [first!, ...others].map(({ ticker }) => ticker);
    return `${listNames(tickers)} ${tickers.length > 1 ? 'have' : 'has'} no price on ${first!.days} days in a row, ${period}: taken for holidays, so ${consequence}.`;
  });
  return fewSentences(sentences, (count) => `${count} more such periods were taken for holidays.`);
}
