// Trainings that are asked for, on the newest prices.
import { historyUntil } from '../engine/history.ts';
import type { PriceService } from '../prices/service.ts';
import type { TaskOptions } from '../workers/lane.ts';
import { priceProvenance, type Retrained, type Trained } from './answers.ts';
import { loadAssets } from './assets.ts';
import type { ModelService } from './models.ts';
import { historyOptions, type TrainRequest } from './requests.ts';

interface TrainServices {
  readonly prices: PriceService;
  readonly models: ModelService;
}

export async function trainModel(
  { prices, models }: TrainServices,
  request: TrainRequest,
  options: TaskOptions,
): Promise<Trained> {
  const { universe, strategy, seed } = request;
  const loaded = await loadAssets(prices, request, { refresh: Infinity, ...historyOptions(options) });
  const { name, ...saved } = await models.train({ universe, loaded, strategy }, seed, options);
  return { ...saved, universe: name, prices: priceProvenance(loaded, historyUntil(loaded.prices)) };
}

export async function retrainModel(
  { prices, models }: TrainServices,
  request: Omit<TrainRequest, 'seed'>,
  options: TaskOptions,
): Promise<Retrained> {
  const { universe, strategy } = request;
  const loaded = await loadAssets(prices, request, historyOptions(options));
  const { model, name, ...rest } = await models.retrain({ universe, loaded, strategy }, options);
  const { trainedUntil } = model.manifest;
  return { ...rest, universe: name, trainedUntil, prices: priceProvenance(loaded, historyUntil(loaded.prices)) };
}
