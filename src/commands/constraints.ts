// Reads and checks constraints for both doors.
import { costRateOf } from '../engine/constraints/beyond-bounds.ts';
import type { Constraint } from '../engine/constraints/index.ts';
import { canonicalJson } from '../engine/canonical-json.ts';
import { UserError } from '../errors.ts';
import { DEFAULTS } from '../parse.ts';
import type { Door } from '../parse-rates.ts';
import { CONSTRAINT_OPTIONS, type ConstraintKey, keyOf } from './constraint-options.ts';
import { valueOf } from './constraint-words.ts';
import { OPTION_NAMES } from './error-words.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The typed text for each option; absent: not given. */
export type TypedConstraints = Readonly<Partial<Record<ConstraintKey, string>>>;

/** @param typed what was typed for an option; undefined: nothing */
export const typedConstraints = (typed: (key: ConstraintKey) => unknown): TypedConstraints =>
  Object.fromEntries(
    CONSTRAINT_OPTIONS.map(({ key }) => [key, typed(key)] as const)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, String(value)]),
  );

/**
 * @param door where it was typed: its names of options, and its reading of bare numbers
 * @param vocabulary the names that they may use
 * @param defaults for the options that were not typed. Of those in words, the ones count whose names are known here
 * @throws UserError when a text is not a value of its option
 */
export function readConstraints(
  typed: TypedConstraints,
  door: Door,
  vocabulary: Vocabulary,
  defaults: readonly Constraint[] = [],
): Constraint[] {
  const read = CONSTRAINT_OPTIONS.flatMap((option) => {
    const { key, kinds } = option;
    const text = typed[key];
    if (text !== undefined) return option.read(text, OPTION_NAMES[door](key), door, vocabulary);
    const own = defaults.filter(({ kind }) => kinds.includes(kind));
    return key === 'constraints' ? own.flatMap((one) => readAgain(one, door, vocabulary)) : own;
  });
  // Without one that is there twice nothing would change.
  const keys = read.map((one) => canonicalJson({ ...one, text: '' }));
  return read.filter((_, at) => keys.indexOf(keys[at]!) === at);
}

/** A group may hold other assets in this universe, or not be one of it. */
function readAgain(constraint: Constraint, door: Door, vocabulary: Vocabulary): readonly Constraint[] {
  const option = CONSTRAINT_OPTIONS.find(({ key }) => key === keyOf(constraint.kind))!;
  try {
    return option.read(valueOf(constraint), OPTION_NAMES[door](option.key), door, vocabulary);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

type WeightKind = 'max-weight' | 'min-weight';
type WeightConstraint = Extract<Constraint, { readonly kind: WeightKind }>;

/** The weight that constraints of a kind allow; the neutral one if there is none. */
export const weightOf = (constraints: readonly Constraint[], kind: WeightKind): number =>
  constraints.find((constraint): constraint is WeightConstraint => constraint.kind === kind)?.weight ??
  (kind === 'max-weight' ? 1 : 0);

/** Trading costs in basis points of the money bought and sold: those that are named, or else the usual ones. */
export function costBpsOf(constraints: readonly Constraint[], usual: number = DEFAULTS.cost): number {
  const isNamed = constraints.some(({ kind }) => kind === 'cost');
  return isNamed ? Number((costRateOf(constraints) * 10_000).toFixed(9)) : usual;
}
