import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Schedule } from '../engine/backtest/plan.ts';
import type { RuleDecision } from '../engine/backtest/types.ts';
import { benchmarkOf, weighsTrades } from '../engine/constraints/beyond-bounds.ts';
import { canonicalJson } from '../engine/canonical-json.ts';
import { prefixHashes } from '../engine/history.ts';
import { findStrategy, isAdaptive } from '../engine/strategies/index.ts';
import type { Prices } from '../engine/types.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { WalkRequest } from './requests.ts';

/** Must increase whenever the same options lead to other decisions than before. */
const FORMAT = 5;

const decisionSchema = z.strictObject({
  limit: z.union([z.number(), z.enum(['unlimited', 'equal', 'min'])]),
  status: z.enum(['optimal', 'infeasible', 'failed']),
  weights: z.array(z.number()).readonly().exactOptional(),
  predicted: z.number().exactOptional(),
  valueAtRisk: z.number().exactOptional(),
  cvar: z.number().exactOptional(),
  freshCvar: z.number().exactOptional(),
  quantiles: z.array(z.number()).readonly().exactOptional(),
  minCvar: z.number().exactOptional(),
  loosestLimit: z.number().exactOptional(),
  leastBehind: z.number().exactOptional(),
});

/** The decisions of one day, one a rule. */
export type StoredDecisions = readonly RuleDecision[];

export const storedDecisionsSchema: z.ZodType<StoredDecisions> = z.array(decisionSchema).readonly();

export const openDecisionCache = (store: Pick<Store, 'table'>): Table<StoredDecisions> =>
  store.table('backtests', storedDecisionsSchema, 1, {}, { isCache: true });

/**
 * A key for each decision date: a hash of all that influences the decision, and of nothing later. So a longer backtest,
 * or one with other costs, finds the decisions again. In a standing record the universe's name stands for its prices and
 * for the decisions before: each stays as it was made, also when the first ones go.
 */
export function decisionKeys(
  assets: Prices,
  { decisionDates, trainings }: Schedule,
  { strategy, mandate, limits, sampling, window, isWarmStarted, standing }: Omit<WalkRequest, 'universe'>,
): string[] {
  const rows = decisionDates.map(({ row }) => row);
  const seen = standing === undefined ? prefixHashes(assets, rows) : rows.map(() => [standing, assets.tickers]);
  const made = trainings.map(({ date, assets: columns }) => [date, columns ?? null]);
  const decider = findStrategy(strategy.id);
  const settings = decider.settingsOf?.(strategy.params);
  const { volumes } = assets;
  const isTradedSeen = standing === undefined && decider.needs.volume !== undefined && volumes !== undefined;
  const traded = isTradedSeen ? prefixHashes({ ...assets, closes: volumes }, rows) : [];
  const trades = weighsTrades(mandate.constraints);
  const isChain = isAdaptive(strategy) || trades;
  const madeAfter = (training: number): unknown[] => {
    if (standing !== undefined) return [];
    const before = isWarmStarted || isChain ? made.slice(0, training + 1) : made.slice(training, training + 1);
    return [before, ...(isChain ? [decisionDates[0]!.date] : [])];
  };
  return decisionDates.map(({ date, training, assets: columns }, k) => {
    const all = canonicalJson([
      FORMAT,
      seen[k],
      columns ?? null,
      strategy,
      settings,
      window,
      mandate,
      limits,
      sampling,
      ...madeAfter(training),
      ...traded.slice(k, k + 1),
      // Those before it also decide what it trades from, which versions without this mark did not know.
      ...(trades ? ['trades'] : []),
      // Versions without this mark did not keep the limit with its margin.
      ...(benchmarkOf(mandate.constraints) === undefined ? [] : ['behind, as priced']),
    ]);
    return `${createHash('sha256').update(all).digest('hex')}/${date}`;
  });
}
