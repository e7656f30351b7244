import type { JudgeInput } from '../engine/backtest/judge.ts';
import { planBacktest, planOf, type Schedule } from '../engine/backtest/plan.ts';
import { type Tradable, tradableOn } from '../engine/backtest/tradable.ts';
import type { BacktestResult } from '../engine/backtest/types.ts';
import { benchmarkOf, weighsTrades } from '../engine/constraints/beyond-bounds.ts';
import { historyUntil } from '../engine/history.ts';
import { marketBeside } from '../engine/market.ts';
import { checkNeeds, findStrategy } from '../engine/strategies/index.ts';
import type { LoadedPrices, Prices } from '../engine/types.ts';
import type { PriceService } from '../prices/service.ts';
import { withBenchmark } from '../prices/universes.ts';
import { type Account, moneyOf } from './account.ts';
import { decideAll, type DecisionServices } from './backtest-decisions.ts';
import { WorkClock, type WorkPlan } from './backtest-work.ts';
import { decisionKeys, type StoredDecisions } from './decision-cache.ts';
import type { ModelService } from './models.ts';
import { checkSize, historyOptions, type WalkRequest } from './requests.ts';
import type { SharedWork } from './shared-work.ts';
import type { SharedContext } from './single-flight.ts';
import { mandateFor } from './trades.ts';

export interface BacktestServices extends DecisionServices {
  readonly prices: PriceService;
  readonly models: Pick<ModelService, 'choiceFor'>;
}

export const backtestServices = (services: Omit<BacktestServices, 'clock'>): BacktestServices => ({
  ...services,
  clock: new WorkClock(services.threads),
});

/** A walk through the past before it is made. */
export interface PlannedWalk {
  /** With the model's choice of parameters, and what is held on the first day. */
  readonly request: WalkRequest;
  /** Assets, and an index if there is one. */
  readonly prices: Prices;
  readonly assets: Prices;
  /** The benchmark's ticker. */
  readonly index?: string;
  readonly tradable: (row: number) => Tradable;
  readonly schedule: Schedule;
  readonly account: Account | undefined;
  readonly keys: readonly string[];
  readonly cached: readonly (StoredDecisions | undefined)[];
  readonly plan: WorkPlan & { readonly missing: readonly number[] };
}

type WalkSubject = Pick<WalkRequest, 'universe' | 'mandate' | 'until'>;

const walkUniverse = ({ universe, mandate }: WalkSubject) => withBenchmark(universe, benchmarkOf(mandate.constraints));

/** The prices of a walk, also of what was delisted meanwhile. */
export const loadWalk = (
  { prices }: Pick<BacktestServices, 'prices'>,
  request: WalkSubject,
  context: SharedContext,
): Promise<LoadedPrices> =>
  prices.history(walkUniverse(request), { ...historyOptions(context), until: request.until, keepsEnded: true });

/**
 * What is to be decided, and what of it is known.
 * @param loaded as `loadWalk` gives them
 * @throws UserError when it cannot be made
 */
export async function planWalk(
  services: BacktestServices,
  request: WalkRequest,
  loaded: LoadedPrices,
  { signal }: SharedContext,
): Promise<PlannedWalk> {
  const { sampling, allow } = request;
  const { assets, index } = marketBeside(loaded.prices, benchmarkOf(request.mandate.constraints));
  // Impossible requests must fail before a model is trained for them.
  checkNeeds(findStrategy(request.strategy.id), assets);
  checkSize(assets.tickers.length, sampling.scenarios, services.threads);
  const mandate = mandateFor(request.mandate, undefined, assets);
  // A limit on trades never makes a past decision impossible, see `loosenedAsNeeded`.
  const constraints = mandate.constraints.filter(({ kind }) => kind !== 'max-turnover');
  if (constraints.length > 0) {
    const always = { mandate: { ...mandate, constraints }, tickers: assets.tickers };
    await services.pool.run('check', always, { signal });
  }
  const tradable = tradableOn(assets, mandate.constraints, allow);
  const schedule = planBacktest(assets, planOf(request), tradable);
  const subject = {
    universe: walkUniverse(request),
    loaded: { ...loaded, prices: assets },
    strategy: request.strategy,
  };
  const account = await heldOnFirstDay(services, request, { assets, schedule, signal });
  const options = {
    ...request,
    mandate: weighsTrades(mandate.constraints) ? mandateFor(mandate, account, assets) : mandate,
    strategy: await services.models.choiceFor(subject),
  };
  const keys = decisionKeys(assets, schedule, options);
  const cached = await Promise.all(keys.map((key) => services.cache.get(key)));
  const missing = [...cached.keys()].filter((at) => cached[at] === undefined);
  return {
    request: options,
    prices: loaded.prices,
    assets,
    ...(index && { index: index.ticker }),
    tradable,
    schedule,
    account,
    keys,
    cached,
    plan: { request: options, schedule, assets: assets.tickers.length, missing },
  };
}

interface FirstDay {
  readonly assets: Prices;
  readonly schedule: Schedule;
  readonly signal: AbortSignal;
}

/** By its closes, and by its exchange rates. */
async function heldOnFirstDay(
  { prices }: BacktestServices,
  { universe, held }: WalkRequest,
  { assets, schedule, signal }: FirstDay,
): Promise<Account | undefined> {
  if (held === undefined) return undefined;
  const { date } = schedule.decisionDates[0]!;
  const { account } = await moneyOf({ universe, held, asOf: date }, historyUntil(assets, date), prices, signal);
  return account;
}

/** Makes the decisions that are not known in worker threads, and judges all. */
export async function makeWalk(
  services: BacktestServices,
  { request, prices, assets, schedule, account, keys, cached, plan }: PlannedWalk,
  context: SharedContext,
  shared?: SharedWork,
): Promise<BacktestResult> {
  const { missing } = plan;
  const decisions = await decideAll(services, { request, schedule, assets, keys, cached, missing, context, shared });
  const held = account?.values.map((value) => value / account.amount);
  const input: JudgeInput = { prices, options: request, decisions, held };
  return services.pool.run('judge', input, { signal: context.signal });
}
