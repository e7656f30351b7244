import type { App } from '../../app.ts';
import { listedModelName } from '../../engine-service/model-fit.ts';
import type { UniverseInUse } from './universes-in-use.ts';

/**
 * Removes models and prices that nobody has used for long; those of universes in use are kept, also where they could
 * not be refreshed tonight. Of other tables' entries each knows until when it is kept.
 */
export async function tidy(universes: readonly UniverseInUse[], { models, prices }: App): Promise<void> {
  for (const { spec } of universes) if (spec.kind === 'tickers') models.keep(listedModelName(spec, spec.tickers));
  await models.tidy();
  await prices.tidy();
}
