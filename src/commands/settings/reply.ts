// Pure: a server's settings, read and in words.
import type { GuildView } from '../../app.ts';
import { weightBounds } from '../../engine/constraints/index.ts';
import { constraintProblem, DISCORD_NAMES, problemError, wordConstraintProblem } from '../constraints.ts';
import { matching } from '../autocomplete.ts';
import { labelled, plural, shortPercent } from '../../format.ts';
import { DEFAULTS } from '../../parse.ts';
import type { Reply } from '../../reply.ts';

export type Settings = GuildView['settings'];
type Universes = GuildView['universes'];

/** The options of /settings set, and the settings that they are. */
export const SETTINGS = {
  universe: 'universe',
  horizon: 'horizonDays',
  alpha: 'alpha',
  max_weight: 'maxWeight',
  min_weight: 'minWeight',
  time_zone: 'timeZone',
  currency: 'currency',
} as const satisfies Readonly<Record<string, keyof Settings>>;

/** The fewest and the most assets of a question. */
const ASSETS = { fewest: 2, most: 60 };

/** @throws UserError when no question at all could meet the bounds of weights */
export function checkSettings({ minWeight = DEFAULTS.minWeight, maxWeight = DEFAULTS.maxWeight }: Settings): void {
  // As many assets as the largest weight needs at least: if they are too many for the smallest, all others are.
  const needed = Math.max(ASSETS.fewest, Math.min(Math.ceil(1 / maxWeight - 1e-9), ASSETS.most));
  const assets = Array.from({ length: needed }, (_, at) => `asset ${at}`);
  const problem = constraintProblem(weightBounds({ minWeight, maxWeight }), assets);
  if (problem === undefined) return;
  throw problemError(wordConstraintProblem(problem, DISCORD_NAMES), DISCORD_NAMES, '; nothing was changed.');
}

export function settingsReply(settings: Settings, universes: Universes): Reply {
  const warning = defaultProblem(settings, universes);
  return {
    tone: warning === undefined ? 'info' : 'warning',
    title: "This server's settings",
    body: 'What a question here means where it does not say. Without a universe, each question names its assets.',
    table: rows(settings),
    ...(warning !== undefined && { fields: [{ name: 'To know', value: warning }] }),
    footer: 'Those who manage this server can change them: /settings set, /settings reset.',
  };
}

const days = (count: number): string => plural(count, 'trading day');

function rows({ universe, horizonDays, alpha, maxWeight, minWeight, timeZone, currency }: Settings): string[] {
  return labelled([
    ['universe', said(universe, 'none')],
    ['horizon', said(horizonDays, DEFAULTS.horizon, days)],
    ['alpha', said(alpha, DEFAULTS.alpha, shortPercent)],
    ['max_weight', said(maxWeight, DEFAULTS.maxWeight, shortPercent)],
    ['min_weight', said(minWeight, DEFAULTS.minWeight, shortPercent)],
    ['time_zone', said(timeZone, 'UTC')],
    ['currency', said(currency, "the prices'")],
  ]);
}

const said = <T>(value: T | undefined, otherwise: T, words: (value: T) => string = String): string =>
  value === undefined ? `${words(otherwise)} (not set)` : words(value);

/** Bounds that the default universe cannot meet would refuse every question that names neither. */
function defaultProblem(settings: Settings, universes: Universes): string | undefined {
  const universe = universes.find(({ name }) => name === settings.universe);
  if (universe === undefined) return undefined;
  const { minWeight = DEFAULTS.minWeight, maxWeight = DEFAULTS.maxWeight } = settings;
  const problem = constraintProblem(weightBounds({ minWeight, maxWeight }), universe.tickers);
  if (problem === undefined) return undefined;
  const { text } = wordConstraintProblem(problem, DISCORD_NAMES);
  return `The default universe ${universe.name} cannot meet these bounds: ${text}.`;
}

const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** Choices of time zones for what is typed: `new york` finds America/New_York. */
export function completeTimeZone(typed: string) {
  const choices = ZONES.map((zone) => ({ name: zone, value: zone }));
  return matching(choices, typed.trim().replaceAll(' ', '_'));
}

const NAMES = new Intl.DisplayNames('en-GB', { type: 'currency' });

/** Choices of currencies: `fra` finds the Swiss franc, `eur` the euro first. */
export function completeCurrency(typed: string, codes: readonly string[]) {
  const wanted = typed.trim().toLowerCase();
  const choices = codes.map((code) => ({ name: `${code}: ${NAMES.of(code)}`, value: code }));
  const isExact = (code: string): number => Number(code.toLowerCase() === wanted);
  return matching(choices, typed).toSorted((a, b) => isExact(b.value) - isExact(a.value));
}
