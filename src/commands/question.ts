// The question that an answer is for, restated in every answer, picture, report, alert and message.
import type { Mandate } from '../engine/mandate.ts';
import type { Allowance } from '../engine/quality/quality.ts';
import { chooseStrategy, DEFAULT_STRATEGY, findStrategy } from '../engine/strategies/index.ts';
import type { StrategyChoice } from '../engine/strategies/strategy.ts';
import { plural, shortPercent } from '../format.ts';
import type { SettingsUsed } from '../settings-used.ts';
import { describeConstraints } from './constraint-words.ts';
import type { View } from '../engine/views/view.ts';
import { viewsText } from './views.ts';
import { extrapolation } from './extrapolation.ts';

/** Without a horizon where the scenarios are a file's. */
type AskedMandate = Omit<Mandate, 'horizonDays'> & Partial<Pick<Mandate, 'horizonDays'>>;

/** A request, or what is stored of one. */
export interface Question {
  readonly mandate: AskedMandate;
  /** Of a backtest, ascending. */
  readonly limits?: readonly number[];
  /** Absent: it is no matter. */
  readonly strategy?: StrategyChoice;
  readonly settingsUsed?: SettingsUsed;
  readonly allow?: readonly Allowance[];
  readonly views?: readonly View[];
}

interface Part {
  /** As in `SettingsUsed`. */
  readonly part: string;
  readonly text: string;
}

const LIST = new Intl.ListFormat('en-GB');

const ALLOWED: Readonly<Record<Allowance, string>> = { frozen: 'frozen prices', jumps: 'jumps' };

/**
 * `limit 8%, 21 trading days, alpha 95%; at most 40% per asset, from this server's settings`
 * @param universe named after the limit
 */
export function describeQuestion(
  { mandate, limits = [], strategy, settingsUsed, allow = [], views = [] }: Question,
  universe?: string,
): string {
  const { horizonDays, risk, constraints } = mandate;
  const parts: Part[] = [
    ...limitWords(risk.limit === undefined ? limits : [risk.limit, ...limits]).map((text) => ({ part: 'loss', text })),
    ...(universe === undefined ? [] : [{ part: 'universe', text: universe }]),
    ...(horizonDays === undefined ? [] : [{ part: 'horizon', text: plural(horizonDays, 'trading day') }]),
    { part: 'alpha', text: `alpha ${shortPercent(risk.alpha)}` },
    ...describeConstraints(constraints),
    ...(strategy ? strategyWords(strategy) : []).map((text) => ({ part: 'strategy', text })),
    ...(views.length === 0 ? [] : [{ part: 'views', text: `views ${viewsText(views)}` }]),
    ...(allow.length === 0
      ? []
      : [{ part: 'allow', text: `${LIST.format(allow.map((one) => ALLOWED[one]))} allowed` }]),
  ];
  const isSetting = ({ part }: Part): boolean => settingsUsed?.parts.includes(part) === true;
  const own = parts.filter((one) => !isSetting(one)).map(({ text }) => text);
  const set = parts.filter(isSetting).map(({ text }) => text);
  const { leftOut = [] } = settingsUsed ?? {};
  if (set.length + leftOut.length === 0) return own.join(', ');
  const whose = settingsUsed?.isEarlier === true ? "the server's settings at that time" : "this server's settings";
  return [
    ...(own.length === 0 ? [] : [own.join(', ')]),
    ...(set.length === 0 ? [] : [`${LIST.format(set)}, from ${whose}`]),
    ...(leftOut.length === 0 ? [] : [`without ${LIST.format(leftOut)} of ${whose}, which names other assets`]),
  ].join('; ');
}

/** What is not the default. */
function strategyWords({ id, params }: StrategyChoice): string[] {
  const strategy = findStrategy(id);
  const usual = chooseStrategy(id).params;
  const recipe = strategy.recipeOf(params);
  const others = Object.entries(params).filter(([key, value]) => key !== 'recipe' && value !== usual[key]);
  return [
    ...(id === DEFAULT_STRATEGY.id ? [] : [`strategy ${id}`]),
    ...(recipe === strategy.recipeOf(usual) ? [] : [`recipe ${recipe}`]),
    ...others.map(([key, value]) => `${key} ${String(value)}`),
  ];
}

function limitWords(limits: readonly number[]): string[] {
  const [first, last] = [limits[0], limits.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (first === last) return [`limit ${shortPercent(first)}`];
  return [`${limits.length} limits from ${shortPercent(first)} to ${shortPercent(last)}`];
}

/** A line of an answer. */
export const askedLine = (question: Question): string => `Asked: ${describeQuestion(question)}.`;

/** Whether weights are bounded beyond long-only and fully invested, so that what cannot be done may be so for the bounds. */
export const hasBounds = ({ constraints }: Pick<Mandate, 'constraints'>): boolean =>
  constraints.some(({ kind }) => kind !== 'cost');

/** Follows "no split": nothing where there are no bounds. */
export const withinBounds = (mandate: Pick<Mandate, 'constraints'>): '' | ' within these bounds' =>
  hasBounds(mandate) ? ' within these bounds' : '';

/** What the pictures of an answer say besides what they show. */
export interface Restated extends Pick<Mandate, 'constraints'> {
  readonly question: string;
  readonly cautions: readonly string[];
}

/** @param cvars of the portfolios shown */
export const restate = (question: Question, cvars: readonly number[]): Restated => ({
  question: describeQuestion(question),
  constraints: question.mandate.constraints,
  cautions: extrapolation(question.mandate.horizonDays ?? 0, cvars),
});

/**
 * What a picture says under its title.
 * @param explanation of what is drawn
 * @param isWarning whether that is a warning
 */
export const subtitleOf = ({ question, cautions }: Restated, explanation: string, isWarning = false) => ({
  text: [question, explanation, ...cautions],
  isWarning: isWarning || cautions.length > 0,
});

/** A sentence about what cannot be done, blamed on the bounds if there are any. Its first word must not be a name. */
export const boundedSentence = (mandate: Pick<Mandate, 'constraints'>, sentence: string): string =>
  hasBounds(mandate) ? `Within these bounds, ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;
