import { shortPercent } from '../../format.ts';
import type { Constraint, ConstraintByKind } from './constraint.ts';
import { type LinearConstraint, termsText } from './linear.ts';

/** The number in a constraint that makes it tighter or looser. */
interface Knob<C> {
  of(constraint: C): number;
  at(constraint: C, value: number): C;
  /** The ways in which the number moves to loosen the constraint: up, down, both for an equation, or none. */
  looser(constraint: C): readonly (1 | -1)[];
}

type WeightKind = 'max-weight' | 'min-weight' | 'min-position' | 'max-turnover';

const weightKnob = <K extends WeightKind>(
  kind: K,
  way: 1 | -1,
): Knob<{ readonly kind: K; readonly weight: number }> => ({
  of: ({ weight }) => weight,
  at: (_, value) => ({ kind, weight: Math.min(1, Math.max(0, value)) }),
  looser: () => [way],
});

const WAYS: Readonly<Record<LinearConstraint['relation'], readonly (1 | -1)[]>> = {
  '<=': [1],
  '>=': [-1],
  '=': [1, -1],
};

/** The compiler reports a kind without an entry. */
const KNOBS: { readonly [K in keyof ConstraintByKind]: Knob<ConstraintByKind[K]> } = {
  'max-weight': weightKnob('max-weight', 1),
  'min-weight': weightKnob('min-weight', -1),
  'min-position': weightKnob('min-position', -1),
  'max-turnover': weightKnob('max-turnover', 1),
  linear: {
    of: ({ bound }) => bound,
    at: (constraint, bound) => ({ ...constraint, bound, text: linearText({ ...constraint, bound }) }),
    looser: ({ relation }) => WAYS[relation],
  },
  behind: {
    of: ({ limit }) => limit,
    at: (constraint, limit) => ({
      ...constraint,
      limit,
      text: `behind ${constraint.benchmark} <= ${shortPercent(limit)}`,
    }),
    looser: () => [1],
  },
  // There is no part of an asset.
  'max-assets': {
    of: ({ count }) => count,
    at: (one, count) => ({ ...one, count: Math.ceil(count) }),
    looser: () => [1],
  },
  // It forbids nothing.
  cost: { of: ({ rate }) => rate, at: (one, rate) => ({ ...one, rate }), looser: () => [] },
};

const knobOf = ({ kind }: Constraint): Knob<Constraint> => KNOBS[kind];

/** The number that is the constraint's bound, such as a weight. */
export const boundOf = (constraint: Constraint): number => knobOf(constraint).of(constraint);

/** The same constraint with another bound, as near to it as the bound's range allows. */
export const withBound = (constraint: Constraint, bound: number): Constraint =>
  knobOf(constraint).at(constraint, bound);

/** The constraint loosened by so much, in each way in which it can be; none where it is as loose as can be. */
export const loosened = (constraint: Constraint, by: number): readonly Constraint[] =>
  knobOf(constraint)
    .looser(constraint)
    // Without the rounding of sums of decimals.
    .map((way) => withBound(constraint, Number((boundOf(constraint) + way * by).toFixed(12))))
    .filter((looser) => boundOf(looser) !== boundOf(constraint));

const TURNED = { '<=': '>=', '>=': '<=', '=': '=' } as const;

/** `tech - 2 * bonds <= 10%`; where all terms are subtracted, what is left is turned: `tech >= 10%`. */
function linearText({ terms, relation, bound }: Pick<LinearConstraint, 'terms' | 'relation' | 'bound'>): string {
  if (terms.some(({ factor }) => factor >= 0)) return `${termsText(terms)} ${relation} ${shortPercent(bound)}`;
  const added = terms.map((term) => ({ ...term, factor: -term.factor }));
  return `${termsText(added)} ${TURNED[relation]} ${shortPercent(0 - bound)}`;
}
