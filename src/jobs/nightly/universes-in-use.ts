import { createHash } from 'node:crypto';
import type { App } from '../../app.ts';
import type { Alert } from '../../commands/records.ts';
import { UserError } from '../../errors.ts';
import type { Messenger } from '../../messenger.ts';
import { DEFAULTS, USUAL_DRAW } from '../../parse.ts';

type Spec = Awaited<ReturnType<App['guilds']['resolve']>>;

export interface MembersAlert {
  readonly memberId: string;
  readonly alert: Alert;
}

/** A universe that somebody asks about: everybody's by its name, a server's by its tickers. */
export interface UniverseInUse {
  /** Short; equal lists of tickers have equal keys. */
  readonly key: string;
  readonly spec: Spec;
  /** Trading days that are asked about, ascending. */
  readonly horizons: readonly number[];
  readonly alerts: readonly MembersAlert[];
}

export interface InUse {
  readonly universes: readonly UniverseInUse[];
  /** Alerts whose universe is no more, or whose server the bot has left. */
  readonly orphans: readonly MembersAlert[];
}

/** One reason why a universe is in use. */
interface Use {
  readonly name: string;
  readonly guildId?: string | undefined;
  readonly horizonDays: number;
  readonly alert?: MembersAlert;
}

/**
 * Every universe that has a live model and is everybody's, or that is named by a member's alert, or by the settings
 * or a report of a server that the bot is in. What a server has saved that the bot has left stays, unused.
 */
export async function universesInUse(app: App, { isInGuild }: Pick<Messenger, 'isInGuild'>): Promise<InUse> {
  const found = new Map<string, { spec: Spec; horizons: Set<number>; alerts: MembersAlert[] }>();
  const orphans: MembersAlert[] = [];
  for (const { name, guildId, horizonDays, alert } of await usesOf(app, isInGuild)) {
    // Without its server, only everybody's universes are there.
    const spec = await resolved(app, name, guildId !== undefined && isInGuild(guildId) ? guildId : undefined);
    if (spec !== undefined) {
      const key = keyOf(spec);
      const universe = found.get(key) ?? { spec, horizons: new Set(), alerts: [] };
      found.set(key, universe);
      universe.horizons.add(horizonDays);
      if (alert !== undefined) universe.alerts.push(alert);
    } else if (alert !== undefined) orphans.push(alert);
  }
  const universes = [...found].map(([key, { spec, horizons, alerts }]) => ({
    key,
    spec,
    horizons: [...horizons].sort((a, b) => a - b),
    alerts,
  }));
  return { universes, orphans };
}

async function usesOf({ models, universes, guilds, members }: App, isInGuild: Messenger['isInGuild']): Promise<Use[]> {
  const live = new Set((await models.list()).map(({ universe, recipe }) => `${universe}/${recipe}`));
  const uses: Use[] = universes
    .filter(({ name }) => live.has(`${name}/${USUAL_DRAW.recipe}`))
    .map(({ name }) => ({ name, horizonDays: DEFAULTS.horizon }));
  for (const guildId of (await guilds.ids()).filter(isInGuild)) {
    const { settings, reports } = await guilds.get(guildId);
    const { universe: name, horizonDays = DEFAULTS.horizon } = settings;
    if (name !== undefined) uses.push({ name, guildId, horizonDays });
    for (const { question, blockedSince } of reports) {
      // Until it may be posted again, nobody reads it.
      if (blockedSince !== undefined) continue;
      uses.push({ name: question.universe, guildId, horizonDays: question.horizonDays });
    }
  }
  for (const memberId of await members.ids()) {
    for (const alert of (await members.get(memberId)).alerts) {
      const { guildId, question } = alert;
      const { universe: name, horizonDays } = question;
      uses.push({ name, guildId, horizonDays, alert: { memberId, alert } });
    }
  }
  return uses;
}

async function resolved({ guilds }: App, name: string, guildId: string | undefined): Promise<Spec | undefined> {
  try {
    return await guilds.resolve(name, guildId);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function keyOf(spec: Spec): string {
  if (spec.kind === 'named') return spec.name;
  return createHash('sha256').update(JSON.stringify(spec.tickers)).digest('hex').slice(0, 12);
}
