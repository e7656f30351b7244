// How long a backtest will take, before it begins and while it runs.
import type { Schedule } from '../engine/backtest/plan.ts';
import { isSameChoice } from '../engine/backtest/tradable.ts';
import { weighsTrades } from '../engine/constraints/beyond-bounds.ts';
import { MIN_DAYS } from '../engine/history.ts';
import { findStrategy, isAdaptive } from '../engine/strategies/index.ts';
import { currentRequester, membersOf, NOBODY } from '../requester.ts';
import { neededTrainings } from './backtest-order.ts';
import type { WalkRequest } from './requests.ts';

/** The tasks of a backtest that take its time. */
export type WorkKind = 'fit' | 'draw' | 'decide';

/** Seconds by kind, on the machine of bench/results. */
export type Work = Readonly<Record<WorkKind, number>>;

/** What a backtest is made of. */
export interface WorkPlan {
  readonly request: Pick<WalkRequest, 'strategy' | 'mandate' | 'limits' | 'sampling' | 'isWarmStarted'>;
  readonly schedule: Schedule;
  /** The number of assets to choose from, where a date does not say otherwise. */
  readonly assets: number;
  /** The decisions to make, ascending; absent: all. */
  readonly missing?: readonly number[];
  /** Whether its models and samples are those of a walk before it. */
  readonly isShared?: boolean;
}

const DAYS_A_YEAR = 250;
/** The network learns from no more days: see `train`. */
const MOST_DAYS = 2_500;

/** Of one training; the filtered recipe's first one trains a model for each year before, too. */
function fitSeconds(assets: number, days: number, hasYears: boolean): number {
  const one = (seen: number): number => (0.45 + 0.009 * assets) * (0.2 + Math.min(seen, MOST_DAYS) / MOST_DAYS);
  const years = hasYears ? Math.max(0, Math.floor((days - MIN_DAYS) / DAYS_A_YEAR)) : 0;
  const before = Array.from({ length: years }, (_, k) => one(days - DAYS_A_YEAR * (k + 1)));
  return before.reduce((sum, seconds) => sum + seconds, one(days));
}

/** Of the samples of one decision. Skill is measured on all periods of the past: the shorter, the more there are. */
function drawSeconds(assets: number, { mandate: { horizonDays }, sampling }: WorkPlan['request']): number {
  const paths = (5e-5 * assets * horizonDays * sampling.scenarios) / 5_000;
  return 0.1 + (0.1 + 0.0045 * assets) / Math.sqrt(horizonDays) + paths;
}

/** Of one decision under all limits. Some are made twice, where κ came out otherwise. */
const decideSeconds = (assets: number, { limits, sampling }: WorkPlan['request']): number =>
  (1.15 * (0.1 + 0.003 * assets) * (limits.length + 3) * sampling.scenarios) / (15 * 5_000);

/** Seconds of each step. */
export interface StepSeconds {
  readonly fit: (training: number) => number;
  readonly draw: (decision: number) => number;
  readonly decide: (decision: number) => number;
}

export function stepSeconds({ request, schedule, assets, isShared = false }: WorkPlan): StepSeconds {
  const { decisionDates, trainings } = schedule;
  const { id, params } = request.strategy;
  const hasYears = isAdaptive(request.strategy);
  const countOf = (columns: readonly number[] | undefined): number => columns?.length ?? assets;
  return {
    fit(training) {
      if (isShared) return 0;
      const { assets: columns } = trainings[training]!;
      const days = (decisionDates.find((one) => one.training === training)?.row ?? 0) + 1;
      const continues = training > 0 && isSameChoice(columns, trainings[training - 1]!.assets);
      const own = findStrategy(id).fitSeconds?.(countOf(columns), days, params) ?? 0;
      return own + fitSeconds(countOf(columns), days, hasYears && !continues);
    },
    draw: (decision) => (isShared ? 0 : drawSeconds(countOf(decisionDates[decision]!.assets), request)),
    decide: (decision) => decideSeconds(countOf(decisionDates[decision]!.assets), request),
  };
}

const sum = (steps: readonly number[], secondsOf: (step: number) => number): number =>
  steps.reduce((total, one) => total + secondsOf(one), 0);

