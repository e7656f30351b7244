import { createHash } from 'node:crypto';
import type { App } from '../../app.ts';
import type { Alert } from '../../commands/alert/record.ts';
import { unlessNewer } from '../../newer.ts';
import type { Allowance } from '../../engine/quality/quality.ts';
import { DEFAULT_STRATEGY, findStrategy } from '../../engine/strategies/index.ts';
import { isSavedByNewer, isStoreFailure, UserError } from '../../errors.ts';
import type { Messenger } from '../../messenger.ts';
import { DEFAULTS } from '../../parse.ts';
import { otherVendor, type ListedUniverse } from '../../prices/universes.ts';

export interface MembersAlert {
  readonly memberId: string;
  readonly alert: Alert;
}

/** A built-in universe by its name, or a server's by its tickers. */
export interface UniverseInUse {
  /** Short; equal lists of tickers have the same key. */
  readonly key: string;
  readonly spec: ListedUniverse;
  /** In trading days, ascending. */
  readonly horizons: readonly number[];
  /** What any alert or report accepts in its prices, so that its model is trained for them. */
  readonly allow: readonly Allowance[];
  readonly alerts: readonly MembersAlert[];
}

export interface InUse {
  readonly universes: readonly UniverseInUse[];
  /** Alerts whose universe was removed, or whose server the bot has left. */
  readonly orphanedAlerts: readonly MembersAlert[];
  /** Alerts whose universe, if there is one, is among what a newer version of this program has saved. */
  readonly unreadableAlerts: readonly MembersAlert[];
}

interface FoundUniverse {
  readonly spec: ListedUniverse;
  readonly horizons: Set<number>;
  readonly allow: Set<Allowance>;
  readonly alerts: MembersAlert[];
}

/** One reason why a universe is in use. */
interface UniverseUse {
  readonly name: string;
  readonly guildId?: string | undefined;
  readonly horizonDays: number;
  readonly allow?: readonly Allowance[] | undefined;
  readonly alert?: MembersAlert;
}

/**
 * In use are the built-in universes that have a live model, and those named by a member's alert, or by the settings or
 * a report of a server that the bot is in. What a server has saved is retained but unused after the bot has left it.
 */
export async function universesInUse(app: App, messenger: Pick<Messenger, 'isInGuild'>): Promise<InUse> {
  const found = new Map<string, FoundUniverse>();
  const [orphanedAlerts, unreadableAlerts]: [MembersAlert[], MembersAlert[]] = [[], []];
  for (const { name, guildId, horizonDays, allow = [], alert } of await usesOf(app, messenger)) {
    // Outside its server, only the built-in universes exist.
    const home = guildId !== undefined && messenger.isInGuild(guildId) ? guildId : undefined;
    const spec = await resolveUniverse(app, name, home);
    if (spec === 'of a newer version') {
      if (alert !== undefined) unreadableAlerts.push(alert);
    } else if (spec !== undefined) {
      const key = keyOf(spec);
      const universe = found.get(key) ?? { spec, horizons: new Set(), allow: new Set(), alerts: [] };
      found.set(key, universe);
      universe.horizons.add(horizonDays);
      for (const one of allow) universe.allow.add(one);
      if (alert !== undefined) universe.alerts.push(alert);
    } else if (alert !== undefined) orphanedAlerts.push(alert);
  }
  const universes = [...found].map(([key, { spec, horizons, allow, alerts }]) => ({
    key,
    spec,
    horizons: [...horizons].sort((a, b) => a - b),
    allow: [...allow],
    alerts,
  }));
  return { universes, orphanedAlerts, unreadableAlerts };
}

/** For the log. */
const SKIPPED = 'a record was skipped, because a newer version of this program saved it';

async function usesOf(
  { models, universes, guilds, members, log }: App,
  messenger: Pick<Messenger, 'isInGuild'>,
): Promise<UniverseUse[]> {
  const liveRecipe = findStrategy(DEFAULT_STRATEGY.id).recipeOf(DEFAULT_STRATEGY.params);
  const listed = await models.list(universes.map(({ name }) => name));
  const live = new Set(listed.map(({ universe, recipe }) => `${universe}/${recipe}`));
  const uses: UniverseUse[] = universes
    .filter(({ name }) => live.has(`${name}/${liveRecipe}`))
    .map(({ name }) => ({ name, horizonDays: DEFAULTS.horizon }));
  for (const guildId of (await guilds.ids()).filter((id) => messenger.isInGuild(id))) {
    const record = await unlessNewer(guilds.get(guildId), () => log.warn({ guildId }, SKIPPED));
    const { settings, reports } = record ?? { settings: {}, reports: [] };
    const { universe: name, horizonDays = DEFAULTS.horizon } = settings;
    if (name !== undefined) uses.push({ name, guildId, horizonDays });
    for (const { universe, mandate, allow, blockedSince } of reports) {
      // A blocked report is not posted, so it needs no fresh data.
      if (blockedSince !== undefined) continue;
      uses.push({ name: universe, guildId, horizonDays: mandate.horizonDays, allow });
    }
  }
  for (const memberId of await members.ids()) {
    const record = await unlessNewer(members.get(memberId), () => log.warn({ table: 'members' }, SKIPPED));
    for (const alert of record?.alerts ?? []) {
      const { guildId, universe: name, mandate, allow } = alert;
      const { horizonDays } = mandate;
      uses.push({ name, guildId, horizonDays, allow, alert: { memberId, alert } });
    }
  }
  return uses;
}

async function resolveUniverse(
  { guilds }: App,
  name: string,
  guildId: string | undefined,
): Promise<ListedUniverse | 'of a newer version' | undefined> {
  try {
    return await guilds.resolve(name, guildId);
  } catch (error) {
    if (isSavedByNewer(error)) return 'of a newer version';
    if (error instanceof UserError && !isStoreFailure(error)) return undefined;
    throw error;
  }
}

export function keyOf(spec: ListedUniverse): string {
  if (spec.kind === 'named') return spec.name;
  const [vendor] = otherVendor(spec);
  const identity = vendor === undefined ? spec.tickers : [vendor, spec.tickers];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
}

/** For operators: the universe's name, or its key if it has none. */
export const nameOf = ({ key, spec }: UniverseInUse): string => spec.name ?? key;
