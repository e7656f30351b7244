import type { Config } from '../../config.ts';
import { createGaussian } from './gaussian.ts';
import { createSample } from './sample.ts';
import { fetchFrom, type PriceSources, type SourceNames } from './vendor.ts';
import { YAHOO, Yahoo } from './yahoo.ts';

/** The vendor of requests and stored values that name none. It must never change. */
export const DEFAULT_VENDOR: SourceNames = YAHOO;

/**
 * All sources of prices, listed by hand. Exchange rates come from the first vendor that quotes them.
 * @param now milliseconds since 1970
 */
export function createPriceSources({ yahooUrl }: Pick<Config, 'yahooUrl'>, now: () => number): PriceSources {
  return [new Yahoo({ fetch: fetchFrom(yahooUrl), now }), createSample(), createGaussian()];
}
