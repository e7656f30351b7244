import type { Constraint } from '../../engine/constraints/index.ts';
import { CONSTRAINT_OPTIONS, constraintProblem, valueOf, weightOf } from '../constraints.ts';
import { discordName, problemError, wordConstraintProblem } from '../error-words.ts';
import type { GuildView } from '../guilds.ts';
import type { GuildSettings } from './record.ts';
import { labelled, plural, shortPercent } from '../../format.ts';
import { DEFAULTS, RANGES } from '../../parse.ts';
import type { Reply } from '../../reply.ts';

type Universes = GuildView['universes'];

/** The options of /settings set and the settings that they change; a constraint is identified by its kind. */
export const SETTINGS: Readonly<Record<string, keyof GuildSettings | { readonly constraint: Constraint['kind'] }>> = {
  universe: 'universe',
  horizon: 'horizonDays',
  alpha: 'alpha',
  ...Object.fromEntries(CONSTRAINT_OPTIONS.map(({ kind }) => [discordName(kind), { constraint: kind }])),
  time_zone: 'timeZone',
  currency: 'currency',
};

/** @throws UserError when no list of assets could meet the constraints */
export function checkSettings({ constraints = [] }: GuildSettings): void {
  // The fewest assets that the largest weight allows. If the smallest weight rules them out, it rules out longer lists too.
  const fewest = Math.ceil(1 / weightOf(constraints, 'max-weight') - 1e-9);
  const needed = Math.max(RANGES.assets.min, Math.min(fewest, RANGES.assets.max));
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
    body: 'Defaults used here when you leave an option out. Without a default universe, every command must name its assets.',
    table: rows(settings),
    ...(warning !== undefined && { fields: [{ name: 'Warning', value: warning }] }),
    footer: 'Members who manage this server can change them: /settings set, /settings reset.',
  };
}

const days = (count: number): string => plural(count, 'trading day');

function rows({ universe, horizonDays, alpha, constraints = [], timeZone, currency }: GuildSettings): string[] {
  return labelled([
    ['universe', settingText(universe, 'none')],
    ['horizon', settingText(horizonDays, DEFAULTS.horizon, days)],
    ['alpha', settingText(alpha, DEFAULTS.alpha, shortPercent)],
    ...CONSTRAINT_OPTIONS.map(({ kind, neutral }): [string, string] => {
      const constraint = constraints.find((one) => one.kind === kind);
      return [discordName(kind), settingText(constraint && valueOf(constraint), neutral)];
    }),
    ['time_zone', settingText(timeZone, 'UTC')],
    ['currency', settingText(currency, "the prices'")],
  ]);
}

const settingText = <T>(value: T | undefined, fallback: T, format: (value: T) => string = String): string =>
  value === undefined ? `${format(fallback)} (not set)` : format(value);

/** With constraints that the default universe cannot meet, every command that names neither would fail. */
function defaultProblem(settings: GuildSettings, universes: Universes): string | undefined {
  const universe = universes.find(({ name }) => name === settings.universe);
  if (universe === undefined) return undefined;
  const problem = constraintProblem(settings.constraints ?? [], universe.tickers);
  if (problem === undefined) return undefined;
  const { text } = wordConstraintProblem(problem, discordName);
  return `The default universe ${universe.name} cannot meet these constraints: ${text}.`;
}
