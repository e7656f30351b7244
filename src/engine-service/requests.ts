import { z } from 'zod';
import type { BacktestTerms } from '../engine/backtest/types.ts';
import { mandateSchema } from '../engine/mandate.ts';
import { samplingSchema } from '../engine/samples.ts';
import { type StrategyChoice, strategyChoiceSchema } from '../engine/strategies/strategy.ts';
import { UserError } from '../errors.ts';
import type { HistoryOptions } from '../prices/service.ts';
import type { UniverseSpec } from '../prices/universes.ts';
import type { TaskOptions } from '../workers/pool.ts';

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

/** 800 MB of scenarios; with the second sample, and copies on their way to shared memory, three times as much. */
const MOST_NUMBERS = 100_000_000;

/**
 * @param atOnce how many samples of that size are in memory together
 * @throws UserError when the scenarios would not fit into memory
 */
export function checkSize(assets: number, scenarios: number, atOnce = 1): void {
  if (assets * scenarios * atOnce <= MOST_NUMBERS) return;
  const most = Math.floor(MOST_NUMBERS / assets / atOnce);
  throw new UserError(
    `With ${assets} assets at most ${most.toLocaleString('en-GB')} scenarios can be drawn; got ${scenarios}.`,
    { option: 'scenarios', code: 'scenarios.too-many', data: { assets, most, got: scenarios } },
  );
}

export const historyOptions = ({ signal, onProgress }: TaskOptions): HistoryOptions => ({
  ...(signal && { signal }),
  ...(onProgress && { onProgress }),
});

/** JSON in which equal values are equal, in whatever order the properties of their objects were written. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
