import type { Contradiction } from '../engine/constraints/contradiction.ts';
import { familiesOf, nameOf } from '../engine/constraints/families.ts';
import type { Constraint } from '../engine/constraints/index.ts';
import { shortPercent } from '../format.ts';
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
  const families = familiesOf(constraints).map((family) => family.map((at) => constraints[at]!));
  const named = AND.format(families.map(wordsOfAll)) + (families.length === 1 ? '' : ' at once');
  // Nobody doubts that no weight is below 0: it is only said where it adds to something.
  const told = given.includes('all-invested') ? given : [];
  const because = told.length === 0 ? '' : `, since ${AND.format(told.map((one) => GIVEN_WORDS[one]))}`;
  const areSeveral = families.filter(({ length }) => length > 1).length > 1;
  const [first, ...rest] = mend.map(({ to, alike = [] }) => {
    const all = [to, ...alike.map((one) => one.to)];
    return all.length === 1 || areSeveral ? wordsOfAll(all) : eachWords(to);
  });
  if (first === undefined) return `${named}${because}: more than one constraint must be looser`;
  const others = rest.length === 0 ? '' : `, or ${OR.format(rest)}`;
  return `${named}${because}: ${first} would do${others}`;
}

/** Of a family: `at least 5% in each of A, B and C`. */
function wordsOfAll(family: readonly Constraint[]): string {
  const names = new Set(family.flatMap((one) => nameOf(one) ?? []));
  return names.size > 1 ? `${eachWords(family[0]!)} of ${AND.format(names)}` : wordsOf(family[0]!);
}

const RELATION_WORDS = { '<=': 'at most', '>=': 'at least', '=': 'exactly' } as const;

function eachWords(one: Constraint): string {
  return one.kind === 'linear' ? `${RELATION_WORDS[one.relation]} ${shortPercent(one.bound)} in each` : wordsOf(one);
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
