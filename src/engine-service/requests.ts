import { z } from 'zod';
import { DAY_MS } from '../durations.ts';
import type { BacktestOptions, LimitRule } from '../engine/backtest/types.ts';
import { canonicalJson } from '../engine/canonical-json.ts';
import type { CpcvShape } from '../engine/compare/cpcv.ts';
import { mandateSchema } from '../engine/mandate.ts';
import { findTicker, knownTicker } from '../engine/market.ts';
import { ALLOWANCES, type Allowance } from '../engine/quality/quality.ts';
import { samplingSchema } from '../engine/samples.ts';
import { DEFAULT_STRATEGY } from '../engine/strategies/index.ts';
import { type StrategyChoice, strategyChoiceSchema } from '../engine/strategies/strategy.ts';
import type { Shock } from '../engine/portfolio/shock.ts';
import { viewSchema } from '../engine/views/view.ts';
import { UserError } from '../errors.ts';
import { wholeNumber } from '../format.ts';
import { type Held, heldSchema } from '../held.ts';
import { type SettingsUsed, settingsUsedSchema } from '../settings-used.ts';
import type { HistoryOptions } from '../prices/service.ts';
import type { UniverseSpec } from '../prices/universes.ts';
import type { TaskOptions } from '../workers/lane.ts';

/** The choice of a universe in stored requests. */
export const universeSpecSchema: z.ZodType<UniverseSpec> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('named'), name: z.string() }),
  z.object({ kind: z.literal('csv'), file: z.string(), tickers: z.array(z.string()).exactOptional() }),
  z.object({
    kind: z.literal('tickers'),
    tickers: z.array(z.string()),
    vendor: z.string().exactOptional(),
    name: z.string().exactOptional(),
  }),
]);

/** Also the form in which requests are stored. */
export const allocateRequestSchema = z.object({
  universe: universeSpecSchema,
  strategy: strategyChoiceSchema,
  mandate: mandateSchema,
  sampling: samplingSchema,
  /** ISO day; later prices are ignored. */
  asOf: z.string().exactOptional(),
  /** Money to split. */
  amount: z.number().exactOptional(),
  /** The currency of `amount`, ISO 4217; absent: the prices' own. */
  amountCurrency: z.string().exactOptional(),
  /** What is held, of which the split is made instead of an amount. */
  held: heldSchema.exactOptional(),
  /** Whether shares are traded in fractions; absent: whole ones alone. */
  fractional: z.boolean().exactOptional(),
  /** What the person expects, by which the scenarios are weighed. */
  views: z.array(viewSchema).readonly().exactOptional(),
  /** What the person accepts in the prices. */
  allow: z.array(z.enum(ALLOWANCES)).readonly().exactOptional(),
  settingsUsed: settingsUsedSchema.exactOptional(),
});

export type AllocateRequest = Readonly<z.infer<typeof allocateRequestSchema>>;

/** What an allocation of money has beside the split. */
type MoneyKeys = 'amount' | 'amountCurrency' | 'held' | 'fractional';

/** A request for the scenarios of a model. */
export type ScenariosRequest = Omit<AllocateRequest, 'mandate' | MoneyKeys> & {
  readonly horizonDays: number;
};

/** A request for the allocations at a range of limits. The mandate's limit is only drawn into the chart. */
export type FrontierRequest = Omit<AllocateRequest, Exclude<MoneyKeys, 'held'>> & {
  /** The number of portfolios, both ends included. */
  readonly points: number;
};

/** A part of the money in an asset. */
export interface HeldWeight {
  readonly ticker: string;
  /** A fraction of all money. */
  readonly weight: number;
}

/** The name of what is not in assets, unless one of them is called so. */
const CASH = 'CASH';

export const withoutCash = (weights: readonly HeldWeight[]): HeldWeight[] =>
  weights.filter(({ ticker }) => ticker !== CASH);

/**
 * @param option that gave them
 * @returns (n) What is missing to 1 is cash.
 * @throws UserError when an asset is unknown or comes twice
 */
export function weightsOver(tickers: readonly string[], held: readonly HeldWeight[], option: string): number[] {
  const weights = tickers.map(() => 0);
  const isAsset = findTicker(tickers, CASH) !== undefined;
  for (const { ticker, weight } of isAsset ? held : withoutCash(held)) {
    const known = knownTicker(tickers, ticker, option);
    const column = tickers.indexOf(known);
    if (weights[column] !== 0) throw new UserError(`${option} names ${known} twice.`, { option });
    weights[column] = weight;
  }
  return weights;
}

