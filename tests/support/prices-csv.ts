import { writeFileSync } from 'node:fs';
import type { Prices } from '../../src/engine/types.ts';

/** The first `assets` columns and last `days` rows of prices as a file that `--prices` takes. */
export function writePricesCsv(file: string, prices: Prices, assets: number, days: number): void {
  const rows = prices.dates.map((date, t) => [date, ...(prices.closes[t] ?? []).slice(0, assets)].join(','));
  writeFileSync(file, [['date', ...prices.tickers.slice(0, assets)].join(','), ...rows.slice(-days), ''].join('\n'));
}
