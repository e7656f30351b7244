import type { OnProgress } from '../engine/types.ts';
import {
  type PlannedWork,
  stepSeconds,
  type StepSeconds,
  type WorkClock,
  type WorkKind,
  workOf,
  type WorkPlan,
} from './backtest-work.ts';

/** While a first model is trained nothing else happens that could be told. */
const BEAT_MS = 2_500;

/** Tells how far a backtest has come and how long it will still take, and the clock how long its steps have taken. */
export class BacktestProgress {
  readonly #clock: WorkClock;
  readonly #onProgress: OnProgress;
  readonly #seconds: StepSeconds;
  readonly #all: number;
  readonly #left: Record<WorkKind | 'firstFit', number> & Pick<PlannedWork, 'decidesInTurn'>;
  readonly #end: () => void;
  readonly #beat: NodeJS.Timeout | undefined;
  #made: number;

  constructor(plan: WorkPlan & { readonly missing: readonly number[] }, clock: WorkClock, onProgress: OnProgress) {
    this.#clock = clock;
    this.#onProgress = onProgress;
    this.#seconds = stepSeconds(plan);
    this.#all = plan.schedule.decisionDates.length;
    this.#made = this.#all - plan.missing.length;
    this.#left = workOf(plan);
    this.#end = plan.missing.length > 0 ? clock.begin() : () => {};
    if (plan.missing.length === 0) return;
    this.#tell();
    this.#beat = setInterval(() => this.#tell(), BEAT_MS);
    this.#beat.unref();
  }

  timed(kind: WorkKind, step: number, ms: number): void {
    this.#clock.learn(kind, this.#seconds[kind](step), ms);
  }

  countTraining(training: number): void {
    this.#left.firstFit = 0;
    this.#left.fit -= this.#seconds.fit(training);
  }

  countDecision(decision: number): void {
    this.#left.draw -= this.#seconds.draw(decision);
    this.#left.decide -= this.#seconds.decide(decision);
    this.#made += 1;
    this.#tell();
  }

  end(): void {
    clearInterval(this.#beat);
    this.#end();
  }

  #tell(): void {
    const [made, all] = [this.#made, this.#all];
    this.#onProgress({
      stage: 'backtest',
      done: made / all,
      secondsLeft: made === all ? 0 : Math.max(0, this.#clock.secondsFor(this.#left, true)),
      detail: `decision ${made} of ${all}`,
    });
  }
}
