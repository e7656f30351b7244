// Reads and checks constraints for both doors.
import { costRateOf } from '../engine/constraints/beyond-bounds.ts';
import type { Constraint } from '../engine/constraints/index.ts';
import { canonicalJson } from '../engine/canonical-json.ts';
import { UserError } from '../errors.ts';
import { DEFAULTS } from '../parse.ts';
import type { Door } from '../parse-rates.ts';
import { findTicker, isIndex } from '../engine/market.ts';
import { type UniverseSpec, withBenchmark } from '../prices/universes.ts';
import { CONSTRAINT_OPTIONS, type ConstraintKey } from './constraint-options.ts';
import { parseConstraints } from './constraint-text.ts';
import { OPTION_NAMES } from './error-words.ts';
import { unknownName, type Vocabulary } from './vocabulary.ts';

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
 * @param defaults for the options that were not typed
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
    return defaults.filter(({ kind }) => kinds.includes(kind));
  });
  // Without one that is there twice nothing would change.
  const keys = read.map((one) => canonicalJson({ ...one, text: '' }));
  return read.filter((_, at) => keys.indexOf(keys[at]!) === at);
}

/** The assets of a question. */
interface Assets extends Vocabulary {
  readonly universe: UniverseSpec;
}

/**
 * A server's constraints as they are about these assets, of which a group may hold others than elsewhere. A sector that
 * prices alone tell of is left out: it may be of none of them.
 * @returns apart, those in words that name what is not among the assets
 */
export function constraintsAmong(
  defaults: readonly Constraint[],
  assets: Assets,
): { readonly kept: readonly Constraint[]; readonly leftOut: readonly Constraint[] } {
  const read = defaults.map((one) => ({ one, here: readAgain(one, assets) }));
  return {
    kept: read.flatMap(({ here }) => here),
    leftOut: read.filter(({ here }) => here.length === 0).map(({ one }) => one),
  };
}

function readAgain(constraint: Constraint, assets: Assets): readonly Constraint[] {
  const { kind } = constraint;
  if (kind !== 'linear' && kind !== 'behind') return [constraint];
  try {
    if (kind === 'behind') checkBenchmark(constraint.benchmark, assets);
    return parseConstraints(constraint.text, {
      option: 'constraints',
      door: 'discord',
      vocabulary: { ...assets, sectors: [] },
    });
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** @throws UserError when there are no prices of it beside those of the assets */
function checkBenchmark(benchmark: string, { universe, ...vocabulary }: Assets): void {
  if (isIndex(benchmark)) withBenchmark(universe, benchmark);
  else if (findTicker(vocabulary.tickers ?? [], benchmark) === undefined)
    throw unknownName(benchmark, vocabulary, 'constraints');
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
