import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Schedule } from '../engine/backtest/plan.ts';
import type { BacktestTerms, RuleDecision } from '../engine/backtest/types.ts';
import { prefixHashes } from '../engine/history.ts';
import type { Prices } from '../engine/types.ts';
import { canonicalJson } from './requests.ts';

/** Goes up whenever the same terms give other decisions than before. */
const FORMAT = 2;

const decisionSchema = z.strictObject({
  limit: z.union([z.number(), z.enum(['equal', 'min'])]),
  status: z.enum(['optimal', 'infeasible', 'failed']),
  weights: z.array(z.number()).readonly().exactOptional(),
  predicted: z.number().exactOptional(),
  valueAtRisk: z.number().exactOptional(),
  cvar: z.number().exactOptional(),
  freshCvar: z.number().exactOptional(),
  minCvar: z.number().exactOptional(),
});

/** One day's decisions, by all rules. */
export type StoredDecisions = readonly RuleDecision[];

export const storedDecisionsSchema: z.ZodType<StoredDecisions> = z.array(decisionSchema).readonly();

/**
 * A key for each decision date. It holds all that decides that day, and nothing that comes after it: a backtest
 * that goes on for longer, or counts other costs, finds its decisions again.
 */
export function decisionKeys(
  assets: Prices,
  { decisionDates, trainings }: Schedule,
  { strategy, mandate, limits, sampling, window, isWarmStarted }: BacktestTerms,
): string[] {
  const hashes = prefixHashes(
    assets,
    decisionDates.map(({ row }) => row),
  );
  return decisionDates.map(({ date, training }, k) => {
    const dates = trainings.map((one) => one.date);
    const trainedAt = isWarmStarted ? dates.slice(0, training + 1) : dates.slice(training, training + 1);
    const all = canonicalJson([FORMAT, hashes[k], strategy, window, trainedAt, mandate, limits, sampling]);
    return `${createHash('sha256').update(all).digest('hex')}/${date}`;
  });
}
