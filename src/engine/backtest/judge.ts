// Pure: decisions and prices → what came of them, rule by rule.
import { splitMarket } from './benchmark.ts';
import { follow, type Held } from './paths.ts';
import { planBacktest, type Slot } from './plan.ts';
import { summarise } from './summary.ts';
import type { Prices } from '../types.ts';
import type { BacktestResult, BacktestTerms, Choice, Decision, Path } from './types.ts';

export interface Judged {
  /** Assets, and an index if there is one. */
  readonly prices: Prices;
  readonly terms: BacktestTerms;
  /** (slots of the plan) each with the same rules in the same order. */
  readonly choices: readonly (readonly Choice[])[];
}

export function judge({ prices, terms, choices }: Judged): BacktestResult {
  const { assets, index } = splitMarket(prices);
  const { slots } = planBacktest(assets, terms);
  const common = { dates: assets.dates, slots, costBps: terms.costBps };
  const rules = (choices[0] ?? []).map(({ limit }, r) => {
    const chosen = choices.map((day) => day[r]!);
    const targets = chosen.map(({ weights }) => weights);
    const { path, held } = follow({ ...common, rule: limit, closes: assets.closes, targets });
    return { limit, path, decisions: chosen.map((choice, k) => decisionOf(choice, slots[k]!, held[k]!)) };
  });
  const benchmark = index && {
    ...common,
    rule: 'index' as const,
    closes: index.closes.map((close) => [close]),
    targets: slots.map(() => [1]),
  };
  const paths: readonly Path[] = rules.map(({ path }) => path);
  return {
    decisions: slots.flatMap((_, k) => rules.map(({ decisions }) => decisions[k]!)),
    byLimit: rules.map(({ limit, decisions }) => summarise(limit, decisions, terms.alpha)),
    paths: benchmark ? [...paths, follow(benchmark).path] : paths,
  };
}

const decisionOf = (choice: Choice, { date, until }: Slot, { weights, realised, realisedNet }: Held): Decision => ({
  date,
  until,
  ...choice,
  weights,
  realised,
  realisedNet,
});
