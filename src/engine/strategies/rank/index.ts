import { z } from 'zod';
import { ratio, signedPercent } from '../../../format.ts';
import { MIN_DAYS } from '../../history.ts';
import type { Moments } from '../../moments.ts';
import { MaximumSharpe } from '../../optimize/quadratic/maximum-sharpe.ts';
import {
  fitNetwork,
  fitRanker,
  rankAssets,
  type Ranker,
  RANKER_SETTINGS,
  type RankerParams,
  type Ranking,
  forestWorth,
} from '../../ranking/ranker.ts';
import { decideByObjective } from '../own-weights.ts';
import { type SignalLearner, signalGenerator, type SignalledSource } from '../signal-generator.ts';
import type { SignalledModel } from '../signal-codec.ts';
import type { Strategy } from '../strategy.ts';
import { rankerCodec, rankParamsSchema, type RankParams, walkForwardSchema } from './codec.ts';

/** Of one asset and day, for the LSTMs, and of one asset, day and tree, for the forest; of bench/results' machine. */
const SECONDS = { network: 2.5e-4, tree: 5e-7 };

const RANKER_DEFAULTS: RankerParams = { trees: 200, period: 5 };

const rankLearner: SignalLearner<RankParams, Ranker, Ranking> = {
  recipe: 'rank',
  params: rankParamsSchema,
  needs: { volume: 'read', frequency: 'daily', minDays: MIN_DAYS },
  settingsOf: () => [RANKER_SETTINGS, RANKER_DEFAULTS],
  paramsOf: ({ params: { trees, period } }) => ({
    ...(trees !== RANKER_DEFAULTS.trees && { trees }),
    ...(period !== RANKER_DEFAULTS.period && { period }),
  }),
  split: {
    count: ({ prices }) => prices.tickers.length,
    fit: (history, _params, part, context) => fitNetwork(history, part, context),
  },
  async fit(history, params, { parts, ...context }) {
    const walkForwards =
      parts ?? (await Promise.all(history.prices.tickers.map((_, j) => fitNetwork(history, j, context))));
    return fitRanker(
      history,
      { ...RANKER_DEFAULTS, ...params },
      { ...context, walkForwards: z.array(walkForwardSchema).parse(walkForwards) },
    );
  },
  read: (ranker, { prices }) => rankAssets(ranker, prices),
  skillOf: ({ rSquared }) => rSquared,
  worthOf: ({ rSquared }) => forestWorth(rSquared),
  codec: rankerCodec,
  describe({ params, names, importances, selected, rSquared }) {
    const features = selected.map((column) => ({ name: names[column]!, importance: importances[column]! }));
    return {
      parameters: { trees: params.trees, period: params.period },
      results: { rSquared, features },
      lines: [
        ['Forest', `${params.trees} trees, returns of ${params.period} days ahead`],
        ['R² out of sample', ratio(rSquared)],
        ['Features', features.map(({ name, importance }) => `${name} (${signedPercent(importance)})`).join(', ')],
      ],
    };
  },
  fitSeconds: (assets, days, { trees = RANKER_DEFAULTS.trees }) =>
    assets * days * (SECONDS.network + trees * SECONDS.tree),
};

/**
 * Grinold's rule: the expected return of an asset is its volatility × its score (× a constant, which changes no weight of
 * the largest Sharpe ratio).
 */
function objectiveOf({ covariance }: Moments, scores: readonly number[]): MaximumSharpe {
  const means = Float64Array.from(scores, (score, j) => score * Math.sqrt(covariance.data[j * (scores.length + 1)]!));
  return new MaximumSharpe(means, covariance, 0);
}

/** Weights of the largest Sharpe ratio where the assets' expected returns are by their ranks alone. */
export const rank: Strategy<RankParams, SignalledModel<Ranker>, SignalledSource<Ranking>> = {
  ...signalGenerator(rankLearner),
  id: 'rank',
  title: 'Ranked by a random forest',
  about:
    'A random forest ranks the assets by their expected returns; the split has the highest Sharpe ratio if each earns by its rank and volatility.',
  origin: '"Asset Allocation Framework": learning to rank',
  decide: ({ tickers, reading: { scores } }, mandates, context) =>
    decideByObjective(tickers, mandates, context, (moments) => objectiveOf(moments, scores)),
};
