import { benchmarkOf, costRateOf, mostTurnoverOf, weighsTrades } from '../constraints/beyond-bounds.ts';
import type { Constraint } from '../constraints/index.ts';
import { marketBeside } from '../market.ts';
import { equalWeights } from '../equal-weights.ts';
import { follow, type PeriodOutcome } from './paths.ts';
import { planBacktest, planOf, type DecisionDate } from './plan.ts';
import { summarise } from './summary.ts';
import { tradableOn } from './tradable.ts';
import type { Prices } from '../types.ts';
import type { BacktestResult, BacktestOptions, DecisionOutcome, Path, RuleDecision } from './types.ts';

export interface JudgeInput {
  /** Assets, and an index if there is one. */
  readonly prices: Prices;
  readonly options: BacktestOptions;
  /** (decision dates) For each, a decision by every rule, in the same order. */
  readonly decisions: readonly (readonly RuleDecision[])[];
  /** (n) What is held before the first decision, as fractions of all money; absent: cash alone. */
  readonly held?: readonly number[] | undefined;
}

/** Follows each rule through the prices after its decisions, and tests its forecasts of risk. */
export function judge({ prices, options, decisions, held }: JudgeInput): BacktestResult {
  const { assets, index } = marketBeside(prices, benchmarkOf(options.mandate.constraints));
  const { decisionDates } = planBacktest(
    assets,
    planOf(options),
    tradableOn(assets, options.mandate.constraints, options.allow),
  );
  const common = { dates: assets.dates, decisionDates, costBps: options.costBps };
  const rules = (decisions[0] ?? []).map(({ limit }, r) => {
    const chosen = decisions.map((day) => day[r]!);
    // A rule that has decided nothing yet holds the same of each.
    const targets = chosen.map(({ weights }, k) => weights ?? (k === 0 ? equalWeights(assets.tickers) : undefined));
    const { path, periods } = follow({ ...common, rule: limit, closes: assets.closes, targets, ...(held && { held }) });
    const { constraints } = options.mandate;
    const outcomes = chosen.map((decision, k) => {
      const trades = tradesOf(limit, periods[k]!, { constraints, isFirst: k === 0 && !held });
      return outcomeOf(decision, decisionDates[k]!, periods[k]!, trades);
    });
    return { limit, path, outcomes };
  });
  const benchmark = index && {
    ...common,
    rule: 'index' as const,
    closes: index.closes.map((close) => [close]),
    targets: decisionDates.map(() => [1]),
  };
  const paths: readonly Path[] = rules.map(({ path }) => path);
  return {
    decisions: decisionDates.flatMap((_, k) => rules.map(({ outcomes }) => outcomes[k]!)),
    byLimit: rules.map(({ limit, outcomes }) => summarise(limit, outcomes, options.mandate.risk.alpha)),
    paths: benchmark ? [...paths, follow(benchmark).path] : paths,
  };
}

function outcomeOf(
  decision: RuleDecision,
  { date, until }: DecisionDate,
  { weights, realised, realisedNet }: PeriodOutcome,
  trades: DecisionTrades,
): DecisionOutcome {
  return {
    date,
    until,
    ...decision,
    weights,
    realised,
    realisedNet,
    ...trades,
  };
}

/** A solver's tolerance, and more. */
const TURNOVER_TOLERANCE = 1e-5;

interface TradeTerms {
  readonly constraints: readonly Constraint[];
  /** Whether there is nothing to trade from. */
  readonly isFirst: boolean;
}

type DecisionTrades = Pick<DecisionOutcome, 'turnover' | 'isOverTurnover' | 'tradingCost'>;

function tradesOf(
  rule: RuleDecision['limit'],
  { turnover, cost }: PeriodOutcome,
  { constraints, isFirst }: TradeTerms,
): DecisionTrades {
  if (!weighsTrades(constraints)) return {};
  // Nothing limits the trades of equal weights.
  const isOver = rule !== 'equal' && !isFirst && turnover > mostTurnoverOf(constraints) + TURNOVER_TOLERANCE;
  return {
    ...(!isFirst && { turnover }),
    ...(isOver && { isOverTurnover: true as const }),
    ...(costRateOf(constraints) > 0 && { tradingCost: cost }),
  };
}
