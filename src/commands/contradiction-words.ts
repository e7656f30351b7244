import type { Contradiction } from '../engine/constraints/contradiction.ts';
import type { SettingsUsed } from '../settings-used.ts';
import { valueOf, wordsOf } from './constraint-words.ts';

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

/**
 * `; min_weight 10% comes from this server's settings, which those who manage it can change by /settings set`; empty where
 * none of the constraints does
 * @param name the door's name of the option for a kind of constraint
 */
export function settingsEnding(
  contradictions: readonly Contradiction[],
  name: (kind: string) => string,
  { parts, isEarlier = false }: SettingsUsed = { parts: [] },
): string {
  const set = contradictions.flatMap(({ constraints }) => constraints).filter(({ kind }) => parts.includes(kind));
  if (set.length === 0) return '';
  const named = AND.format(set.map((one) => `${name(one.kind)} ${valueOf(one)}`));
  const comes = `; ${named} ${set.length === 1 ? 'comes' : 'come'} from`;
  return isEarlier
    ? `${comes} the server's settings at that time`
    : `${comes} this server's settings, which those who manage it can change by /settings set`;
}
