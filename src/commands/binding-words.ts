// What an answer's limit and constraints cost, in words.
import type { Binding, Limiting, LimitConstraint } from '../engine/optimize/sensitivity.ts';
import { listNames, plural, signedPercent } from '../format.ts';
import { wordsOf } from './constraint-words.ts';
import { smallestLimit } from './limits.ts';

const AND = new Intl.ListFormat('en-GB');

/** The smallest price that is shown: it rounds to 0.01%. */
const SHOWN = 5e-5;

/** Of those with smaller ones. */
const MOST_NAMED = 5;

/**
 * `Your limit and at most 20% per asset bind: over 21 trading days one more point of limit is worth +0.11%, at most 20%
 * per asset one point looser +0.05%. Also at the bound, worth less than 0.01%: KO <= 5%.`; empty where nothing binds
 * @param horizonDays trading days; absent: the scenarios say it
 */
export function bindingSentence(binding: readonly Binding[], horizonDays?: number): string {
  const shown = binding.filter(({ price }) => price >= SHOWN);
  const [first] = shown;
  const others = binding.filter(({ price }) => price < SHOWN).map(({ constraint }) => nameOf(constraint));
  const rest =
    others.length === 0
      ? ''
      : `${first === undefined ? 'At' : ' Also at'} the bound, worth less than 0.01%: ${listNames(others, MOST_NAMED)}.`;
  if (first === undefined) return rest;
  const names = AND.format(shown.map(({ constraint }) => nameOf(constraint)));
  const what = isLimit(first.constraint)
    ? `Your${names.slice('your'.length)} ${shown.length === 1 ? 'binds' : 'bind'}`
    : `What binds is ${names}`;
  const span = horizonDays === undefined ? '' : `over ${plural(horizonDays, 'trading day')} `;
  const prices = shown.map(({ constraint, price }, at) => {
    const more = isLimit(constraint) ? 'one more point of limit' : `${wordsOf(constraint)} ${looser(constraint)}`;
    return `${more} ${at === 0 ? 'is worth ' : ''}${signedPercent(price)}`;
  });
  return `${what}: ${span}${prices.join(', ')}.${rest}`;
}

const nameOf = (constraint: Binding['constraint']): string =>
  isLimit(constraint) ? 'your limit' : wordsOf(constraint);

/** What one point is for its kind. */
const looser = ({ kind }: Binding['constraint']): string =>
  kind === 'max-assets' ? 'with one more' : 'one point looser';

const isLimit = (constraint: Binding['constraint']): constraint is LimitConstraint => constraint.kind === 'limit';

/** `Without tech <= 20% a limit of 5.1% could be kept.`; empty where no constraint holds the smallest limit up */
export function holdingSentence(holding: readonly Limiting[]): string {
  const [first, ...others] = holding.map(
    ({ constraint, minCvarWithout }) => [wordsOf(constraint), smallestLimit(minCvarWithout)] as const,
  );
  if (first === undefined) return '';
  const [without, limit] = first;
  const rest = others.map(([name, other]) => `, without ${name} one of ${other}`).join('');
  return `Without ${without} a limit of ${limit} could be kept${rest}.`;
}
