import { isIndex } from '../../market.ts';
import { decideByWeights } from '../own-weights.ts';
import { leastRisky } from '../shared.ts';
import type { SignalledModel } from '../signal-codec.ts';
import { signalGenerator, type SignalledSource } from '../signal-generator.ts';
import type { Strategy } from '../strategy.ts';
import {
  errorsOf,
  type SquaredErrors,
  forecastChanges,
  weeklyParamsSchema,
  networkParams,
  skillAgainstPersistence,
  trainNetwork,
  type WeeklyModel,
  type WeeklyParams,
  type NetworkParams,
} from './model.ts';
import { weeklyWeights } from './rule.ts';
import { type WeeklyReading, weeklyLearner } from './signal.ts';

export {
  errorsOf,
  forecastChanges,
  weeklyParamsSchema,
  networkParams,
  skillAgainstPersistence,
  trainNetwork,
  weeklyWeights,
};
export type { SquaredErrors, NetworkParams };

type WeeklyLstm = Strategy<WeeklyParams, SignalledModel<WeeklyModel>, SignalledSource<WeeklyReading>>;

/** (n) The long-only positions; nothing buys an index. */
function longOnlyWeights(tickers: readonly string[], { changes }: WeeklyReading): number[] {
  const bought = [...tickers.keys()].filter((j) => !isIndex(tickers[j]!));
  const weights = weeklyWeights(
    bought.map((j) => changes[j]!),
    { isShort: false },
  );
  return tickers.map((_, j) => weights[bought.indexOf(j)] ?? 0);
}

/** What is left as cash by the rule, because of rounding alone. */
const ROUNDING = 1e-12;

/**
 * Buys what a network for each asset forecasts to rise in the next week ("Portfolio Management Strategy Based on LSTM").
 * All money must be invested here: what the rule would keep as cash, all of it where every forecast is down, is in the
 * least risky split instead.
 */
export const weeklyLstm: WeeklyLstm = {
  ...signalGenerator(weeklyLearner),
  id: 'weekly-lstm',
  title: 'Weekly forecasts',
  about:
    'Buys what a neural network (LSTM) for each asset expects to rise in the next week, at most a third in one; what is left goes into the least risky split.',
  origin: '"Portfolio Management Strategy Based on LSTM"',
  async decide({ tickers, reading }, mandates, context) {
    const own = longOnlyWeights(tickers, reading);
    const cash = 1 - own.reduce((sum, weight) => sum + weight, 0);
    if (cash <= ROUNDING) return decideByWeights(tickers, mandates, context, own);
    const { weights } = (await leastRisky(context, tickers, mandates[0])).portfolio;
    return decideByWeights(
      tickers,
      mandates,
      context,
      own.map((weight, j) => weight + cash * weights[j]!),
    );
  },
};
