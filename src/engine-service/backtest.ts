import { planBacktest, planOf, type Schedule } from '../engine/backtest/plan.ts';
import { tradableOn } from '../engine/backtest/tradable.ts';
import { benchmarkOf, weighsTrades } from '../engine/constraints/beyond-bounds.ts';
import { daysBetween, historyUntil, MEASURED_DAYS, rowsUntil } from '../engine/history.ts';
import { marketBeside } from '../engine/market.ts';
import { checkQuality } from '../engine/quality/check.ts';
import type { Allowance } from '../engine/quality/quality.ts';
import { MOST_STILL_DAYS } from '../engine/quality/still-runs.ts';
import type { Prices } from '../engine/types.ts';
import { plural } from '../format.ts';
import { checkNeeds, findStrategy } from '../engine/strategies/index.ts';
import type { PriceService } from '../prices/service.ts';
import { universeLabel, withBenchmark } from '../prices/universes.ts';
import { type Account, moneyOf } from './account.ts';
import { type BacktestAnswer, priceProvenance } from './answers.ts';
import { decideAll, type DecisionServices } from './backtest-decisions.ts';
import { checkLength } from './backtest-limit.ts';
import { WorkClock, workOf } from './backtest-work.ts';
import { decisionKeys } from './decision-cache.ts';
import type { ModelService } from './models.ts';
import { checkSize, historyOptions, type BacktestRequest } from './requests.ts';
import type { PastContext } from './single-flight.ts';
import { mandateFor } from './trades.ts';

export interface BacktestServices extends DecisionServices {
  readonly prices: PriceService;
  readonly models: Pick<ModelService, 'choiceFor'>;
}

export const backtestServices = (services: Omit<BacktestServices, 'clock'>): BacktestServices => ({
  ...services,
  clock: new WorkClock(services.threads),
});

/**
 * Makes the decisions of past dates in worker threads, and evaluates them.
 * @throws UserError also when it would take longer than the limit
 */
export async function runBacktest(
  { prices, models, ...services }: BacktestServices,
  request: BacktestRequest,
  context: PastContext,
): Promise<BacktestAnswer> {
  const started = performance.now();
  const { sampling, until, allow } = request;
  const benchmark = benchmarkOf(request.mandate.constraints);
  const universe = withBenchmark(request.universe, benchmark);
  const loaded = await prices.history(universe, { ...historyOptions(context), until, keepsEnded: true });
  const { assets, index } = marketBeside(loaded.prices, benchmark);
  // Impossible requests must fail before a model is trained for them.
  checkNeeds(findStrategy(request.strategy.id), assets);
  checkSize(assets.tickers.length, sampling.scenarios, services.threads);
  const mandate = mandateFor(request.mandate, undefined, assets);
  // A limit on trades never makes a past decision impossible, see `loosenedAsNeeded`.
  const constraints = mandate.constraints.filter(({ kind }) => kind !== 'max-turnover');
  if (constraints.length > 0) {
    const always = { mandate: { ...mandate, constraints }, tickers: assets.tickers };
    await services.pool.run('check', always, { signal: context.signal });
  }
  const tradable = tradableOn(assets, mandate.constraints, allow);
  const schedule = planBacktest(assets, planOf(request), tradable);
  const notes = [...loaded.notes, ...checkMeasured(assets, schedule, allow), ...leftOut(assets, schedule)];
  const subject = { universe, loaded: { ...loaded, prices: assets }, strategy: request.strategy };
  const account = await heldOnFirstDay(request, { assets, schedule, prices }, context.signal);
  const options = {
    ...request,
    mandate: weighsTrades(mandate.constraints) ? mandateFor(mandate, account, assets) : mandate,
    strategy: await models.choiceFor(subject),
  };
  const keys = decisionKeys(assets, schedule, options);
  const cached = await Promise.all(keys.map((key) => services.cache.get(key)));
  const missing = [...cached.keys()].filter((at) => cached[at] === undefined);
  const plan = { request: options, schedule, assets: assets.tickers.length, missing };
  const { clock } = services;
  const seconds = clock.secondsFor(workOf(plan), false);
  checkLength({ request: options, assets, tradable, plan, clock }, seconds, context.limit);
  const decisions = await decideAll(services, { ...plan, request: options, assets, keys, cached, context });
  const held = account?.values.map((value) => value / account.amount);
  const input = { prices: loaded.prices, options, decisions, held };
  const result = await services.pool.run('judge', input, { signal: context.signal });
  return {
    request,
    universe: universeLabel(request.universe, loaded.prices.tickers),
    tickers: assets.tickers,
    ...(index && { index: index.ticker }),
    ...(account && { account }),
    result,
    // Up to the newest price that could be used: the last outcome may end a horizon earlier.
    prices: priceProvenance(
      { ...loaded, notes },
      { prices: assets, until: assets.dates[rowsUntil(assets.dates, until) - 1]! },
    ),
    seconds: (performance.now() - started) / 1000,
  };
}

/** By its closes, and by its exchange rates. */
async function heldOnFirstDay(
  { universe, held }: BacktestRequest,
  { assets, schedule, prices }: { readonly assets: Prices; readonly schedule: Schedule; readonly prices: PriceService },
  signal: AbortSignal,
): Promise<Account | undefined> {
  if (held === undefined) return undefined;
  const { date } = schedule.decisionDates[0]!;
  const { account } = await moneyOf({ universe, held, asOf: date }, historyUntil(assets, date), prices, signal);
  return account;
}

/**
 * Checks the prices that the backtest learns from and is judged by. An asset that stands still is only left out of the
 * decisions of that time.
 * @throws UserError as `checkQuality`
 */
function checkMeasured(
  assets: Prices,
  { decisionDates }: Schedule,
  allow: readonly Allowance[] = [],
): readonly string[] {
  const [first, last] = [decisionDates[0]!, decisionDates.at(-1)!];
  const measured = daysBetween(assets, first.row - MEASURED_DAYS, last.end + 1);
  return checkQuality(measured, [...allow, 'frozen']);
}

/** Sentences on the assets that not every decision could choose. */
function leftOut({ tickers, ended }: Prices, { decisionDates, stoppedOn }: Schedule): string[] {
  const [first, last] = [decisionDates[0]!, decisionDates.at(-1)!];
  const stop =
    stoppedOn === undefined
      ? []
      : [
          `On ${stoppedOn} too few assets have a price that moves to decide over them within the bounds: it ends there.`,
        ];
  const notes = tickers.flatMap((ticker, j) => {
    const end = ended?.[j];
    if (end !== undefined && end < last.until)
      return end < first.date
        ? [`${ticker} has no price after ${end}, before the first decision: none holds it.`]
        : [`${ticker} has no price after ${end}: it was sold at that close, and no later decision holds it.`];
    const without = decisionDates.filter(({ assets }) => assets !== undefined && !assets.includes(j));
    if (without.length === 0) return [];
    const dates = `${without.length} of ${plural(decisionDates.length, 'decision')}, first on ${without[0]!.date}`;
    return [`${ticker} stood still for more than ${MOST_STILL_DAYS} days before ${dates}: they do not hold it.`];
  });
  return [...notes, ...stop];
}
