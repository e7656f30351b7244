import { checkFeasible } from '../../engine/optimize/contradictions.ts';
import { UserError } from '../../errors.ts';
import { CONSTRAINT_OPTIONS, type ConstraintKey } from '../constraint-options.ts';
import { valueOf } from '../constraint-words.ts';
import { constraintsAmong } from '../constraints.ts';
import { discordName, wordError } from '../error-words.ts';
import type { GuildView } from '../guilds.ts';
import { vocabularyOf } from '../vocabulary.ts';
import type { GuildSettings } from './record.ts';
import { labelled, plural, shortPercent } from '../../format.ts';
import { DEFAULTS } from '../../parse.ts';
import type { Reply } from '../../reply.ts';
import { chooseUniverse } from '../../prices/universes.ts';

type Universes = GuildView['universes'];

/** @param warning see `defaultProblem` */
export function settingsReply(settings: GuildSettings, warning?: string): Reply {
  return {
    tone: warning === undefined ? 'info' : 'warning',
    title: "This server's settings",
    body: 'Defaults used here when you leave an option out. Without a default universe, every command must name its assets.',
    table: rows(settings),
    ...(warning !== undefined && { fields: [{ name: 'Warning', value: warning }] }),
    footer: 'Members who manage this server can change them: /settings set, /settings reset.',
  };
}

/** The others are shown where they are set. */
const ALWAYS_SHOWN: ReadonlySet<ConstraintKey> = new Set(['max-weight', 'min-weight']);

const days = (count: number): string => plural(count, 'trading day');

function rows({ universe, horizonDays, alpha, constraints = [], timeZone, currency }: GuildSettings): string[] {
  return labelled([
    ['universe', settingText(universe, 'none')],
    ['horizon', settingText(horizonDays, DEFAULTS.horizon, days)],
    ['alpha', settingText(alpha, DEFAULTS.alpha, shortPercent)],
    ...CONSTRAINT_OPTIONS.flatMap(({ key, kinds, neutral }): [string, string][] => {
      const set = constraints.filter(({ kind }) => kinds.includes(kind)).map((one) => valueOf(one));
      if (set.length === 0 && !ALWAYS_SHOWN.has(key)) return [];
      return [[discordName(key), settingText(set.length === 0 ? undefined : set.join('; '), neutral)]];
    }),
    ['time_zone', settingText(timeZone, 'UTC')],
    ['currency', settingText(currency, "the prices'")],
  ]);
}

const settingText = <T>(value: T | undefined, fallback: T, format: (value: T) => string = String): string =>
  value === undefined ? `${format(fallback)} (not set)` : format(value);

/** With constraints that the default universe cannot meet, every command that names neither would fail. */
export async function defaultProblem(settings: GuildSettings, universes: Universes): Promise<string | undefined> {
  const universe = universes.find(({ name }) => name === settings.universe);
  if (universe === undefined) return undefined;
  const constraints = constraintsAmong(settings.constraints ?? [], {
    universe: chooseUniverse(universe),
    ...vocabularyOf(universe),
  }).kept;
  try {
    await checkFeasible({ constraints, tickers: universe.tickers });
    return undefined;
  } catch (error) {
    const worded = wordError(error, 'discord');
    if (!(worded instanceof UserError)) throw error;
    return `The default universe ${universe.name} cannot meet these constraints. ${worded.message}`;
  }
}