export interface PlannedWork extends Work {
  /** Of the first training, before which nothing else begins. */
  readonly firstFit: number;
  /** Whether each decision waits for the one before, from which it trades. */
  readonly decidesInTurn: boolean;
}

/** What is to be computed, trainings included. */
export function workOf(plan: WorkPlan): PlannedWork {
  const { request, schedule } = plan;
  const missing = plan.missing ?? [...schedule.decisionDates.keys()];
  const isChain = request.isWarmStarted || isAdaptive(request.strategy);
  const trainings = neededTrainings({ schedule, missing, isChain });
  const step = stepSeconds(plan);
  return {
    fit: sum(trainings, step.fit),
    draw: sum(missing, step.draw),
    decide: sum(missing, step.decide),
    firstFit: sum(trainings.slice(0, 1), step.fit),
    decidesInTurn: weighsTrades(request.mandate.constraints),
  };
}

/** Of several walks, one after the other. */
export const totalWork = (works: readonly PlannedWork[]): PlannedWork => ({
  fit: sum([...works.keys()], (k) => works[k]!.fit),
  draw: sum([...works.keys()], (k) => works[k]!.draw),
  decide: sum([...works.keys()], (k) => works[k]!.decide),
  firstFit: works[0]?.firstFit ?? 0,
  decidesInTurn: works.some(({ decidesInTurn }) => decidesInTurn),
});

/** How many reference seconds of each kind the guess is worth, beside what was measured. */
const GUESS_WEIGHT = 5;
/** What was measured long ago counts less. */
const DECAY = 0.97;

const firstRequester = (): string => membersOf(currentRequester())[0] ?? NOBODY;

/** Follows how fast this machine is at present, from the tasks that have ended. */
export class WorkClock {
  readonly #threads: number;
  readonly #measured: Record<WorkKind, { reference: number; real: number }> = {
    fit: { reference: GUESS_WEIGHT, real: GUESS_WEIGHT },
    draw: { reference: GUESS_WEIGHT, real: GUESS_WEIGHT },
    decide: { reference: GUESS_WEIGHT, real: GUESS_WEIGHT },
  };
  /** How many backtests of each requester run; of several who wait for the same one, of the first. */
  readonly #running = new Map<string, number>();

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** Counts a backtest of the present requester that computes until the function is called. */
  begin(): () => void {
    const requester = firstRequester();
    this.#count(requester, 1);
    return () => this.#count(requester, -1);
  }

  #count(requester: string, change: number): void {
    const count = (this.#running.get(requester) ?? 0) + change;
    if (count > 0) this.#running.set(requester, count);
    else this.#running.delete(requester);
  }

  /** @param reference what such a task takes on the reference machine, in seconds @param ms what it took here */
  learn(kind: WorkKind, reference: number, ms: number): void {
    // Where it was taken to be there already, it says nothing of the machine.
    if (reference === 0) return;
    const known = this.#measured[kind];
    known.reference = DECAY * known.reference + reference;
    known.real = DECAY * known.real + ms / 1_000;
  }

  /**
   * Seconds until work of a backtest of the present requester is done, the trainings being a chain, and decisions too
   * where they take turns.
   * @param isRunning whether it is one of those that have begun
   */
  secondsFor({ firstFit, decidesInTurn, ...work }: PlannedWork, isRunning: boolean): number {
    const here = (kind: WorkKind, reference: number): number =>
      (reference * this.#measured[kind].real) / this.#measured[kind].reference;
    const [first, chain, decide] = [
      here('fit', firstFit),
      here('fit', work.fit - firstFit),
      here('decide', work.decide),
    ];
    const all = chain + here('draw', work.draw) + decide;
    const requester = firstRequester();
    const own = (this.#running.get(requester) ?? 0) + (isRunning ? 0 : 1);
    const requesters = this.#running.size + (this.#running.has(requester) ? 0 : 1);
    // Requesters take turns, and so do the backtests of each. None needs more than one thread for its trainings.
    return first + Math.max(chain, decidesInTurn ? decide : 0, (all * requesters * own) / this.#threads);
  }
}
