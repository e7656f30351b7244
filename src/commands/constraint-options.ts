// The options by which both doors ask for constraints.
import type { Constraint, ConstraintByKind } from '../engine/constraints/constraint.ts';
import { shortPercent } from '../format.ts';
import { type Range, RANGES, parseWhole } from '../parse.ts';
import { parseRate, type Door } from '../parse-rates.ts';
import { parseConstraints } from './constraint-text.ts';
import type { Vocabulary } from './vocabulary.ts';

type Kind = Constraint['kind'];

/** An option, and the kinds of constraint that it gives. */
export interface ConstraintOption {
  readonly key: ConstraintKey;
  readonly kinds: readonly Kind[];
  readonly description: string;
  /** The value that restricts nothing. */
  readonly neutral: string;
  /**
   * Nothing for the value that restricts nothing.
   * @param option its name at the door, for errors
   * @throws UserError, which names the option, when the text is not one of its values
   */
  read(text: string, option: string, door: Door, vocabulary: Vocabulary): readonly Constraint[];
}

export type ConstraintKey =
  'max-weight' | 'min-weight' | 'constraints' | 'max-assets' | 'min-position' | 'max-turnover' | 'cost';

const NONE = 'none';

const rateOption = <K extends Exclude<Kind, 'linear' | 'behind' | 'max-assets'>>(
  kind: K,
  { range = RANGES.weight, neutral, description }: { range?: Range; neutral: number; description: string },
  constraintOf: (rate: number) => ConstraintByKind[K],
): ConstraintOption & { readonly key: K } => ({
  key: kind,
  kinds: [kind],
  description,
  neutral: shortPercent(neutral),
  read(text, option, door) {
    const rate = parseRate(text, option, range, door);
    return rate === neutral ? [] : [constraintOf(rate)];
  },
});

/** In the order in which the doors list them. The compiler reports a kind of which no option is. */
const OPTION_BY_KIND: Readonly<Record<Kind, ConstraintOption>> = {
  'max-weight': rateOption(
    'max-weight',
    { neutral: 1, description: 'Largest weight of any one asset, such as 40%' },
    (weight) => ({ kind: 'max-weight', weight }),
  ),
  'min-weight': rateOption(
    'min-weight',
    { neutral: 0, description: 'Smallest weight of every asset, such as 2%' },
    (weight) => ({ kind: 'min-weight', weight }),
  ),
  ...textOption(),
  'max-assets': {
    key: 'max-assets',
    kinds: ['max-assets'],
    description: 'The most assets to hold, such as 10',
    neutral: NONE,
    read: (text, option) =>
      text.trim().toLowerCase() === NONE
        ? []
        : [{ kind: 'max-assets', count: parseWhole(text, option, RANGES.positions) }],
  },
  'min-position': rateOption(
    'min-position',
    { neutral: 0, description: 'An asset gets nothing or at least this, such as 3%' },
    (weight) => ({ kind: 'min-position', weight }),
  ),
  'max-turnover': rateOption(
    'max-turnover',
    { neutral: 1, description: 'The most to trade of what is held, such as 30%' },
    (weight) => ({ kind: 'max-turnover', weight }),
  ),
  cost: rateOption(
    'cost',
    { range: RANGES.tradingCost, neutral: 0, description: 'Trading costs, of the money bought and sold, such as 0.1%' },
    (rate) => ({ kind: 'cost', rate }),
  ),
};

/** One option for what is written in words of the grammar. */
function textOption(): Readonly<Record<'linear' | 'behind', ConstraintOption>> {
  const option: ConstraintOption = {
    key: 'constraints',
    kinds: ['linear', 'behind'],
    description: 'Such as NVDA <= 20%; tech + energy <= 2 * bonds; behind SPY <= 5%',
    neutral: NONE,
    read: (text, name, door, vocabulary) =>
      text.trim().toLowerCase() === NONE ? [] : parseConstraints(text, { option: name, door, vocabulary }),
  };
  return { linear: option, behind: option };
}

export const CONSTRAINT_OPTIONS: readonly ConstraintOption[] = [...new Set(Object.values(OPTION_BY_KIND))];

/** The option that a constraint of this kind was given by. */
export const keyOf = (kind: Kind): ConstraintKey => OPTION_BY_KIND[kind].key;
