// Which constraints contradict each other, and by how little each must change. docs/mathematics.md, section 19.
import type { Highs } from 'highs';
import type { Restriction } from '../constraints/kind.ts';
import { ROUNDING } from '../constraints/polytope.ts';
import { leastSlack, type Slack } from './elastic.ts';
import { type Given, GIVEN, type Terms } from './elastic-program.ts';

/** The smallest change that mends a conflict, of one restriction alone. */
export interface Loosening extends Slack {
  /** The restriction's index. */
  readonly at: number;
}

/** Restrictions that cannot be met together; without any one of them the others can. */
export interface Conflict {
  /** Their indices, ascending. */
  readonly members: readonly number[];
  /** What is part of the contradiction besides: without it there is none. */
  readonly given: readonly Given[];
  /** For each member whose change alone mends all, while every other restriction stays. */
  readonly mends: readonly Loosening[];
}

/**
 * Conflicts that share no member; none when the restrictions can be met. Each is found by an elastic program, whose duals
 * name few restrictions that contradict (Farkas), and a deletion filter (Chinneck & Dravnieks 1991) over them, or over
 * all where the program has integers. HiGHS's own IIS is one of single rows, of which a constraint can have many.
 */
export function findConflicts(restrictions: readonly Restriction[], terms: Terms, highs: Highs): Conflict[] {
  const solver = new Solver(restrictions, terms, highs);
  const found: number[][] = [];
  let rest = [...restrictions.keys()];
  while (!solver.canMeet(rest)) {
    const members = smallestOf(solver.supportOf(rest), (subset) => !solver.canMeet(subset));
    if (members.length === 0) throw new Error('no restriction is part of the contradiction');
    found.push(members);
    rest = rest.filter((at) => !members.includes(at));
  }
  return found.map((members) => {
    const others = new Set(found.filter((one) => one !== members).flat());
    const kept = [...restrictions.keys()].filter((at) => !others.has(at));
    return { members, given: solver.givenOf(members), mends: members.flatMap((at) => solver.mend(kept, at) ?? []) };
  });
}

/** What is left when no element can be dropped any more without losing the property. */
function smallestOf<T>(all: readonly T[], holds: (some: readonly T[]) => boolean): T[] {
  let kept = [...all];
  for (const one of all) {
    const without = kept.filter((other) => other !== one);
    if (holds(without)) kept = without;
  }
  return kept;
}

/** Asks about some of the restrictions, by their indices. */
class Solver {
  readonly #restrictions: readonly Restriction[];
  readonly #terms: Terms;
  readonly #highs: Highs;

  constructor(restrictions: readonly Restriction[], terms: Terms, highs: Highs) {
    this.#restrictions = restrictions;
    this.#terms = terms;
    this.#highs = highs;
  }

  canMeet(some: readonly number[], given: readonly Given[] = GIVEN): boolean {
    return leastSlack(this.#problem(some, given), this.#highs, true)?.isMet === true;
  }

  /** Few of them that contradict each other; all where the duals name none that do. */
  supportOf(some: readonly number[]): readonly number[] {
    const support = leastSlack(this.#problem(some), this.#highs, true)?.support.map((at) => some[at]!) ?? [];
    return support.length > 0 && !this.canMeet(support) ? support : some;
  }

  /** What falls behind a benchmark is defined for money that is invested: nothing can be said without. */
  givenOf(members: readonly number[]): Given[] {
    if (this.#terms.cuts !== undefined && members.some((at) => this.#restrictions[at]!.behind !== undefined)) return [];
    return smallestOf(GIVEN, (given) => !this.canMeet(members, given));
  }

  /** @returns undefined where no change of this one alone is enough */
  mend(some: readonly number[], at: number): Loosening | undefined {
    const place = some.indexOf(at);
    const slack = leastSlack({ ...this.#problem(some), elastic: [place] }, this.#highs)?.slacks[place];
    return slack === undefined || slack.up + slack.down <= ROUNDING ? undefined : { at, ...slack };
  }

  #problem(some: readonly number[], given: readonly Given[] = GIVEN) {
    return { ...this.#terms, restrictions: some.map((at) => this.#restrictions[at]!), given };
  }
}
