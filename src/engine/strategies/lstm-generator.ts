import { z } from 'zod';
import { lastDays, MIN_DAYS, rowsUntil } from '../history.ts';
import { memorySchema, recipeSchema, type LstmModel } from '../lstm/lstm-model.ts';
import { loadTfOnce } from '../lstm/backend.ts';
import { contextDays } from '../lstm/batching.ts';
import { splitBlocks } from '../lstm/blocks.ts';
import { scoreForecasts } from '../lstm/score-forecasts.ts';
import { hyperOf, train } from '../lstm/train.ts';
import { drawScenarios } from '../lstm/scenarios.ts';
import type { Prices } from '../types.ts';
import type { Strategy } from './strategy.ts';
import { codec } from './lstm-codec.ts';

const paramsSchema = z
  .strictObject({
    recipe: recipeSchema.default('calibrated'),
    /** Absent: the recipe's default. */
    memory: memorySchema.exactOptional(),
  })
  .refine(({ recipe, memory }) => recipe !== 'plain' || memory !== 'carried', {
    path: ['memory'],
    params: { takes: ['window'], beside: { recipe: 'plain' } },
  })
  .readonly();

export type LstmParams = z.infer<typeof paramsSchema>;

/**
 * The generative LSTM, which makes scenarios from forecasts and recorded errors ("Generative LSTM + CVaR", sections 2
 * to 5). Strategies that use its scenarios share its models.
 */
export const lstmGenerator: Omit<Strategy<LstmParams, LstmModel>, 'id' | 'title' | 'about' | 'decide'> = {
  params: paramsSchema,
  needs: { frequency: 'daily', minDays: MIN_DAYS },
  recipeOf: ({ recipe }) => recipe,
  settingsOf: ({ recipe, memory }) => hyperOf(recipe, memory),
  paramsOf: ({ manifest: { recipe, hyper } }) =>
    hyper.memory === hyperOf(recipe).memory ? { recipe } : { recipe, memory: hyper.memory },
  async fit(history, { recipe, memory }, context) {
    return train(history, {
      ...context,
      recipe,
      ...(memory !== undefined && { hyper: { memory } }),
      backend: await loadTfOnce(),
    });
  },
  recent: (model, { prices, until }) => ({ prices: lastDays(prices, recentDays(model, prices)), until }),
  simulate: (model, history, horizon, { sampling, ...context }) =>
    drawScenarios({ model, history, horizon, ...sampling, ...context }),
  codec,
  describe({ manifest: { hyper, losses } }) {
    const { training, validation, epochs, bestEpoch } = losses;
    return {
      parameters: { memory: hyper.memory },
      results: { losses },
      lines: [
        ['Memory', hyper.memory],
        ['Epochs', `${epochs}, best ${bestEpoch}`],
        ['Loss', `training ${training.toFixed(4)}, validation ${validation.toFixed(4)}`],
      ],
    };
  },
  score: scoreForecasts,
};

/** Enough days for a prediction, and all since the first day whose error is recorded: they bound what is simulated. */
function recentDays({ manifest: { recipe, hyper, days, trainedUntil } }: LstmModel, { dates }: Prices): number {
  const { calibration } = splitBlocks(recipe, days - 1);
  const later = dates.length - rowsUntil(dates, trainedUntil);
  return Math.max(MIN_DAYS, contextDays(hyper) + 1, calibration.to - calibration.from + later + 1);
}
