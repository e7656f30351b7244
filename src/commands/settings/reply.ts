import { constraintProblem } from '../../engine/constraints/index.ts';
import { CONSTRAINT_OPTIONS, valueOf } from '../constraints.ts';
import { discordName, wordConstraintProblem } from '../error-words.ts';
import type { GuildView } from '../guilds.ts';
import type { GuildSettings } from './record.ts';
import { labelled, plural, shortPercent } from '../../format.ts';
import { DEFAULTS } from '../../parse.ts';
import type { Reply } from '../../reply.ts';

type Universes = GuildView['universes'];

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
  const { text } = wordConstraintProblem(problem, 'discord');
  return `The default universe ${universe.name} cannot meet these constraints: ${text}.`;
}
