import { measuredDays } from '../engine/history.ts';
import { isIndex, marketBeside, splitMarket } from '../engine/market.ts';
import { checkQuality } from '../engine/quality/check.ts';
import type { LoadedPrices } from '../engine/types.ts';
import type { HistoryOptions, PriceService } from '../prices/service.ts';
import { universeLabel, type UniverseSpec } from '../prices/universes.ts';
import type { TaskOptions } from '../workers/lane.ts';
import { historyOptions, type TrainRequest } from './requests.ts';
import type { PricedUniverse } from './standing-record.ts';

/**
 * The prices of a universe without its indices, which nothing buys, and its label.
 * @param benchmark an index that stays among them
 * @throws UserError as `PriceService.history` and `checkQuality`
 */
export async function loadAssets(
  service: PriceService,
  { universe, allow }: Pick<TrainRequest, 'universe' | 'allow'>,
  options: HistoryOptions,
  benchmark?: string,
): Promise<LoadedPrices & { readonly label: string }> {
  const loaded = await service.history(universe, options);
  const { tickers } = loaded.prices;
  const { assets } = marketBeside(loaded.prices, benchmark);
  const notes = tickers.filter(isIndex).map((ticker) => `${ticker} is an index and is not bought.`);
  return {
    ...loaded,
    prices: assets,
    notes: [...loaded.notes, ...notes, ...checkQuality(measuredDays(assets), allow)],
    label: universeLabel(universe, tickers),
  };
}

/** The subject without indices, as models and records know it. */
export const withoutIndices = <S extends Pick<PricedUniverse, 'loaded'>>({ loaded, ...rest }: S) => ({
  ...rest,
  loaded: { ...loaded, prices: splitMarket(loaded.prices).assets },
});

/** A universe with all of its prices, unchecked: what ended early is part of its past. */
export async function loadPast(
  service: PriceService,
  universe: UniverseSpec,
  options: TaskOptions,
): Promise<PricedUniverse> {
  const loaded = await service.history(universe, { ...historyOptions(options), keepsEnded: true });
  return withoutIndices({ universe, loaded });
}
