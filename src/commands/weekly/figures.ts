// The rows of Table 2 in "Portfolio Management Strategy Based on LSTM", and those that the document prints.
import type { WeeklyStudyAnswer } from '../../engine-service/weekly-study.ts';
import type { StudyFigures } from '../../engine/weekly-study/paths.ts';
import type { Benchmark, RuleName, SeedResult } from '../../engine/weekly-study/study.ts';
import { findUniverse } from '../../prices/universes.ts';

/** The study as the document has it. */
export const DOCUMENT = {
  from: '2022-07-01',
  until: '2023-06-23',
  riskFree: 0.0408,
  seeds: 10,
  /** In the currency of the prices. */
  capital: 10_000_000,
} as const;

/** Table 2 as printed. */
export const PRINTED: Readonly<Record<'index' | 'equal' | 'strategy', StudyFigures>> = {
  index: { totalReturn: 0.2125, volatility: 0.2346, sharpe: 0.78, maxDrawdown: 0.209 },
  equal: { totalReturn: 0.3977, volatility: 0.2481, sharpe: 1.337, maxDrawdown: 0.193 },
  strategy: { totalReturn: 1.1621, volatility: 0.2668, sharpe: 2.944, maxDrawdown: 0.131 },
};

/** Whether the question is the document's, so that its printed figures can stand beside the answer. */
export function isDocuments({ request: { from, until, riskFree }, tickers }: WeeklyStudyAnswer): boolean {
  const own = findUniverse('us12').tickers;
  const isOwn = tickers.length === own.length && tickers.every((ticker) => own.includes(ticker));
  return isOwn && from === DOCUMENT.from && until === DOCUMENT.until && riskFree === DOCUMENT.riskFree;
}

export const RULES: readonly RuleName[] = ['longOnly', 'short'];

export const RULE_WORDS: Readonly<Record<RuleName, string>> = { longOnly: 'long-only', short: 'with short sales' };

/** Over the seeds. */
export interface SeedSpread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** @param values at least one */
export function seedSpreadOf(values: readonly number[]): SeedSpread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { least: sorted[0]!, median, most: sorted.at(-1)! };
}

export type FigureSpreads = Readonly<Record<keyof StudyFigures, SeedSpread>>;

function spreadsOf(all: readonly StudyFigures[]): FigureSpreads {
  const of = (key: keyof StudyFigures): SeedSpread => seedSpreadOf(all.map((one) => one[key]));
  return {
    totalReturn: of('totalReturn'),
    volatility: of('volatility'),
    sharpe: of('sharpe'),
    maxDrawdown: of('maxDrawdown'),
  };
}

/** What networks of all seeds came to by one rule. */
export const ruleSpreads = (
  { seeds }: Pick<WeeklyStudyAnswer, 'seeds'>,
  rule: RuleName,
  costs: 'figures' | 'afterCosts',
): FigureSpreads => spreadsOf(seeds.map(({ rules }) => rules[rule][costs]));

export const benchmarkFigures = (
  { benchmarks }: Pick<WeeklyStudyAnswer, 'benchmarks'>,
  name: Benchmark,
): StudyFigures | undefined => benchmarks.find(({ benchmark }) => benchmark === name)?.figures;

/** The seed whose profit is the middle one, or the worse of the two; for pictures. */
export function middleSeed({ seeds }: Pick<WeeklyStudyAnswer, 'seeds'>, rule: RuleName): SeedResult {
  const sorted = seeds.toSorted((a, b) => a.rules[rule].figures.totalReturn - b.rules[rule].figures.totalReturn);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}
