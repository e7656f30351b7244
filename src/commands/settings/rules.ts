import type { Constraint } from '../../engine/constraints/index.ts';
import { checkFeasible } from '../../engine/optimize/contradictions.ts';
import { RANGES } from '../../parse.ts';
import { CONSTRAINT_OPTIONS, type ConstraintKey, keyOf } from '../constraint-options.ts';
import { readConstraints, weightOf, type TypedConstraints } from '../constraints.ts';
import { discordName } from '../error-words.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { GuildSettings } from './record.ts';

/** The options of /settings set and the settings that they change; constraints by the key of their option. */
export const SETTINGS: Readonly<Record<string, keyof GuildSettings | { readonly constraint: ConstraintKey }>> = {
  universe: 'universe',
  horizon: 'horizonDays',
  alpha: 'alpha',
  ...Object.fromEntries(CONSTRAINT_OPTIONS.map(({ key }) => [discordName(key), { constraint: key }])),
  time_zone: 'timeZone',
  currency: 'currency',
};

/** The settings to change. Only the constraints whose option was typed are replaced. */
export interface SettingsChange {
  readonly settings: Omit<GuildSettings, 'constraints'>;
  readonly typed: TypedConstraints;
}

/** @param vocabulary of the server's universes */
export function withChange(
  { constraints = [], ...old }: GuildSettings,
  change: SettingsChange,
  vocabulary: Vocabulary,
): GuildSettings {
  const read = readConstraints(change.typed, 'discord', vocabulary);
  const changed = CONSTRAINT_OPTIONS.flatMap(({ key, kinds }) =>
    (key in change.typed ? read : constraints).filter(({ kind }) => kinds.includes(kind)),
  );
  return withConstraints({ ...old, ...change.settings }, changed);
}

/** Leaves the property out when there are no constraints, rather than storing an empty list. */
const withConstraints = (rest: SettingsChange['settings'], constraints: readonly Constraint[]): GuildSettings =>
  constraints.length === 0 ? rest : { ...rest, constraints };

/** @param option absent: all */
export function withoutSetting(old: GuildSettings, option: string | undefined): GuildSettings {
  const key = option === undefined ? undefined : SETTINGS[option];
  if (key === undefined) return {};
  if (typeof key === 'object') {
    const { constraints = [], ...rest } = old;
    const others = constraints.filter(({ kind }) => keyOf(kind) !== key.constraint);
    return withConstraints(rest, others);
  }
  const { [key]: _removed, ...kept } = old;
  return kept;
}

/** @throws UserError when no list of assets could meet the constraints */
export async function checkSettings({ constraints = [] }: GuildSettings): Promise<void> {
  // The fewest assets that the largest weight allows. If the smallest weight rules them out, it rules out longer lists too.
  const fewest = Math.ceil(1 / weightOf(constraints, 'max-weight') - 1e-9);
  const needed = Math.max(RANGES.assets.min, Math.min(fewest, RANGES.assets.max));
  const assets = Array.from({ length: needed }, (_, at) => `asset ${at}`);
  // Those in words are about the assets of one universe.
  const general = constraints.filter(({ kind }) => keyOf(kind) !== 'constraints');
  await checkFeasible({ constraints: general, tickers: assets });
}
