// What the synthetic markets share.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { DAY_MS } from '../../durations.ts';
import type { LoadedPrices, Prices } from '../../engine/types.ts';
import { isoDay, isWeekend } from '../calendar.ts';
import type { PriceTable, SourceNames } from './vendor.ts';

const LAST_DAY = '2025-12-31';

export type Normal = () => number;

/** Standard normal numbers of a seed. */
export function normalFrom(seed: number): Normal {
  const generator = xoroshiro128plus(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)));
    return radius * Math.cos(2 * Math.PI * uniformFloat64(generator));
  };
}

/** The last `count` weekdays until 2025-12-31. */
export function weekdays(count: number): string[] {
  const days: string[] = [];
  for (let time = Date.parse(LAST_DAY); days.length < count; time -= DAY_MS) {
    const day = isoDay(time);
    if (!isWeekend(day)) days.push(day);
  }
  return days.reverse();
}

/** To 1/100 of a cent, as the prices that a vendor gives. */
export const roundPrice = (price: number): number => Math.round(price * 1e4) / 1e4;

export const loadSynthetic = ({ title }: SourceNames, prices: Prices): LoadedPrices => ({
  prices,
  source: title,
  stale: false,
  notes: [],
});

/** A source of prices that are created when they are first needed. */
export function syntheticTable(names: SourceNames, create: () => Prices): PriceTable {
  let loaded: LoadedPrices | undefined;
  return { kind: 'table', ...names, load: async () => (loaded ??= loadSynthetic(names, create())) };
}
