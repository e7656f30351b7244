// What people expect, as they type it: `NVDA +5%, KO > PEP`.
import { MOST_VIEWS, type View } from '../engine/views/view.ts';
import { UserError } from '../errors.ts';
import { percent, plural, shortPercent } from '../format.ts';
import type { Range } from '../parse.ts';
import { parseRate, type Door } from '../parse-rates.ts';
import { listParts } from '../typed-list.ts';

const OPTION = 'views';
/** Of an expected return, or of a difference of two. */
const EXPECTED: Range = { min: -1, max: 10 };

const NAME = String.raw`[\p{L}\p{N}^$][\p{L}\p{N}.^&!/-]*`;
/** `NVDA +5%` */
const ABSOLUTE = new RegExp(String.raw`^(?<ticker>${NAME})\s+(?<rate>[+‐-―−-].+)$`, 'u');
/** `KO > PEP`, `KO >= 2%`, `KO = PEP - 1%` */
const COMPARISON = new RegExp(String.raw`^(?<ticker>${NAME})\s*(?<relation>>=|<=|≥|≤|>|<|=)\s*(?<right>.+)$`, 'u');
const OTHER = new RegExp(String.raw`^(?<than>(?=[^\d]*\p{L})${NAME})(?:\s*(?<rate>[+‐-―−-].+))?$`, 'u');

/** On means, `>` and `>=` are the same. */
const RELATIONS: Readonly<Record<string, View['relation']>> = {
  '=': '=',
  '>': '>=',
  '>=': '>=',
  '≥': '>=',
  '<': '<=',
  '<=': '<=',
  '≤': '<=',
};

/** @throws UserError (option `views`) that names the part which is no view */
export function parseViews(text: string, door: Door): View[] {
  const views = listParts(text).map((part) => parseView(part.replace(/^\$/, ''), door));
  if (views.length > 0 && views.length <= MOST_VIEWS) {
    checkOpposed(views);
    return views;
  }
  throw new UserError(`${OPTION} takes 1 to ${MOST_VIEWS} views such as ${EXAMPLE}; got ${views.length}.`, {
    option: OPTION,
  });
}

/** @throws UserError where two comparisons leave nothing but equality, which nobody means who writes both */
function checkOpposed(views: readonly View[]): void {
  for (const [at, one] of views.entries()) {
    const other = views.slice(at + 1).find((two) => isOpposed(one, two) || isOpposed(one, turned(two)));
    if (other === undefined) continue;
    const [first, second, left] = [one, other, { ...one, relation: '=' as const }].map(viewText);
    throw new UserError(`${OPTION}: ${first} and ${second} leave only ${left}: write that, or one of the two.`, {
      option: OPTION,
    });
  }
}

const isOpposed = (one: View, two: View): boolean =>
  one.ticker === two.ticker &&
  one.than === two.than &&
  one.by === two.by &&
  [one, two].every(({ relation }) => relation !== '=') &&
  one.relation !== two.relation;

/** `KO > PEP + 1%` is `PEP < KO - 1%`. */
const turned = ({ ticker, relation, than, by }: View): View =>
  than === undefined
    ? { ticker, relation, by }
    : { ticker: than, than: ticker, by: 0 - by, relation: TURNED[relation] };

const TURNED = { '=': '=', '>=': '<=', '<=': '>=' } as const;

const EXAMPLE = 'NVDA +5%, KO > PEP';

function parseView(part: string, door: Door): View {
  const rateOf = (text: string): number => parseRate(text.replace(/\s+/g, ''), OPTION, EXPECTED, door);
  const absolute = ABSOLUTE.exec(part)?.groups;
  if (absolute !== undefined)
    return { ticker: symbol(absolute['ticker']), relation: '=', by: rateOf(absolute['rate']!) };
  const { ticker, relation = '', right = '' } = COMPARISON.exec(part)?.groups ?? {};
  const known = RELATIONS[relation];
  if (known === undefined) {
    throw new UserError(`${OPTION} takes views such as ${EXAMPLE}; got "${part}".`, { option: OPTION });
  }
  const other = OTHER.exec(right)?.groups;
  if (other === undefined) return { ticker: symbol(ticker), relation: known, by: rateOf(right) };
  const [own, than] = [symbol(ticker), symbol(other['than'])];
  if (own === than) {
    throw new UserError(`A view compares an asset with a number or with another asset; got "${part}".`, {
      option: OPTION,
    });
  }
  return { ticker: own, relation: known, than, by: other['rate'] === undefined ? 0 : rateOf(other['rate']) };
}

const symbol = (typed = ''): string => typed.replace(/^\$/, '').toUpperCase();

/** As it may be typed: `NVDA +5%`, `KO > PEP`, `KO < PEP -1%`. */
function viewText({ ticker, relation, than, by }: View): string {
  const sign = relation.replace('=', '') || '=';
  if (than === undefined) return relation === '=' ? `${ticker} ${signed(by)}` : `${ticker} ${sign} ${shortPercent(by)}`;
  return `${ticker} ${sign} ${than}${by === 0 ? '' : ` ${signed(by)}`}`;
}

const signed = (by: number): string => (by < 0 ? shortPercent(by) : `+${shortPercent(by)}`);

export const viewsText = (views: readonly View[]): string => views.map(viewText).join(', ');

interface Viewed {
  readonly request: { readonly views?: readonly View[]; readonly sampling: { readonly scenarios: number } };
  readonly model: { readonly viewedShare?: number };
}

/** Of the terminal's JSON; nothing without views. */
export const viewsJson = ({ views }: Viewed['request']): object =>
  views === undefined ? {} : { views: views.map(viewText) };

/** What views leave of the scenarios, as a field of an answer; nothing without views. */
export function viewFields({ request: { views, sampling }, model: { viewedShare } }: Viewed) {
  if (views === undefined || viewedShare === undefined) return [];
  const left = plural(Math.round(viewedShare * sampling.scenarios), 'scenario');
  const wider = (1 / Math.sqrt(viewedShare)).toFixed(1);
  const errors = wider === '1.0' ? '' : `: errors of simulation are ${wider} × as large as shown`;
  const sentences = [
    `Scenarios that fit ${viewsText(views)} count more.`,
    `That leaves as much as ${left} (${percent(viewedShare, 0)}) would tell${errors}.`,
  ];
  return [{ name: 'Views', value: sentences.join(' ') }];
}
