import type { WeeklyStudyAnswer } from '../../../src/engine-service/weekly-study.ts';
import { summariseStudy } from '../../../src/engine/weekly-study/study.ts';

const WEEKS = 20;
const tickers = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

const dateOf = (week: number): string => new Date(Date.UTC(2022, 6, 1 + 7 * week)).toISOString().slice(0, 10);

/** Smooth waves: no randomness is needed. */
const changeOf = (week: number, j: number): number => 0.03 * Math.sin(week / 2 + j) + 0.004;

/** A study of eight stocks and three seeds whose forecasts differ. */
export function studyAnswer(changes: Partial<WeeklyStudyAnswer> = {}): WeeklyStudyAnswer {
  const closes = [tickers.map(() => 100)];
  for (let week = 0; week < WEEKS; week += 1)
    closes.push(closes[week]!.map((close, j) => close * (1 + changeOf(week, j))));
  const dates = closes.map((_, week) => dateOf(week));
  const seeds = [1, 2, 3];
  const [riskFree, costRate] = [0.0408, 0.001];
  const result = summariseStudy({
    dates,
    tickers,
    closes,
    closesBefore: tickers.map(() => 99),
    index: closes.map((row) => row[0]! * 10),
    forecasts: seeds.map((seed) => ({
      seed,
      stocks: tickers.map((_, j) => ({
        changes: Array.from({ length: WEEKS }, (_week, week) => changeOf(week - seed / 2, j) - 0.01),
        errors: { model: 1 + seed / 10, persistence: 1, constant: 0.9, weeks: WEEKS },
        bestEpoch: seed,
      })),
    })),
    riskFree,
    costRate,
  });
  return {
    ...result,
    request: {
      universe: { kind: 'csv', file: 'prices.csv' },
      from: dates[0]!,
      until: dates.at(-1)!,
      params: { target: 'return', units: 256 },
      seeds: seeds.length,
      seed: 1,
      riskFree,
      costRate,
    },
    universe: 'prices.csv',
    tickers,
    index: '^I',
    dates,
    closes,
    trainedUntil: '2022-06-24',
    prices: { source: 'prices.csv', from: '2015-01-01', until: dates.at(-1)!, stale: false, notes: [] },
    seconds: 12,
    ...changes,
  };
}
