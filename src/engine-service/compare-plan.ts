// What a comparison walks through: which strategies, over which dates, and how long it takes.
import { BENCHMARK_STRATEGY } from '../engine/backtest/decide.ts';
import { planBacktest, planOf } from '../engine/backtest/plan.ts';
import { tradableOn } from '../engine/backtest/tradable.ts';
import type { Rule } from '../engine/backtest/types.ts';
import { type CpcvShape, CPCV_GROUPS, mostGroups } from '../engine/compare/cpcv.ts';
import { checkNeeds, chooseStrategy, findStrategy, STRATEGIES } from '../engine/strategies/index.ts';
import type { AnyStrategy, StrategyChoice } from '../engine/strategies/strategy.ts';
import type { Prices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { plural, roughly } from '../format.ts';
import { checkLength } from './backtest-limit.ts';
import { type PlannedWork, totalWork, type WorkPlan, workOf } from './backtest-work.ts';
import type { CompareRequest, WalkRequest } from './requests.ts';
import { generatorOf } from './shared-work.ts';
import type { PastContext } from './single-flight.ts';
import { mandateFor } from './trades.ts';
import type { BacktestServices, PlannedWalk } from './walk.ts';

interface Compared {
  readonly strategies: readonly StrategyChoice[];
  readonly notes: readonly string[];
}

/**
 * In the order of the list.
 * @param all the list
 * @throws UserError when prices are not enough for one that was named
 */
export function compared(
  named: CompareRequest['strategies'],
  assets: Prices,
  all: readonly Pick<AnyStrategy, 'id' | 'title' | 'needs'>[] = STRATEGIES,
): Compared {
  const notes: string[] = [];
  const isEnough = (strategy: (typeof all)[number]): boolean => {
    try {
      checkNeeds(strategy, assets);
      return true;
    } catch (error) {
      if (!(error instanceof UserError) || named !== undefined || strategy.id === BENCHMARK_STRATEGY) throw error;
      notes.push(`Left out: ${error.message}`);
      return false;
    }
  };
  const choiceOf = (id: string): StrategyChoice | undefined =>
    named === undefined || id === BENCHMARK_STRATEGY ? chooseStrategy(id) : named.find((one) => one.id === id);
  const strategies = all.flatMap((strategy) => {
    const choice = choiceOf(strategy.id);
    return choice !== undefined && isEnough(strategy) ? [choice] : [];
  });
  return { strategies, notes };
}

/** The first day on which all can decide, from the day asked for on. */
export function commonStart(
  request: CompareRequest,
  assets: Prices,
  strategies: readonly StrategyChoice[],
): { readonly from: string; readonly notes: readonly string[] } {
  const neediest = strategies.reduce((most, one) => (minDaysOf(one) > minDaysOf(most) ? one : most));
  const earliest = assets.dates[minDaysOf(neediest) - 1];
  const isEarly = request.from !== undefined && earliest !== undefined && request.from < earliest;
  const asked = walkOf(request, neediest, isEarly ? earliest : request.from);
  const { constraints } = mandateFor(request.mandate, undefined, assets);
  const schedule = planBacktest(assets, planOf(asked), tradableOn(assets, constraints, request.allow));
  const from = schedule.decisionDates[0]!.date;
  const { title, needs } = findStrategy(neediest.id);
  const isAll = strategies.every((one) => minDaysOf(one) === needs.minDays);
  const needing = isAll ? 'strategies need' : `"${title}" needs`;
  const note = `It begins on ${from}, not on ${request.from}: ${needing} ${needs.minDays} days of prices before.`;
  return { from, notes: isEarly ? [note] : [] };
}

const minDaysOf = ({ id }: StrategyChoice): number => findStrategy(id).needs.minDays;

/** The rule by which a strategy is compared: equal weights are held whatever the limit, and whatever the bounds. */
const ruleOf = ({ limit }: CompareRequest, id: string): Exclude<Rule, 'min' | 'index'> =>
  id === BENCHMARK_STRATEGY ? 'equal' : limit;

export function walkOf(request: CompareRequest, strategy: StrategyChoice, from: string | undefined): WalkRequest {
  const { strategies: _, limit: __, riskFree: ___, cpcv: ____, from: _____, ...common } = request;
  const rule = ruleOf(request, strategy.id);
  return {
    ...common,
    ...(from !== undefined && { from }),
    offset: 0,
    strategy,
    limits: rule === 'equal' ? [] : [rule],
  };
}

/** Of each walk: what an earlier one computes is not computed again. */
export function worksOf(plans: readonly WorkPlan[]): PlannedWork[] {
  const generators = plans.map(({ request }) => generatorOf(request.strategy));
  // One of which all is cached computes nothing for those after it.
  const computes = plans.map(({ missing }) => missing === undefined || missing.length > 0);
  const isShared = (k: number): boolean =>
    generators.slice(0, k).some((one, earlier) => one === generators[k] && computes[earlier]);
  return plans.map((plan, k) => workOf({ ...plan, isShared: isShared(k) }));
}

const withRequest = (plan: WorkPlan, request: WorkPlan['request']): WorkPlan => ({ ...plan, request });

/** @throws UserError when there are too few days for so many groups */
export function checkGroups({ groups }: CpcvShape, { request, schedule: { decisionDates } }: PlannedWalk): void {
  const { horizonDays } = request.mandate;
  const most = mostGroups(decisionDates.at(-1)!.end - decisionDates[0]!.row, horizonDays);
  if (groups <= most) return;
  const decisions = plural(decisionDates.length, 'decision');
  const mend = most < CPCV_GROUPS.min ? 'Begin earlier' : 'Begin earlier or take fewer';
  throw new UserError(
    `Groups of days must last two horizons or more: of ${decisions} at most ${plural(most, 'group')} can be made; got ${groups}. ${mend}.`,
    { option: 'cpcv', code: 'compare.too-many-groups', data: { most, got: groups } },
  );
}

interface InTime {
  readonly planned: readonly PlannedWalk[];
  readonly notes: readonly string[];
}

/** Of strategies that nobody has named, the longest are left out until the others take no longer than the limit. */
export function inTime(
  { clock }: BacktestServices,
  all: readonly PlannedWalk[],
  { strategies, limit }: Pick<CompareRequest, 'strategies'> & Pick<PastContext, 'limit'>,
): InTime {
  let planned = all;
  const notes: string[] = [];
  const secondsOf = (walks: readonly PlannedWalk[]): number =>
    clock.secondsFor(totalWork(worksOf(walks.map(({ plan }) => plan))), false);
  const limited = strategies === undefined ? (limit?.seconds ?? Infinity) : Infinity;
  for (
    let seconds = secondsOf(all);
    seconds > limited && planned.length > LEAST_COMPARED;
    seconds = secondsOf(planned)
  ) {
    const without = (walk: PlannedWalk): PlannedWalk[] => planned.filter((one) => one !== walk);
    const others = planned.filter(({ request }) => request.strategy.id !== BENCHMARK_STRATEGY);
    const longest = others.reduce((most, one) => (secondsOf(without(one)) < secondsOf(without(most)) ? one : most));
    const saved = seconds - secondsOf(without(longest));
    const { title } = findStrategy(longest.request.strategy.id);
    notes.push(`Left out: "${title}" would take about ${roughly(saved)} here.`);
    planned = without(longest);
  }
  return { planned, notes };
}

/** The benchmark, and one to compare with it. */
const LEAST_COMPARED = 2;

interface Total {
  readonly planned: readonly PlannedWalk[];
  readonly works: readonly PlannedWork[];
  readonly limit: PastContext['limit'];
}

/** @throws UserError as `checkLength` */
export function checkTotal({ clock }: BacktestServices, { planned, works, limit }: Total): void {
  const [{ request, assets, tradable, plan }] = [planned[0]!];
  const seconds = clock.secondsFor(totalWork(works), false);
  const choices = planned.map((one) => one.request);
  // The same walks, under other dates or over fewer assets.
  const workOfAll = (changed: WorkPlan): PlannedWork =>
    totalWork(
      worksOf(choices.map(({ strategy, limits }) => withRequest(changed, { ...changed.request, strategy, limits }))),
    );
  checkLength({ request, assets, tradable, plan, clock, workOf: workOfAll }, seconds, limit);
}
