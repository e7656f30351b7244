import { type Constraint, feasibleSet } from '../engine/constraints/index.ts';
import { type ConstraintProblem, constraintProblemOf } from '../engine/constraints/problem.ts';
import { UserError } from '../errors.ts';
import { plural, shortPercent } from '../format.ts';
import { RANGES, parseRate } from '../parse.ts';

/** The option's name for each kind of constraint, in Discord or in the terminal. */
type ConstraintNames = Readonly<Record<Constraint['kind'], string>>;

export const DISCORD_NAMES: ConstraintNames = { 'max-weight': 'max_weight', 'min-weight': 'min_weight' };
export const TERMINAL_NAMES: ConstraintNames = { 'max-weight': 'max-weight', 'min-weight': 'min-weight' };

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
 * @param names of the options, for errors
 * @param defaults for the kinds that were not typed
 * @throws UserError when a text is not a rate
 */
export function readConstraints(
  typed: TypedConstraints,
  names: ConstraintNames,
  defaults: readonly Constraint[] = [],
): Constraint[] {
  return CONSTRAINT_OPTIONS.flatMap(({ kind, neutral }) => {
    const text = typed[kind];
    if (text === undefined) return defaults.filter((constraint) => constraint.kind === kind);
    const weight = parseRate(text, names[kind], RANGES.weight);
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

interface WordedProblem {
  /** What is the matter and how to mend it; a full stop or more may follow. */
  readonly text: string;
  /** The kinds of constraint at fault, the first one first. */
  readonly blamed: readonly string[];
}

/** Why no weights meet the constraints, in the words of a door. */
export function wordConstraintProblem(
  { code, data }: ConstraintProblem,
  names: Readonly<Record<string, string>>,
): WordedProblem {
  if (code === 'constraints.max-weight-too-low') {
    const { assets, weight, reached, enough } = data;
    const each =
      assets === 1 ? `at most ${shortPercent(weight)} reaches` : `at most ${shortPercent(weight)} each reach`;
    const mend = `raise ${names['max-weight']} to at least ${shortPercent(enough)}`;
    return {
      text: `${plural(assets, 'asset')} ${each} only ${shortPercent(reached)}: ${mend}`,
      blamed: ['max-weight'],
    };
  }
  if (code === 'constraints.min-weight-too-high') {
    const { assets, weight, needed, enough } = data;
    const need = `at least ${shortPercent(weight)} each need ${shortPercent(needed)}`;
    const mend = `lower ${names['min-weight']} to at most ${shortPercent(enough)}`;
    return { text: `${plural(assets, 'asset')} ${need}: ${mend}`, blamed: ['min-weight'] };
  }
  if (code === 'constraints.bounds-cross') {
    const { lower, upper } = data;
    const [least, most] = [names[lower.kind] ?? lower.kind, names[upper.kind] ?? upper.kind];
    const got = `got ${shortPercent(lower.weight)} and ${shortPercent(upper.weight)}`;
    const text = `Expected ${least} to be at most ${most}, ${got}: lower ${least} or raise ${most}`;
    return { text, blamed: [lower.kind, upper.kind] };
  }
  const text = `No split of ${plural(data.assets, 'asset')} meets all constraints at once: loosen one of them`;
  return { text, blamed: [] };
}

/** An error about constraints in the words of a door; any other one as it is. */
export function wordError<E>(error: E, names: ConstraintNames): E | UserError {
  const problem = error instanceof UserError ? constraintProblemOf(error) : undefined;
  return problem === undefined ? error : problemError(wordConstraintProblem(problem, names), names, '.', error);
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
  const worded = wordConstraintProblem(problem, DISCORD_NAMES);
  const set = worded.blamed
    .flatMap((blamed) => fromServer.filter(({ kind }) => kind === blamed))
    .map(({ kind, weight }) => `${DISCORD_NAMES[kind]} ${shortPercent(weight)}`);
  const [come, which] = set.length === 1 ? ['comes', 'which'] : ['come', 'both of which'];
  const whose = `; ${set.join(' and ')} ${come} from this server's settings, ${which} those who manage it can change by /settings set.`;
  throw problemError(worded, DISCORD_NAMES, set.length === 0 ? '.' : whose);
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

/** @param ending what follows the text */
export function problemError(
  { text, blamed: [first] }: WordedProblem,
  names: Readonly<Record<string, string>>,
  ending: string,
  cause?: unknown,
): UserError {
  return new UserError(`${text}${ending}`, first === undefined ? undefined : (names[first] ?? first), cause);
}
