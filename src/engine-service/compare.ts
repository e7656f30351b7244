import { BENCHMARK_STRATEGY } from '../engine/backtest/decide.ts';
import type { Path } from '../engine/backtest/types.ts';
import type { Comparison, ComparedWalk } from '../engine/compare/compare.ts';
import { benchmarkOf } from '../engine/constraints/beyond-bounds.ts';
import { marketBeside } from '../engine/market.ts';
import type { OnProgress } from '../engine/types.ts';
import { universeLabel } from '../prices/universes.ts';
import type { PriceProvenance } from './answers.ts';
import { pricesOfWalk } from './backtest.ts';
import type { PlannedWork } from './backtest-work.ts';
import { checkGroups, checkTotal, commonStart, compared, inTime, walkOf, worksOf } from './compare-plan.ts';
import type { CompareRequest } from './requests.ts';
import { generatorOf, SharedWork } from './shared-work.ts';
import type { PastContext } from './single-flight.ts';
import { type BacktestServices, loadWalk, makeWalk, type PlannedWalk, planWalk } from './walk.ts';

/** What strategies came to over the same days. Plain data. */
export interface CompareAnswer {
  readonly request: CompareRequest;
  readonly universe: string;
  /** (n) Without the index. */
  readonly tickers: readonly string[];
  readonly index?: string;
  readonly comparison: Comparison;
  /** In the order of the list of strategies. */
  readonly walks: readonly ComparedWalk[];
  readonly indexPath?: Path;
  readonly prices: PriceProvenance;
  readonly seconds: number;
}

/**
 * Walks through the past once for each strategy, over the same dates, and compares what each came to. Decisions are
 * cached as those of backtests; what strategies of the same generator have in common is computed once.
 * @throws UserError also when it would take longer than the limit
 */
export async function runCompare(
  services: BacktestServices,
  request: CompareRequest,
  context: PastContext,
): Promise<CompareAnswer> {
  const started = performance.now();
  const loaded = await loadWalk(services, request, context);
  const { assets } = marketBeside(loaded.prices, benchmarkOf(request.mandate.constraints));
  const chosen = compared(request.strategies, assets);
  const start = commonStart(request, assets, chosen.strategies);
  const asked = chosen.strategies.map((strategy) => walkOf(request, strategy, start.from));
  const all: PlannedWalk[] = [];
  for (const one of asked) all.push(await planWalk(services, one, loaded, context));
  const { planned, ...late } = inTime(services, all, { ...request, limit: context.limit });
  const [first] = planned;
  const prices = pricesOfWalk(first!, {
    ...loaded,
    notes: [...loaded.notes, ...chosen.notes, ...late.notes, ...start.notes],
  });
  if (request.cpcv !== undefined) checkGroups(request.cpcv, first!);
  const works = worksOf(planned.map(({ plan }) => plan));
  checkTotal(services, { planned, works, limit: context.limit });
  const { walks, indexPath } = await makeAll(services, planned, works, context);
  const { mandate, limit, riskFree, cpcv, sampling } = request;
  const input = {
    walks,
    benchmark: BENCHMARK_STRATEGY,
    index: indexPath,
    alpha: mandate.risk.alpha,
    limit,
    horizonDays: mandate.horizonDays,
    riskFree,
    cpcv,
    seed: sampling.seed,
  };
  return {
    request,
    universe: universeLabel(request.universe, loaded.prices.tickers),
    tickers: first!.assets.tickers,
    ...(first!.index !== undefined && { index: first!.index }),
    comparison: await services.pool.run('compare', input, { signal: context.signal }),
    walks,
    ...(indexPath && { indexPath }),
    prices,
    seconds: (performance.now() - started) / 1000,
  };
}

/** One walk after the other. */
async function makeAll(
  services: BacktestServices,
  planned: readonly PlannedWalk[],
  works: readonly PlannedWork[],
  context: PastContext,
): Promise<{ readonly walks: readonly ComparedWalk[]; readonly indexPath: Path | undefined }> {
  const generators = planned.map(({ request }) => generatorOf(request.strategy));
  const shared = new Map<string, SharedWork>();
  const walks: ComparedWalk[] = [];
  let indexPath: Path | undefined;
  for (const [k, walk] of planned.entries()) {
    const generator = generators[k]!;
    const isShared = generators.filter((one) => one === generator).length > 1;
    const own = isShared ? (shared.get(generator) ?? new SharedWork()) : undefined;
    if (own !== undefined) shared.set(generator, own);
    const onProgress = walkProgress(context.onProgress, { k, works, clock: services.clock });
    const { paths, decisions } = await makeWalk(services, walk, { ...context, onProgress }, own);
    // What no later one needs is freed.
    if (generators.lastIndexOf(generator) === k) shared.delete(generator);
    const { strategy, limits } = walk.request;
    const rule = limits[0] ?? 'equal';
    walks.push({
      name: strategy.id,
      path: paths.find((path) => path.rule === rule)!,
      decisions: decisions.filter(({ limit }) => limit === rule),
    });
    indexPath ??= paths.find((path) => path.rule === 'index');
  }
  return { walks, indexPath };
}

const sum = (some: readonly number[]): number => some.reduce((total, one) => total + one, 0);

interface WalkShare {
  /** Of which walk. */
  readonly k: number;
  readonly works: readonly PlannedWork[];
  readonly clock: BacktestServices['clock'];
}

/** Walk number k has come this far. */
function walkProgress(onProgress: OnProgress, { k, works, clock }: WalkShare): OnProgress {
  // A walk of which all is known takes a moment too.
  const seconds = works.map((work) => 0.1 + clock.secondsFor(work, true));
  const [before, after, all] = [sum(seconds.slice(0, k)), sum(seconds.slice(k + 1)), sum(seconds)];
  return ({ secondsLeft, detail, ...progress }) =>
    onProgress({
      ...progress,
      done: (before + progress.done * seconds[k]!) / all,
      ...(secondsLeft !== undefined && { secondsLeft: secondsLeft + after }),
      detail: [`strategy ${k + 1} of ${works.length}`, ...(detail === undefined ? [] : [detail])].join(', '),
    });
}
