import type { AnyStrategy } from '../../engine/strategies/strategy.ts';

/** `Needs 500 days of daily prices.` */
export const needsText = ({ needs: { frequency, minDays, volume } }: AnyStrategy): string =>
  `Needs ${minDays} days of ${frequency} prices${volume === true ? ' and volumes' : ''}.`;
