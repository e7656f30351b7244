import type { ScenariosBehind } from './behind.ts';
import type { ScenarioColumns } from './columns.ts';
import { Cuts } from './cuts.ts';
import type { Evaluation, Exposure } from './evaluator.ts';
import { Master } from './master.ts';
import type { Family } from './master-parts.ts';
import type { RiskProblem } from './problem.ts';
import type { NewProgram } from './program.ts';

interface RelaxationOptions {
  readonly newProgram: NewProgram;
  readonly problem: RiskProblem;
  readonly columns: ScenarioColumns;
  /** Present where the problem has a benchmark. */
  readonly behind?: ScenariosBehind | undefined;
  /** See `Cuts.explain`. */
  readonly halfWidth: number;
}

/** The master problem with its cuts, which can be built anew when it has grown. `close()` must be called. */
export class Relaxation {
  readonly #options: RelaxationOptions;
  #master: Master;
  #cuts: { readonly [F in Family]?: Cuts };

  constructor(options: RelaxationOptions) {
    this.#options = options;
    this.#master = this.#newMaster();
    this.#cuts = this.#newCuts();
  }

  get master(): Master {
    return this.#master;
  }

  /** Of both families. */
  get explicitCount(): number {
    return (this.#cuts.loss?.explicitCount ?? 0) + (this.#cuts.behind?.explicitCount ?? 0);
  }

  /** Adds a cut far from the optimum: one row, and no explicit scenario, because the next cut needs others. */
  addPlain(at: Evaluation, family: Family = 'loss'): void {
    this.#cuts[family]?.add(exposureOf(at, family));
  }

  /** Adds a cut near the optimum, exact around it too. */
  addExplained(at: Evaluation, family: Family = 'loss'): void {
    this.#cuts[family]?.explain(exposureOf(at, family), this.#options.halfWidth);
    this.addPlain(at, family);
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
    const { newProgram, problem, columns, behind } = this.#options;
    const { means, largest } = columns;
    return new Master(newProgram, {
      means,
      largest,
      feasible: problem.feasible,
      trading: problem.trading,
      behind: behind && problem.behind && { largest: behind.largest, limit: problem.behind.limit },
    });
  }

  #newCuts(): { readonly [F in Family]?: Cuts } {
    const { problem, behind } = this.#options;
    const { scenarios, alpha } = problem;
    return {
      loss: new Cuts(scenarios, alpha, this.#master, 'loss'),
      ...(behind !== undefined && { behind: new Cuts(behind.scenarios, alpha, this.#master, 'behind') }),
    };
  }
}

function exposureOf(at: Evaluation, family: Family): Exposure {
  if (family === 'loss') return at;
  if (at.behind === undefined) throw new Error('there is no benchmark to fall behind');
  return at.behind;
}
