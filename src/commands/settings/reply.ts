import type { Constraint } from '../../engine/constraints/index.ts';
import { CONSTRAINT_OPTIONS, constraintProblem, weightOf } from '../constraints.ts';
import { discordName, problemError, wordConstraintProblem } from '../error-words.ts';
import type { GuildView } from '../guilds.ts';
import type { GuildSettings } from './record.ts';
import { labelled, plural, shortPercent } from '../../format.ts';
import { DEFAULTS } from '../../parse.ts';
import type { Reply } from '../../reply.ts';

type Universes = GuildView['universes'];

/** The options of /settings set, and the settings that they are; constraints are told apart by their kind. */
export const SETTINGS: Readonly<Record<string, keyof GuildSettings | { readonly constraint: Constraint['kind'] }>> = {
  universe: 'universe',
  horizon: 'horizonDays',
  alpha: 'alpha',
  ...Object.fromEntries(CONSTRAINT_OPTIONS.map(({ kind }) => [discordName(kind), { constraint: kind }])),
  time_zone: 'timeZone',
  currency: 'currency',
};

/** The fewest and the most assets of a question. */
const ASSETS = { fewest: 2, most: 60 };

/** @throws UserError when no list of assets at all could meet the constraints */
export function checkSettings({ constraints = [] }: GuildSettings): void {
  // As many assets as the largest weight needs at least: if they are too many for the smallest, all others are.
  const fewest = Math.ceil(1 / weightOf(constraints, 'max-weight') - 1e-9);
  const needed = Math.max(ASSETS.fewest, Math.min(fewest, ASSETS.most));
  const assets = Array.from({ length: needed }, (_, at) => `asset ${at}`);
  const problem = constraintProblem(constraints, assets);
  if (problem === undefined) return;
  throw problemError(wordConstraintProblem(problem, discordName), discordName, '; nothing was changed.');
}

export function settingsReply(settings: GuildSettings, universes: Universes): Reply {
  const warning = defaultProblem(settings, universes);
  return {
    tone: warning === undefined ? 'info' : 'warning',
    title: "This server's settings",
    body: 'Defaults used here when you leave an option out. Without a default universe, each question names its assets.',
    table: rows(settings),
    ...(warning !== undefined && { fields: [{ name: 'To know', value: warning }] }),
    footer: 'Those who manage this server can change them: /settings set, /settings reset.',
  };
}

const days = (count: number): string => plural(count, 'trading day');

function rows({ universe, horizonDays, alpha, constraints = [], timeZone, currency }: GuildSettings): string[] {
  return labelled([
    ['universe', said(universe, 'none')],
    ['horizon', said(horizonDays, DEFAULTS.horizon, days)],
    ['alpha', said(alpha, DEFAULTS.alpha, shortPercent)],
    ...CONSTRAINT_OPTIONS.map(({ kind, neutral }): [string, string] => {
      const weight = constraints.find((constraint) => constraint.kind === kind)?.weight;
      return [discordName(kind), said(weight, neutral, shortPercent)];
    }),
    ['time_zone', said(timeZone, 'UTC')],
    ['currency', said(currency, "the prices'")],
  ]);
}

const said = <T>(value: T | undefined, otherwise: T, words: (value: T) => string = String): string =>
  value === undefined ? `${words(otherwise)} (not set)` : words(value);

/** Constraints that the default universe cannot meet would refuse every question that names neither. */
function defaultProblem(settings: GuildSettings, universes: Universes): string | undefined {
  const universe = universes.find(({ name }) => name === settings.universe);
  if (universe === undefined) return undefined;
  const problem = constraintProblem(settings.constraints ?? [], universe.tickers);
  if (problem === undefined) return undefined;
  const { text } = wordConstraintProblem(problem, discordName);
  return `The default universe ${universe.name} cannot meet these constraints: ${text}.`;
}
