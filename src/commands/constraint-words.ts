// Constraints in words, at both doors.
import type { Constraint } from '../engine/constraints/index.ts';
import { plural, shortPercent } from '../format.ts';
import { CONSTRAINT_OPTIONS } from './constraint-options.ts';

type Kind = Constraint['kind'];

/** As members type it, such as `40%`; those of the grammar in the words they were given in. */
export function valueOf(constraint: Constraint): string {
  const { kind } = constraint;
  if (kind === 'linear' || kind === 'behind') return constraint.text;
  if (kind === 'max-assets') return String(constraint.count);
  return shortPercent(kind === 'cost' ? constraint.rate : constraint.weight);
}

const WORDS: Readonly<Record<Kind, (value: string) => string>> = {
  'max-weight': (weight) => `at most ${weight} per asset`,
  'min-weight': (weight) => `at least ${weight} per asset`,
  linear: (text) => text,
  behind: (text) => text,
  'max-assets': (count) => `at most ${plural(Number(count), 'asset')}`,
  'min-position': (weight) => `0% or at least ${weight} per asset`,
  'max-turnover': (weight) => `at most ${weight} traded`,
  cost: (rate) => `costs of ${rate}`,
};

/** `at most 40% per asset`. */
export const wordsOf = (constraint: Constraint): string => WORDS[constraint.kind](valueOf(constraint));

/** `at least 2% per asset`, `at most 40% per asset`, each with its kind: the lower bound comes first. */
export function describeConstraints(constraints: readonly Constraint[]): { part: Kind; text: string }[] {
  const [most, least, ...others] = CONSTRAINT_OPTIONS;
  return [least!, most!, ...others].flatMap(({ kinds }) =>
    constraints
      .filter(({ kind }) => kinds.includes(kind))
      .map((constraint) => ({ part: constraint.kind, text: wordsOf(constraint) })),
  );
}
