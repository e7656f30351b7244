import { percent } from '../format.ts';

export interface WalkTerms {
  /** Trading days. */
  readonly horizonDays: number;
  /** Basis points of the value traded. */
  readonly costBps: number;
}

/** `New weights every 21 days, after costs of 0.10%` */
export const walkTerms = ({ horizonDays, costBps }: WalkTerms): string =>
  `New weights every ${horizonDays === 1 ? 'day' : `${horizonDays} days`}, ${costBps === 0 ? 'without costs' : `after costs of ${percent(costBps / 10_000)}`}`;
