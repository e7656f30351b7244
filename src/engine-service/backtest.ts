import type { Schedule } from '../engine/backtest/plan.ts';
import { daysBetween, MEASURED_DAYS, rowsUntil } from '../engine/history.ts';
import { checkQuality } from '../engine/quality/check.ts';
import type { Allowance } from '../engine/quality/quality.ts';
import { MOST_STILL_DAYS } from '../engine/quality/still-runs.ts';
import type { LoadedPrices, Prices } from '../engine/types.ts';
import { plural } from '../format.ts';
import { universeLabel } from '../prices/universes.ts';
import { type BacktestAnswer, type PriceProvenance, priceProvenance } from './answers.ts';
import { checkLength } from './backtest-limit.ts';
import { workOf } from './backtest-work.ts';
import type { BacktestRequest } from './requests.ts';
import type { PastContext } from './single-flight.ts';
import { type BacktestServices, loadWalk, makeWalk, type PlannedWalk, planWalk } from './walk.ts';

/**
 * Makes the decisions of past dates in worker threads, and evaluates them.
 * @throws UserError also when it would take longer than the limit
 */
export async function runBacktest(
  services: BacktestServices,
  request: BacktestRequest,
  context: PastContext,
): Promise<BacktestAnswer> {
  const started = performance.now();
  const loaded = await loadWalk(services, request, context);
  const planned = await planWalk(services, request, loaded, context);
  const { assets, index, account, tradable, plan } = planned;
  const prices = pricesOfWalk(planned, loaded);
  const { clock } = services;
  const seconds = clock.secondsFor(workOf(plan), false);
  checkLength({ request: planned.request, assets, tradable, plan, clock }, seconds, context.limit);
  const result = await makeWalk(services, planned, context);
  return {
    request,
    universe: universeLabel(request.universe, loaded.prices.tickers),
    tickers: assets.tickers,
    ...(index !== undefined && { index }),
    ...(account && { account }),
    result,
    prices,
    seconds: (performance.now() - started) / 1000,
  };
}

/**
 * Where the prices of a walk are from, with what is to be said of them.
 * @throws UserError as `checkQuality`
 */
export function pricesOfWalk({ request, assets, schedule }: PlannedWalk, loaded: LoadedPrices): PriceProvenance {
  const notes = [...loaded.notes, ...checkMeasured(assets, schedule, request.allow), ...leftOut(assets, schedule)];
  // Up to the newest price that could be used: the last outcome may end a horizon earlier.
  const until = assets.dates[rowsUntil(assets.dates, request.until) - 1]!;
  return priceProvenance({ ...loaded, notes }, { prices: assets, until });
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
