import type { Contradiction } from '../engine/constraints/contradiction.ts';
import { wordsOf } from './constraint-words.ts';

const GIVEN_WORDS: Readonly<Record<Contradiction['given'][number], string>> = {
  'all-invested': 'all money is invested',
  'long-only': 'no weight is below 0',
};

const AND = new Intl.ListFormat('en-GB');
const OR = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/**
 * `No split keeps tech <= 20% and at least 5% per asset at once: tech <= 30% would do, or at least 3.33% per asset`,
 * without the full stop
 */
export const wordContradictions = (contradictions: readonly Contradiction[]): string =>
  `No split keeps ${contradictions.map(wordContradiction).join('; nor ')}`;

function wordContradiction({ constraints, given, mend }: Contradiction): string {
  const named = AND.format(constraints.map(wordsOf)) + (constraints.length === 1 ? '' : ' at once');
  const because = given.length === 0 ? '' : `, since ${AND.format(given.map((one) => GIVEN_WORDS[one]))}`;
  const [first, ...rest] = mend.map(({ to }) => wordsOf(to));
  if (first === undefined) return `${named}${because}: more than one constraint must be looser`;
  const others = rest.length === 0 ? '' : `, or ${OR.format(rest)}`;
  return `${named}${because}: ${first} would do${others}`;
}
