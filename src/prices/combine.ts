// Pure: stored series of several tickers → prices, with what must be said of them.
import type { LoadedPrices } from '../engine/types.ts';
import { few } from './checks.ts';
import { mergeSeries } from './merge.ts';
import { createPrices } from './prices.ts';
import { fromStored, type StoredSeries } from './stored-series.ts';
import type { VendorError } from './vendors/yahoo.ts';

/** A series, and why it is not fresh when it is not. */
export interface Answer {
  readonly series: StoredSeries;
  readonly failure?: VendorError;
}

/**
 * Every series is cut to the same years, so that none seems to be listed late that was only fetched
 * later; when some are stale, all end with them.
 */
export function combine(tickers: readonly string[], answers: readonly Answer[], from: string): LoadedPrices {
  const stale = answers.filter(({ failure }) => failure !== undefined);
  const [until = '9999-12-31'] = stale.map(({ series }) => series.dates.at(-1)!).sort();
  const series = answers.map((answer, j) => fromStored(tickers[j]!, answer.series, from, until));
  const { prices, notes } = createPrices(mergeSeries(series), 'Yahoo Finance', 'tickers');
  const failure = stale[0]?.failure;
  if (failure === undefined) return { prices, source: 'Yahoo Finance', stale: false, notes };
  const [day] = stale.map((answer) => answer.series.fetchedAt.slice(0, 10)).sort();
  const failed = few(tickers.filter((_, j) => answers[j]!.failure !== undefined));
  const note = `Yahoo Finance gave no new prices of ${failed} (${failure.message}): the prices stored on ${day} were used.`;
  return { prices, source: `Yahoo Finance, stored ${day}`, stale: true, notes: [note, ...notes] };
}
