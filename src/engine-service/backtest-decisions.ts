import { DAY_MS } from '../durations.ts';
import { type DecidedDay, failedDecisions } from '../engine/backtest/decide.ts';
import { weighsTrades } from '../engine/constraints/beyond-bounds.ts';
import { pricesOf, trainingHistory, type Schedule } from '../engine/backtest/plan.ts';
import { isSameChoice } from '../engine/backtest/tradable.ts';
import { historyUntil } from '../engine/history.ts';
import { findStrategy, isAdaptive } from '../engine/strategies/index.ts';
import type { Model } from '../engine/strategies/strategy.ts';
import type { Prices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import type { Table } from '../store/table.ts';
import { ClosedError } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import { countSharedMemory } from '../workers/shared-memory.ts';
import { inOrder, orderSteps } from './backtest-order.ts';
import { BacktestProgress } from './backtest-progress.ts';
import type { WorkClock } from './backtest-work.ts';
import type { StoredDecisions } from './decision-cache.ts';
import { DriftedWeights } from './drifted-weights.ts';
import { fitInParts } from './fit-in-parts.ts';
import { decideEarly, Kappas } from './kappas.ts';
import { MadeDecisions } from './made-decisions.ts';
import { recordKeptMs, type WalkRequest } from './requests.ts';
import type { SharedWork } from './shared-work.ts';
import type { SharedContext } from './single-flight.ts';
import { TrainedModels } from './trained-models.ts';

/** Logs faults that cost an answer nothing, or a backtest only some of its decisions. */
export interface FaultLog {
  error(details: object, message: string): void;
}

export interface DecisionServices {
  readonly pool: Pick<Pool, 'run'>;
  readonly cache: Table<StoredDecisions>;
  readonly threads: number;
  readonly clock: WorkClock;
  readonly log: FaultLog;
}

interface DecisionDates {
  readonly request: WalkRequest;
  readonly assets: Prices;
  readonly schedule: Schedule;
  /** One for each decision date. */
  readonly keys: readonly string[];
  /** The cached decisions of each date. */
  readonly cached: readonly (StoredDecisions | undefined)[];
  /** The decisions that are not cached, ascending. */
  readonly missing: readonly number[];
  readonly context: SharedContext;
  /** What walks of other strategies over the same dates have computed; absent: there are none. */
  readonly shared?: SharedWork | undefined;
}

/** How long decisions are remembered. */
const CACHED_MS = 30 * DAY_MS;

/**
 * Makes the decisions that are not cached, and caches each one at once, so that it survives a crash.
 * @returns the decisions of all dates
 */
export async function decideAll(services: DecisionServices, dates: DecisionDates): Promise<StoredDecisions[]> {
  const { request, schedule, context, missing } = dates;
  const known = [...dates.cached];
  if (request.standing !== undefined) await renew(services, dates);
  const isChain = request.isWarmStarted || isAdaptive(request.strategy);
  const models = new TrainedModels({ schedule, missing, isChain });
  const steps = orderSteps({ schedule, missing, isChain, ahead: services.threads });
  const chain = chainOf(dates);
  const assets = dates.assets.tickers.length;
  const plan = { request, schedule, assets, missing, isShared: dates.shared?.isFilled === true };
  const progress = new BacktestProgress(plan, services.clock, context.onProgress);
  // One more than there are threads, so that no thread is idle while a result is handled.
  const made = inOrder(steps, services.threads + 1, async (step) => {
    if (step.kind === 'fit') {
      const { trainings } = schedule;
      const isSame = isSameChoice(trainings[step.training]?.assets, trainings[step.training - 1]?.assets);
      const before = isChain && isSame ? models.of(step.training - 1) : undefined;
      await models.add(step.training, fitOne(services, dates, { ...step, before, progress }));
      return;
    }
    const { training } = schedule.decisionDates[step.decision]!;
    const model = await models.of(training);
    known[step.decision] = await decideOne(services, dates, step.decision, { model, chain, progress });
    models.countDecision(training);
    chain?.made.add(step.decision, known[step.decision]!);
    chain?.kappas?.follow(step.decision);
    progress.countDecision(step.decision);
  });
  await made.finally(() => progress.end());
  return known.map((decisions) => decisions ?? []);
}

/** What decisions know of those before them. */
interface Chain {
  readonly made: MadeDecisions;
  readonly kappas?: Kappas;
  /** Where trades are limited or cost something. */
  readonly held?: DriftedWeights;
}

/** @returns undefined where each decision stands alone */
function chainOf({ request, schedule, assets, cached }: DecisionDates): Chain | undefined {
  const { mandate, strategy } = request;
  const [adapts, trades] = [isAdaptive(strategy), weighsTrades(mandate.constraints)];
  if (!adapts && !trades) return undefined;
  const made = new MadeDecisions(cached);
  return {
    made,
    ...(adapts && { kappas: new Kappas({ schedule, assets, cached, alpha: mandate.risk.alpha, made }) }),
    ...(trades && { held: new DriftedWeights({ schedule, assets, made }) }),
  };
}

interface FitStep {
  readonly training: number;
  readonly before: Promise<Model | undefined> | undefined;
  readonly progress: BacktestProgress;
}

/** @returns undefined after a fault, which costs only the decisions of this training */
async function fitOne(
  { pool, log }: DecisionServices,
  { request, assets, schedule, context: { signal }, shared }: DecisionDates,
  { training, before, progress }: FitStep,
): Promise<Model | undefined> {
  const earlier = await before;
  const start = request.isWarmStarted ? earlier : undefined;
  const previous = isAdaptive(request.strategy) ? earlier : undefined;
  const { strategy, sampling, window } = request;
  const { date } = schedule.trainings[training]!;
  const history = trainingHistory(assets, schedule.trainings[training]!, window);
  const input = { strategy: strategy.id, history, params: strategy.params, seed: sampling.seed, start, previous };
  const onTime = (ms: number): void => progress.timed('fit', training, ms);
  const fit = (): Promise<Model> => fitInParts(pool, 'fitPast', input, { signal, onTime });
  // After a fault before it, it is not the model that the next walk would fit.
  const isSound = before === undefined || earlier !== undefined;
  const fitted = ((isSound ? shared?.fit(training, fit) : undefined) ?? fit()).catch((error: unknown) => {
    rethrowUnlessFault(error, signal);
    log.error({ err: error, date }, 'a training of a backtest failed');
    return undefined;
  });
  return fitted.finally(() => progress.countTraining(training));
}

interface DecideStep {
  readonly model: Model | undefined;
  readonly chain: Chain | undefined;
  readonly progress: BacktestProgress;
}

async function decideOne(
  services: DecisionServices,
  { request, assets, schedule, keys, context: { signal }, shared }: DecisionDates,
  at: number,
  { model, chain, progress }: DecideStep,
): Promise<StoredDecisions> {
  const { strategy, mandate, limits, sampling } = request;
  const { pool, log } = services;
  const decisionDate = schedule.decisionDates[at]!;
  const { date } = decisionDate;
  const choice = pricesOf(assets, decisionDate);
  const inColumns = (made: StoredDecisions): StoredDecisions => spreadWeights(made, choice, assets);
  const failed = inColumns(failedDecisions(limits, choice.tickers));
  if (model === undefined) return failed;
  const history = findStrategy(strategy.id).recent(model, historyUntil(choice, date));
  try {
    const order = { strategy: strategy.id, model, history, horizonDays: mandate.horizonDays, sampling };
    const timed = (kind: 'draw' | 'decide') => ({ signal, onTime: (ms: number) => progress.timed(kind, at, ms) });
    const draw = async () => countSharedMemory(await pool.run('simulatePast', order, timed('draw')));
    const drawn = { ...(await (shared?.draw(at, model, draw) ?? draw())), strategy: strategy.id };
    const held = await chain?.held?.before(at);
    const day = { mandate, limits, ...(held && { held }) };
    const decideWith = (kappa: number) =>
      pool.run('decidePast', { ...day, drawn: { ...drawn, kappa } }, timed('decide'));
    const { decisions: made, faults } = await decideInTurn(chain, at, drawn.kappa, decideWith);
    // One that was made early has no task left to abort: nothing is kept once the caller was told that it ends.
    signal.throwIfAborted();
    const decisions = inColumns(made);
    for (const fault of faults) log.error({ fault, date }, 'a limit of a backtest failed');
    // Not cached after a fault, here or before in a chain, so that the next backtest tries again.
    if (faults.length === 0 && chain?.made.isWhole !== false) {
      await cacheDecisions(services, keys[at]!, decisions, request);
    }
    return decisions;
  } catch (error) {
    rethrowUnlessFault(error, signal);
    log.error({ err: error, date }, 'a decision of a backtest failed');
    return failed;
  }
}

/** With κ where decisions adapt. What is held waits for the decision before, and so needs no guess of its κ. */
async function decideInTurn(
  chain: Chain | undefined,
  at: number,
  drawnKappa: number,
  decideWith: (kappa: number) => Promise<DecidedDay>,
): Promise<DecidedDay> {
  if (chain?.kappas === undefined) return decideWith(drawnKappa);
  return chain.held ? decideWith(await chain.kappas.at(at)) : decideEarly(chain.kappas, at, decideWith);
}

/** Gives the assets that were no choice a weight of 0. */
function spreadWeights(decisions: StoredDecisions, choice: Prices, assets: Prices): StoredDecisions {
  if (choice === assets) return decisions;
  return decisions.map(({ weights, ...rest }) => ({
    ...rest,
    ...(weights && { weights: assets.tickers.map((ticker) => weights[choice.tickers.indexOf(ticker)] ?? 0) }),
  }));
}

/** A standing record needs its decisions for as long as it is asked for. */
async function renew(services: DecisionServices, { request, keys, cached }: DecisionDates): Promise<void> {
  for (const [at, decisions] of cached.entries()) {
    if (decisions !== undefined) await cacheDecisions(services, keys[at]!, decisions, request);
  }
}

/** Never rejects: a decision that cannot be cached is still valid. */
function cacheDecisions(
  { cache, log }: DecisionServices,
  key: string,
  decisions: StoredDecisions,
  { standing, mandate }: Pick<WalkRequest, 'standing' | 'mandate'>,
): Promise<void> {
  const ttl = standing === undefined ? CACHED_MS : recordKeptMs(mandate.horizonDays);
  return cache
    .set(key, decisions, ttl)
    .catch((error: unknown) => log.error({ err: error }, 'a decision of a backtest could not be cached'));
}

/** A UserError, such as an exceeded time limit, would affect every other decision too. */
function rethrowUnlessFault(error: unknown, { aborted }: AbortSignal): void {
  if (aborted || error instanceof UserError || error instanceof ClosedError) throw error;
}
