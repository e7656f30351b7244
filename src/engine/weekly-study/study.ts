import { equalWeightBasket } from '../metrics.ts';
import { type SquaredErrors, skillAgainstPersistence } from '../strategies/weekly-lstm/index.ts';
import type { StudyForecasts } from './forecast.ts';
import { followRule, heldEqually, type RulePath, studyFigures, type StudyFigures } from './paths.ts';

/** What money is compared with. `heldEarlier`: bought a week before. */
export type Benchmark = 'index' | 'rebalanced' | 'held' | 'heldEarlier';

/** `short`: what is forecast to fall is sold short. */
export type RuleName = 'longOnly' | 'short';

/** By one rule, without costs as the document has it, and after costs. */
export interface RuleResult extends RulePath {
  readonly figures: StudyFigures;
  readonly afterCosts: StudyFigures;
}

/** What the networks of one seed came to. */
export interface SeedResult {
  readonly seed: number;
  /** 1 − squared error ÷ that of "next week's price is this week's", over all stocks and weeks of the study. */
  readonly skill: number;
  /** (W − 1, n) The forecast change from each week to the next. */
  readonly changes: readonly (readonly number[])[];
  readonly rules: Readonly<Record<RuleName, RuleResult>>;
}

export interface StudyOrder {
  /** (W) ISO days. */
  readonly dates: readonly string[];
  readonly tickers: readonly string[];
  /** (W, n) */
  readonly closes: readonly (readonly number[])[];
  /** (n) Of the week before. */
  readonly closesBefore: readonly number[];
  /** (W) Of the index, if there is one. */
  readonly index?: readonly number[] | undefined;
  /** By seed, then (n). */
  readonly forecasts: readonly { readonly seed: number; readonly stocks: readonly StudyForecasts[] }[];
  /** A year's rate. */
  readonly riskFree: number;
  /** Of the money traded, a fraction. */
  readonly costRate: number;
}

export interface BenchmarkResult {
  readonly benchmark: Benchmark;
  readonly figures: StudyFigures;
  /** The value of 1. */
  readonly values: readonly number[];
}

export interface StudyResult {
  readonly benchmarks: readonly BenchmarkResult[];
  /** At least one. */
  readonly seeds: readonly SeedResult[];
  /** The skill of a constant forecast for each stock, its mean change in the weeks before. */
  readonly constantSkill: number;
}

/** The rows of Table 2 and what its pictures show. */
export function summariseStudy(order: StudyOrder): StudyResult {
  const { forecasts } = order;
  // It is the same for every seed.
  const errors = forecasts[0]!.stocks.map((stock) => stock.errors);
  return {
    benchmarks: benchmarksOf(order),
    seeds: forecasts.map((one) => seedResult(one, order)),
    constantSkill: skillAgainstPersistence(errors, 'constant'),
  };
}

function benchmarksOf({ closes, closesBefore, index, riskFree }: StudyOrder): BenchmarkResult[] {
  const paths: readonly (readonly [Benchmark, readonly number[]])[] = [
    ...(index === undefined ? [] : [['index', index.map((close) => close / index[0]!)] as const]),
    ['rebalanced', equalWeightBasket(closes)],
    ['held', heldEqually(closes)],
    ['heldEarlier', heldEqually([closesBefore, ...closes])],
  ];
  return paths.map(([benchmark, values]) => ({ benchmark, values, figures: studyFigures(values, riskFree) }));
}

function seedResult(
  { seed, stocks }: StudyOrder['forecasts'][number],
  { closes, riskFree, costRate }: StudyOrder,
): SeedResult {
  const changes = closes.slice(1).map((_, week) => stocks.map((stock) => stock.changes[week]!));
  const follow = (isShort: boolean): RuleResult => {
    const path = followRule({ closes, changes, isShort, costRate: 0 });
    const paid = followRule({ closes, changes, isShort, costRate });
    return { ...path, figures: studyFigures(path.values, riskFree), afterCosts: studyFigures(paid.values, riskFree) };
  };
  const errors: readonly SquaredErrors[] = stocks.map((stock) => stock.errors);
  const skill = skillAgainstPersistence(errors);
  return { seed, skill, changes, rules: { longOnly: follow(false), short: follow(true) } };
}
