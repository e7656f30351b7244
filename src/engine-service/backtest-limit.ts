import { planBacktest, planOf } from '../engine/backtest/plan.ts';
import type { Tradable } from '../engine/backtest/tradable.ts';
import type { Prices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { roughly } from '../format.ts';
import { type PlannedWork, type WorkClock, type WorkPlan, workOf as workOfOne } from './backtest-work.ts';
import type { Shortening, WalkRequest, WorkLimit } from './requests.ts';

const HORIZONS = [2, 3, 5, 10, 21, 42, 63, 126, 252];
const RETRAINS = [5, 10, 21, 42, 63, 126, 252, 504];
/** What is advised is to be accepted also if the machine is a little slower by then. */
const MARGIN = 0.8;

interface CheckedWalk {
  readonly request: WalkRequest;
  readonly assets: Prices;
  readonly tradable: (row: number) => Tradable;
  readonly plan: WorkPlan;
  readonly clock: WorkClock;
  /** Absent: of one walk. */
  readonly workOf?: (plan: WorkPlan) => PlannedWork;
}

/**
 * Refuses a backtest that would take too long, before it begins.
 * @param seconds what it would take
 * @throws UserError that says how to shorten it, in ways each of which is enough
 */
export function checkLength(candidate: CheckedWalk, seconds: number, limit: WorkLimit | undefined): void {
  if (limit === undefined || seconds <= limit.seconds) return;
  const advice = limit.by.flatMap((way) => WAYS[way](candidate, MARGIN * limit.seconds) ?? []);
  const how =
    advice.length === 0 ? 'ask for less' : new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(advice);
  const [minutes, most] = [seconds, limit.seconds].map((one) => Math.ceil(one / 60));
  throw new UserError(`This would take about ${roughly(seconds)} here, and ${most} min is the most: ${how}.`, {
    code: 'backtest.too-long',
    data: { minutes, most, advice },
  });
}

/** A sentence's part that says what would be enough, and undefined when nothing of the kind would. */
type Way = (candidate: CheckedWalk, seconds: number) => string | undefined;

const WAYS: Readonly<Record<Shortening, Way>> = {
  from(candidate, seconds) {
    const dates = candidate.plan.schedule.decisionDates.map(({ date }) => date).slice(1);
    const from = first(dates, (date) => isShort(candidate, seconds, { from: date }));
    return from === undefined ? undefined : `begin on ${from} or later`;
  },
  horizon(candidate, seconds) {
    const { mandate } = candidate.request;
    const longer = HORIZONS.filter((days) => days > mandate.horizonDays);
    const days = first(longer, (horizonDays) => isShort(candidate, seconds, { mandate: { ...mandate, horizonDays } }));
    return days === undefined ? undefined : `take a horizon of ${days} days or more`;
  },
  retrain(candidate, seconds) {
    const rarer = RETRAINS.filter((days) => days > candidate.request.retrainDays);
    const days = first(rarer, (retrainDays) => isShort(candidate, seconds, { retrainDays }));
    return days === undefined ? undefined : `train every ${days} days or more rarely`;
  },
  tickers({ plan, clock, workOf = workOfOne }, seconds) {
    const fewer = Array.from({ length: Math.max(0, plan.assets - 2) }, (_, k) => plan.assets - 1 - k);
    // The dates stay, whatever the assets.
    const { decisionDates, trainings, ...rest } = plan.schedule;
    const whole = {
      ...rest,
      decisionDates: decisionDates.map(({ row, end, date, until, training }) => ({ row, end, date, until, training })),
      trainings: trainings.map(({ date }) => ({ date })),
    };
    const isEnough = (assets: number): boolean =>
      clock.secondsFor(workOf({ request: plan.request, schedule: whole, assets }), false) <= seconds;
    const most = first(fewer, isEnough);
    return most === undefined ? undefined : `take at most ${most} tickers`;
  },
};

/** The first that is enough; those after it are too. */
function first<T>(values: readonly T[], isEnough: (value: T) => boolean): T | undefined {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isEnough(values[middle]!)) to = middle;
    else from = middle + 1;
  }
  return values[from];
}

/** Whether the request with these changes can be made in time, with nothing in the cache. */
function isShort(
  { request, assets, tradable, plan, clock, workOf = workOfOne }: CheckedWalk,
  seconds: number,
  changes: Partial<WalkRequest>,
) {
  const changed = { ...request, ...changes };
  try {
    const schedule = planBacktest(assets, planOf(changed), tradable);
    return clock.secondsFor(workOf({ request: changed, schedule, assets: plan.assets }), false) <= seconds;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
