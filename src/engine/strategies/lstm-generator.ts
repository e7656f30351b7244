import { z } from 'zod';
import { drawFiltered } from '../filtered/draw.ts';
import { type FilteredSource, filteredSource } from '../filtered/source.ts';
import { type History, lastDays, MIN_DAYS, rowsUntil } from '../history.ts';
import { memorySchema, recipeSchema, type LstmModel } from '../lstm/lstm-model.ts';
import { loadTfOnce } from '../lstm/backend.ts';
import { contextDays } from '../lstm/batching.ts';
import { splitBlocks } from '../lstm/blocks.ts';
import { scoreForecasts } from '../lstm/score-forecasts.ts';
import { hyperOf, train } from '../lstm/train.ts';
import { drawScenarios } from '../lstm/scenarios.ts';
import { trainWithPast } from '../lstm/walk-forward.ts';
import type { Prices } from '../types.ts';
import type { ScenarioSource, Strategy } from './strategy.ts';
import { codec } from './lstm-codec.ts';

const paramsSchema = z
  .strictObject({
    recipe: recipeSchema.default('filtered'),
    /** Absent: the recipe's default. */
    memory: memorySchema.exactOptional(),
  })
  .refine(({ recipe, memory }) => recipe !== 'plain' || memory !== 'carried', {
    path: ['memory'],
    params: { takes: ['window'], beside: { recipe: 'plain' } },
  })
  .readonly();

type LstmParams = z.infer<typeof paramsSchema>;

/** Recipe `plain`: the network draws day after day. */
interface PlainSource extends ScenarioSource {
  readonly kind: 'plain';
  readonly model: LstmModel;
  readonly history: History;
}

type LstmSource = FilteredSource | PlainSource;

export type LstmStrategy = Strategy<LstmParams, LstmModel, LstmSource>;

/**
 * The generative LSTM, which makes scenarios from forecasts and recorded errors ("Generative LSTM + CVaR", sections 2
 * to 5). Strategies that use its scenarios share its models.
 */
export const lstmGenerator: Omit<LstmStrategy, 'id' | 'title' | 'about' | 'decide'> = {
  params: paramsSchema,
  needs: { frequency: 'daily', minDays: MIN_DAYS },
  isAdaptive: ({ recipe }) => recipe === 'filtered',
  recipeOf: ({ recipe }) => recipe,
  settingsOf: ({ recipe, memory }) => hyperOf(recipe, memory),
  paramsOf: ({ manifest: { recipe, hyper } }) =>
    hyper.memory === hyperOf(recipe).memory ? { recipe } : { recipe, memory: hyper.memory },
  async fit(history, { recipe, memory }, context) {
    const fit = recipe === 'filtered' ? trainWithPast : train;
    return fit(history, {
      ...context,
      recipe,
      ...(memory !== undefined && { hyper: { memory } }),
      backend: await loadTfOnce(),
    });
  },
  // Skill is measured on all of the past.
  recent: (model, { prices, until }) =>
    model.manifest.recipe === 'filtered'
      ? { prices, until }
      : { prices: lastDays(prices, recentDays(model, prices)), until },
  source: async (model, history, horizonDays) =>
    model.manifest.recipe === 'filtered'
      ? filteredSource(model, history, horizonDays)
      : {
          kind: 'plain',
          tickers: model.manifest.tickers,
          until: history.until,
          horizonDays,
          isPriced: false,
          model,
          history,
        },
  simulate: (source, { sampling, ...context }) =>
    source.kind === 'filtered'
      ? drawFiltered(source, { sampling, ...context })
      : drawScenarios({ ...source, horizon: source.horizonDays, ...sampling, ...context }),
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
