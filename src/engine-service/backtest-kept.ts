// Pure: which decisions of the past are the same, so that none is made twice, and the form in which they are kept.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Walk } from '../engine/backtest/plan.ts';
import type { BacktestTerms, Choice } from '../engine/backtest/types.ts';
import { prefixHashes } from '../engine/history.ts';
import type { Memory } from '../engine/lstm/artefact.ts';
import { hyperOf } from '../engine/lstm/train.ts';
import type { Prices } from '../engine/types.ts';

/** Goes up whenever the same terms give other decisions than before. */
const FORMAT = 1;

const choiceSchema = z.strictObject({
  limit: z.union([z.number(), z.enum(['equal', 'min'])]),
  status: z.enum(['optimal', 'infeasible', 'failed']),
  weights: z.array(z.number()).readonly().exactOptional(),
  predicted: z.number().exactOptional(),
  valueAtRisk: z.number().exactOptional(),
  cvar: z.number().exactOptional(),
  freshCvar: z.number().exactOptional(),
  minCvar: z.number().exactOptional(),
});

/** One day's choices, of all rules. */
export const storedChoicesSchema: z.ZodType<StoredChoices> = z.array(choiceSchema).readonly();

export type StoredChoices = readonly Choice[];

/**
 * A key for each slot. It holds all that decides the choices of that day, and nothing that comes after it: a
 * backtest that goes on for longer, or counts other costs, finds them again.
 */
export function decisionKeys(
  assets: Prices,
  { slots, trainings }: Walk,
  terms: BacktestTerms,
  memory: Memory | undefined,
): string[] {
  const { horizonDays, window, isWarmStarted, limits, alpha, bounds, scenarios, seed, recipe } = terms;
  const hyper = hyperOf(recipe, memory);
  const hashes = prefixHashes(
    assets,
    slots.map(({ row }) => row),
  );
  return slots.map(({ date, training }, k) => {
    const dates = trainings.map((one) => one.date);
    const trainedAt = isWarmStarted ? dates.slice(0, training + 1) : dates.slice(training, training + 1);
    const model = [recipe, hyper, seed, window, trainedAt];
    const asked = [horizonDays, scenarios, limits, alpha, bounds.minWeight, bounds.maxWeight];
    const all = JSON.stringify([FORMAT, hashes[k], model, asked]);
    return `${createHash('sha256').update(all).digest('hex')}/${date}`;
  });
}
