// Pure: what can be asked of the app, in a form that the store can keep.
import { z } from 'zod';
import type { UniverseSpec } from '../prices/universes.ts';
import type { BacktestTerms } from '../engine/backtest/types.ts';

const universeSpec: z.ZodType<UniverseSpec> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('named'), name: z.string() }),
  z.object({ kind: z.literal('csv'), file: z.string(), tickers: z.array(z.string()).exactOptional() }),
  z.object({
    kind: z.literal('tickers'),
    tickers: z.array(z.string()),
    vendor: z.string().exactOptional(),
    name: z.string().exactOptional(),
  }),
]);

const allocateRequestSchema = z.object({
  universe: universeSpec,
  /** Trading days. */
  horizonDays: z.number(),
  /** Rates and weights are fractions. */
  lossLimit: z.number(),
  alpha: z.number(),
  minWeight: z.number(),
  maxWeight: z.number(),
  /** M; a second, independent sample of M/2 re-prices the result. */
  scenarios: z.number(),
  seed: z.number(),
  recipe: z.enum(['calibrated', 'seed']),
  /** ISO day: nothing later is looked at. */
  asOf: z.string().exactOptional(),
  /** Money to split. */
  amount: z.number().exactOptional(),
  /** ISO 4217, of `amount`; absent: the prices' own. */
  amountCurrency: z.string().exactOptional(),
});

export type AllocateRequest = Readonly<z.infer<typeof allocateRequestSchema>>;

/** What an allocation can be at any limit; `lossLimit` is only marked. */
export type FrontierRequest = Omit<AllocateRequest, 'lossLimit' | 'amount' | 'amountCurrency'> & {
  /** How many portfolios, both ends included. */
  readonly points: number;
  readonly lossLimit?: number;
};

/** A walk-forward backtest of what `allocate` decides. */
export interface BacktestRequest extends BacktestTerms {
  readonly universe: UniverseSpec;
}

/** An `/allocate` together with how its answer is shown. */
const allocateCommandSchema = z.object({
  allocate: allocateRequestSchema,
  isPublic: z.boolean(),
  /** `minimum` shows the least risky portfolio, whatever the limit. */
  show: z.enum(['best', 'minimum']),
});

export type AllocateCommandRequest = Readonly<z.infer<typeof allocateCommandSchema>>;

/** What a button stands for, and the only member who may press it. */
export const storedRequestSchema = z.object({ memberId: z.string(), request: allocateCommandSchema });

export type StoredRequest = Readonly<z.infer<typeof storedRequestSchema>>;
