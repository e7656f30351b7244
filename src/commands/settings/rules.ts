import { type Constraint, constraintProblem } from '../../engine/constraints/index.ts';
import { RANGES } from '../../parse.ts';
import { CONSTRAINT_OPTIONS, readConstraints, weightOf, type TypedConstraints } from '../constraints.ts';
import { discordName, problemError, wordConstraintProblem } from '../error-words.ts';
import type { GuildSettings } from './record.ts';

/** The options of /settings set and the settings that they change; a constraint is identified by its kind. */
export const SETTINGS: Readonly<Record<string, keyof GuildSettings | { readonly constraint: Constraint['kind'] }>> = {
  universe: 'universe',
  horizon: 'horizonDays',
  alpha: 'alpha',
  ...Object.fromEntries(CONSTRAINT_OPTIONS.map(({ kind }) => [discordName(kind), { constraint: kind }])),
  time_zone: 'timeZone',
  currency: 'currency',
};

/** The settings to change. Only the kinds of constraint that were typed are replaced. */
export interface SettingsChange {
  readonly settings: Omit<GuildSettings, 'constraints'>;
  readonly typed: TypedConstraints;
}

export function withChange({ constraints = [], ...old }: GuildSettings, change: SettingsChange): GuildSettings {
  return withConstraints({ ...old, ...change.settings }, readConstraints(change.typed, 'discord', constraints));
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
    const others = constraints.filter(({ kind }) => kind !== key.constraint);
    return withConstraints(rest, others);
  }
  const { [key]: _removed, ...kept } = old;
  return kept;
}

/** @throws UserError when no list of assets could meet the constraints */
export function checkSettings({ constraints = [] }: GuildSettings): void {
  // The fewest assets that the largest weight allows. If the smallest weight rules them out, it rules out longer lists too.
  const fewest = Math.ceil(1 / weightOf(constraints, 'max-weight') - 1e-9);
  const needed = Math.max(RANGES.assets.min, Math.min(fewest, RANGES.assets.max));
  const assets = Array.from({ length: needed }, (_, at) => `asset ${at}`);
  const problem = constraintProblem(constraints, assets);
  if (problem === undefined) return;
  throw problemError(wordConstraintProblem(problem, 'discord'), 'discord', '; nothing was changed.');
}
