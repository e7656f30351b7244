import type { Highs } from 'highs';
import type { ScenarioColumns } from './columns.ts';
import { Cuts } from './cuts.ts';
import type { Evaluation } from './evaluator.ts';
import { Master } from './master.ts';
import type { RiskProblem } from './problem.ts';

interface RelaxationOptions {
  readonly highs: Highs;
  readonly problem: RiskProblem;
  readonly columns: ScenarioColumns;
  /** See `Cuts.explain`. */
  readonly halfWidth: number;
}

/** The master problem with its cuts, which can be built anew when it has grown. `close()` must be called. */
export class Relaxation {
  readonly #options: RelaxationOptions;
  #master: Master;
  #cuts: Cuts;

  constructor(options: RelaxationOptions) {
    this.#options = options;
    this.#master = this.#newMaster();
    this.#cuts = this.#newCuts();
  }

  get master(): Master {
    return this.#master;
  }

  get explicitCount(): number {
    return this.#cuts.explicitCount;
  }

  /** Adds a cut far from the optimum: one row, and no explicit scenario, because the next cut needs others. */
  addPlain(at: Evaluation): void {
    this.#cuts.add(at);
  }

  /** Adds a cut near the optimum, exact around it too. */
  addExplained(at: Evaluation): void {
    this.#cuts.explain(at, this.#options.halfWidth);
    this.#cuts.add(at);
  }

  /** Forgets all cuts and the objective. */
  restart(): void {
    this.#master.close();
    this.#master = this.#newMaster();
    this.#cuts = this.#newCuts();
  }

  close(): void {
    this.#master.close();
  }

  #newMaster(): Master {
    const { highs, problem, columns } = this.#options;
    return new Master(highs, columns.means, problem.feasible, columns.largest);
  }

  #newCuts(): Cuts {
    const { scenarios, alpha } = this.#options.problem;
    return new Cuts(scenarios, alpha, this.#master);
  }
}
