import { type Constraint, feasibleSet } from '../engine/constraints/index.ts';
import { type ConstraintProblem, constraintProblemOf } from '../engine/constraints/problem.ts';
import { UserError } from '../errors.ts';
import { shortPercent } from '../format.ts';
import { RANGES, parseRate } from '../parse.ts';
import { discordName, type OptionName, problemError, wordConstraintProblem } from './error-words.ts';

/** The option of a kind of constraint, and its wording in replies. Every kind has an entry here. */
interface ConstraintOption {
  readonly kind: Constraint['kind'];
  readonly description: string;
  /** The weight that restricts nothing, a fraction. */
  readonly neutral: number;
  /** `at most 40% per asset` */
  readonly words: (weight: string) => string;
}

export const CONSTRAINT_OPTIONS: readonly ConstraintOption[] = [
  {
    kind: 'max-weight',
    description: 'Largest weight of any one asset, such as 40%',
    neutral: 1,
    words: (weight) => `at most ${weight} per asset`,
  },
  {
    kind: 'min-weight',
    description: 'Smallest weight of every asset, such as 2%',
    neutral: 0,
    words: (weight) => `at least ${weight} per asset`,
  },
];

/** The typed text for each kind; absent: not given. */
type TypedConstraints = Readonly<Partial<Record<Constraint['kind'], string>>>;

/**
 * @param name what errors call the option of a kind
 * @param defaults for the kinds that were not typed
 * @throws UserError when a text is not a rate
 */
export function readConstraints(
  typed: TypedConstraints,
  name: OptionName,
  defaults: readonly Constraint[] = [],
): Constraint[] {
  return CONSTRAINT_OPTIONS.flatMap(({ kind, neutral }) => {
    const text = typed[kind];
    if (text === undefined) return defaults.filter((constraint) => constraint.kind === kind);
    const weight = parseRate(text, name(kind), RANGES.weight);
    return weight === neutral ? [] : [{ kind, weight }];
  });
}

/** `at least 2% per asset`, `at most 40% per asset`: the lower bound comes first. */
export const describeConstraints = (constraints: readonly Constraint[]): string[] =>
  CONSTRAINT_OPTIONS.toReversed().flatMap(({ kind, words }) =>
    constraints.filter((one) => one.kind === kind).map(({ weight }) => words(shortPercent(weight))),
  );

/** The weight that constraints of a kind allow; the neutral one if there is none. */
export function weightOf(constraints: readonly Constraint[], kind: Constraint['kind']): number {
  const { neutral } = CONSTRAINT_OPTIONS.find((option) => option.kind === kind)!;
  return constraints.find((constraint) => constraint.kind === kind)?.weight ?? neutral;
}

/**
 * @param fromServer which of the constraints are the server's settings: it is said of them
 * @throws UserError, in the words of Discord, when no weights of these assets meet the constraints
 */
export function checkConstraints(
  constraints: readonly Constraint[],
  tickers: readonly string[],
  fromServer: readonly Constraint[],
): void {
  const problem = constraintProblem(constraints, tickers);
  if (problem === undefined) return;
  const worded = wordConstraintProblem(problem, discordName);
  const set = worded.blamed
    .flatMap((blamed) => fromServer.filter(({ kind }) => kind === blamed))
    .map(({ kind, weight }) => `${discordName(kind)} ${shortPercent(weight)}`);
  const [come, which] = set.length === 1 ? ['comes', 'which'] : ['come', 'both of which'];
  const whose = `; ${set.join(' and ')} ${come} from this server's settings, ${which} those who manage it can change by /settings set.`;
  throw problemError(worded, discordName, set.length === 0 ? '.' : whose);
}

/** Why no weights of these assets meet the constraints; undefined when some may. */
export function constraintProblem(
  constraints: readonly Constraint[],
  tickers: readonly string[],
): ConstraintProblem | undefined {
  try {
    feasibleSet(constraints, tickers);
    return undefined;
  } catch (error) {
    const problem = error instanceof UserError ? constraintProblemOf(error) : undefined;
    if (problem === undefined) throw error;
    return problem;
  }
}