/** A request for the risk of weights that are given. The mandate has no limit, and its constraints say nothing. */
export type RiskRequest = Omit<AllocateRequest, 'amount' | 'amountCurrency'> & {
  /** Different assets, summing to 1 at most; the rest is cash. Empty where `held` says what is held. */
  readonly weights: readonly HeldWeight[];
  readonly shock?: Shock;
};

/** The horizons that records are kept of. The record of a class serves the horizons nearest to it. */
export const RECORD_HORIZONS = [5, 21, 63, 252] as const;

/** A record of decisions of other days apart would say little of a longer or shorter promise. */
export function horizonClass(days: number): number {
  const distance = (one: number): number => Math.abs(Math.log(one / days));
  return RECORD_HORIZONS.reduce(
    (best, one) => (distance(one) < distance(best) ? one : best),
    RECORD_HORIZONS[0] as number,
  );
}

/**
 * How long a record is kept, and the decisions in it: 60 days more than pass until one of a universe in use is extended,
 * which is when a horizon has passed.
 * @param horizonDays trading days
 */
export const recordKeptMs = (horizonDays: number): number => (60 + Math.ceil(1.5 * horizonDays)) * DAY_MS;

/** Whether the answer to a request is one of those that records are kept of. */
export const hasRecord = ({ strategy, asOf, views }: Pick<AllocateRequest, 'strategy' | 'asOf' | 'views'>): boolean =>
  asOf === undefined && views === undefined && canonicalJson(strategy) === canonicalJson(DEFAULT_STRATEGY);

/** A walk through the past, from decision to decision. */
export interface WalkRequest extends BacktestOptions {
  readonly universe: UniverseSpec;
  /**
   * The universe's name in a standing record, whose decisions stay as they were made even where a vendor revises its
   * prices; absent: decisions are remembered by the prices that they were made from.
   */
  readonly standing?: string;
  /** What is held before the first decision; absent: cash alone. */
  readonly held?: Held;
  readonly settingsUsed?: SettingsUsed;
}

/** A walk-forward backtest of what `allocate` decides. */
export interface BacktestRequest extends WalkRequest {
  readonly limits: readonly number[];
}

/** A comparison of strategies over the same days, prices, costs and mandate. */
export interface CompareRequest extends Omit<WalkRequest, 'strategy' | 'limits' | 'standing' | 'held' | 'offset'> {
  /** Absent: all that these prices are enough for. The one that holds equal weights is always compared. */
  readonly strategies?: readonly StrategyChoice[];
  readonly limit: LimitRule;
  /** Per year, a fraction; in Sharpe ratios. */
  readonly riskFree: number;
  /** Absent: no cross-validation. */
  readonly cpcv?: CpcvShape;
}

/** In what ways a command lets one shorten a backtest. */
export type Shortening = 'from' | 'horizon' | 'retrain' | 'tickers';

/** The most work that is begun. */
export interface WorkLimit {
  readonly seconds: number;
  readonly by: readonly Shortening[];
}

/**
 * For what people ask in Discord. An estimate may be wrong by a factor of nearly two, and after 15 minutes an answer no
 * longer takes the place of its progress.
 */
export const LONGEST_BACKTEST_SECONDS = 600;

export interface TrainRequest {
  readonly universe: UniverseSpec;
  readonly strategy: StrategyChoice;
  readonly seed: number;
  /** What the person accepts in the prices. */
  readonly allow?: readonly Allowance[];
}

/**
 * 400 MB of scenarios. With the second and the third sample, which are each twice as large, and a copy of all, for shared
 * memory or scaled by κ, it is ten times as much at most.
 */
const MAX_NUMBERS = 50_000_000;

/**
 * @param atOnce the number of such samples in memory at the same time
 * @throws UserError when the scenarios would not fit into memory
 */
export function checkSize(assets: number, scenarios: number, atOnce = 1): void {
  if (assets * scenarios * atOnce <= MAX_NUMBERS) return;
  const most = Math.floor(MAX_NUMBERS / assets / atOnce);
  throw new UserError(`With ${assets} assets at most ${wholeNumber(most)} scenarios can be drawn; got ${scenarios}.`, {
    option: 'scenarios',
    code: 'scenarios.too-many',
    data: { assets, most, got: scenarios },
  });
}

export function historyOptions({ signal, onProgress }: TaskOptions): HistoryOptions {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  };
}
