import {
  errorsOf,
  type SquaredErrors,
  forecastChanges,
  weeklyParamsSchema,
  networkParams,
  type NetworkParams,
  trainNetwork,
} from '../strategies/weekly-lstm/index.ts';
import type { StrategyChoice, WorkContext } from '../strategies/strategy.ts';

/** A stock's network, trained once, and the weeks that it is to forecast. */
export interface ForecastOrder {
  readonly ticker: string;
  /** (W) Weekly closes, from the first that is trained on to the last. */
  readonly closes: readonly number[];
  /** The first week after the training; from the one before the last on, each is forecast from. */
  readonly from: number;
  /** They match the schema of `weekly-lstm`. */
  readonly params: NetworkParams;
  readonly seed: number;
}

export interface StudyForecasts {
  /** (W − 1 − from) Of the change from each week to the next, a fraction. */
  readonly changes: readonly number[];
  readonly errors: SquaredErrors;
  readonly bestEpoch: number;
}

/** @param params of the strategy, those that are left out being its defaults */
export const studyParams = (params: StrategyChoice['params']): NetworkParams =>
  networkParams(weeklyParamsSchema.parse(params));

/** Trains on the closes before `from` alone, and forecasts each later week from those before it. */
export async function forecastWeeks(order: ForecastOrder, context: WorkContext): Promise<StudyForecasts> {
  const { ticker, closes, from, params, seed } = order;
  const model = await trainNetwork({ ticker, closes: closes.slice(0, from), params }, { ...context, seed });
  const rows = Array.from({ length: closes.length - 1 - from }, (_, week) => from + week);
  const changes = await forecastChanges(model, params.target, closes, rows);
  return {
    changes,
    errors: errorsOf(changes, { closes, rows, learned: from }),
    bestEpoch: model.network.losses.bestEpoch,
  };
}
