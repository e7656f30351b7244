import { z } from 'zod';
import type { BacktestTerms } from '../engine/backtest/types.ts';
import { mandateSchema } from '../engine/mandate.ts';
import { samplingSchema } from '../engine/samples.ts';
import { strategyChoiceSchema, type StrategyChoice } from '../engine/strategies/strategy.ts';
import type { UniverseSpec } from '../prices/universes.ts';

const universeSpecSchema: z.ZodType<UniverseSpec> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('named'), name: z.string() }),
  z.object({ kind: z.literal('csv'), file: z.string(), tickers: z.array(z.string()).exactOptional() }),
  z.object({
    kind: z.literal('tickers'),
    tickers: z.array(z.string()),
    vendor: z.string().exactOptional(),
    name: z.string().exactOptional(),
  }),
]);

/** In a form that the store can keep. */
export const allocateRequestSchema = z.object({
  universe: universeSpecSchema,
  strategy: strategyChoiceSchema,
  mandate: mandateSchema,
  sampling: samplingSchema,
  /** ISO day: nothing later is looked at. */
  asOf: z.string().exactOptional(),
  /** Money to split. */
  amount: z.number().exactOptional(),
  /** ISO 4217, of `amount`; absent: the prices' own. */
  amountCurrency: z.string().exactOptional(),
});

export type AllocateRequest = Readonly<z.infer<typeof allocateRequestSchema>>;

/** What the scenarios of a model are asked for, whatever is then done with them. */
export type ScenariosRequest = Omit<AllocateRequest, 'mandate' | 'amount' | 'amountCurrency'> & {
  readonly horizonDays: number;
};

/** What an allocation can be at any limit; the mandate's limit is only marked. */
export type FrontierRequest = Omit<AllocateRequest, 'amount' | 'amountCurrency'> & {
  /** How many portfolios, both ends included. */
  readonly points: number;
};

/** A walk-forward backtest of what `allocate` decides. */
export interface BacktestRequest extends BacktestTerms {
  readonly universe: UniverseSpec;
}

export interface TrainRequest {
  readonly universe: UniverseSpec;
  readonly strategy: StrategyChoice;
  readonly seed: number;
}
