import type { PriceVendor } from '../../src/prices/vendors/vendor.ts';

/** A vendor beside the default one. */
export const otherVendor = (series: PriceVendor['series']): PriceVendor => ({
  kind: 'vendor',
  name: 'other',
  title: 'Other Prices',
  symbolHint: () => 'symbols end in /USD',
  tradingDays: 'weekdays',
  series,
});
