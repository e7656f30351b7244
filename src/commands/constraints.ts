import { type Constraint, constraintProblem } from '../engine/constraints/index.ts';
import { shortPercent } from '../format.ts';
import { RANGES } from '../parse.ts';
import { parseRate, type Door } from '../parse-rates.ts';
import { OPTION_NAMES, discordName, problemError, wordConstraintProblem } from './error-words.ts';

/** The option of a kind of constraint, and its wording in replies. */
interface ConstraintOption<C extends { readonly kind: Constraint['kind'] } = Constraint> {
  readonly kind: C['kind'];
  readonly description: string;
  /** The value that restricts nothing. */
  readonly neutral: string;
  /**
   * Undefined for the value that restricts nothing.
   * @throws UserError, which names the option, when the text is not a value of this kind
   */
  read(text: string, option: string, door: Door): C | undefined;
  /** As members type it, such as `40%`. */
  value(constraint: C): string;
  /** `at most 40% per asset` */
  words(constraint: C): string;
}

type WeightKind = 'max-weight' | 'min-weight';
type WeightConstraint = Extract<Constraint, { readonly kind: WeightKind }>;

const NEUTRAL_WEIGHTS: Readonly<Record<WeightKind, number>> = { 'max-weight': 1, 'min-weight': 0 };

const weightOption = <K extends WeightKind>(
  kind: K,
  bound: string,
  description: string,
): ConstraintOption<{ readonly kind: K; readonly weight: number }> => ({
  kind,
  description,
  neutral: shortPercent(NEUTRAL_WEIGHTS[kind]),
  read(text, option, door) {
    const weight = parseRate(text, option, RANGES.weight, door);
    return weight === NEUTRAL_WEIGHTS[kind] ? undefined : { kind, weight };
  },
  value: ({ weight }) => shortPercent(weight),
  words: ({ weight }) => `${bound} ${shortPercent(weight)} per asset`,
});

/** Every kind has an entry here, in the order in which the doors list them. The compiler reports a kind without an entry. */
const OPTION_BY_KIND: Readonly<Record<Constraint['kind'], ConstraintOption>> = {
  'max-weight': weightOption('max-weight', 'at most', 'Largest weight of any one asset, such as 40%'),
  'min-weight': weightOption('min-weight', 'at least', 'Smallest weight of every asset, such as 2%'),
} satisfies { readonly [C in Constraint as C['kind']]: ConstraintOption<C> };

export const CONSTRAINT_OPTIONS: readonly ConstraintOption[] = Object.values(OPTION_BY_KIND);

/** The typed text for each kind; absent: not given. */
export type TypedConstraints = Readonly<Partial<Record<Constraint['kind'], string>>>;

/** @param typed what was typed for the option of a kind; undefined: nothing */
export const typedConstraints = (typed: (kind: Constraint['kind']) => unknown): TypedConstraints =>
  Object.fromEntries(
    CONSTRAINT_OPTIONS.map(({ kind }) => [kind, typed(kind)] as const)
      .filter(([, value]) => value !== undefined)
      .map(([kind, value]) => [kind, String(value)]),
  );

/**
 * @param door where it was typed: its names of options, and its reading of bare numbers
 * @param defaults for the kinds that were not typed
 * @throws UserError when a text is not a value of its kind
 */
export function readConstraints(
  typed: TypedConstraints,
  door: Door,
  defaults: readonly Constraint[] = [],
): Constraint[] {
  return CONSTRAINT_OPTIONS.flatMap((option) => {
    const { kind } = option;
    const text = typed[kind];
    if (text === undefined) return defaults.filter((constraint) => constraint.kind === kind);
    return option.read(text, OPTION_NAMES[door](kind), door) ?? [];
  });
}

/** `at least 2% per asset`, `at most 40% per asset`, each with its kind: the lower bound comes first. */
export const describeConstraints = (constraints: readonly Constraint[]) =>
  CONSTRAINT_OPTIONS.toReversed().flatMap((option) =>
    constraints
      .filter(({ kind }) => kind === option.kind)
      .map((constraint) => ({ part: option.kind, text: option.words(constraint) })),
  );

/** As members type it, such as `40%`. */
export const valueOf = (constraint: Constraint): string => OPTION_BY_KIND[constraint.kind].value(constraint);

/** The weight that constraints of a kind allow; the neutral one if there is none. */
export const weightOf = (constraints: readonly Constraint[], kind: WeightKind): number =>
  constraints.find((constraint): constraint is WeightConstraint => constraint.kind === kind)?.weight ??
  NEUTRAL_WEIGHTS[kind];

/**
 * @param fromServer those of the constraints that are the server's settings, which the error names as such
 * @throws UserError, in the words of Discord, when no weights of these assets meet the constraints
 */
export function checkConstraints(
  constraints: readonly Constraint[],
  tickers: readonly string[],
  fromServer: readonly Constraint[],
): void {
  const problem = constraintProblem(constraints, tickers);
  if (problem === undefined) return;
  const worded = wordConstraintProblem(problem, 'discord');
  const set = worded.blamed
    .flatMap((blamed) => fromServer.filter(({ kind }) => kind === blamed))
    .map((constraint) => `${discordName(constraint.kind)} ${valueOf(constraint)}`);
  const [come, which] = set.length === 1 ? ['comes', 'which'] : ['come', 'both of which'];
  const whose = `; ${set.join(' and ')} ${come} from this server's settings, ${which} those who manage it can change by /settings set.`;
  throw problemError(worded, 'discord', set.length === 0 ? '.' : whose);
}
