// Pure: what Discord servers and their members have saved, in the form that the store keeps.
import { z } from 'zod';

const snowflake = z.string();
const instant = z.iso.datetime();

/** A server's own list of assets. */
const guildUniverseSchema = z.strictObject({
  /** Lower case, unique in its guild, and no name of a universe that everybody has. */
  name: z.string(),
  tickers: z.array(z.string()),
  createdBy: snowflake.exactOptional(),
  createdAt: instant,
});

/** What a question in this guild means when it does not say; absent ones are the bot's own. */
const guildSettingsSchema = z.strictObject({
  /** A universe's name. */
  universe: z.string().exactOptional(),
  /** Trading days. */
  horizonDays: z.number().exactOptional(),
  alpha: z.number().exactOptional(),
  minWeight: z.number().exactOptional(),
  maxWeight: z.number().exactOptional(),
  /** IANA, in which schedules are written. */
  timeZone: z.string().exactOptional(),
  /** ISO 4217, of `amount`. */
  currency: z.string().exactOptional(),
});

/** What is asked about a universe, by a report or an alert: fractions and trading days. */
const questionSchema = z.strictObject({
  /** A universe's name, the guild's own or everybody's. */
  universe: z.string(),
  horizonDays: z.number(),
  alpha: z.number(),
  minWeight: z.number(),
  maxWeight: z.number(),
});

const reportSchema = z.strictObject({
  /** Unique in its guild, short enough to type. */
  id: z.string(),
  channelId: snowflake,
  what: z.enum(['backtest', 'allocation', 'frontier']),
  /** Five fields: minute, hour, day of the month, month, weekday. */
  cron: z.string(),
  /** IANA. */
  timeZone: z.string(),
  question: questionSchema,
  /** What an allocation must keep, a frontier marks and a backtest tries too. */
  lossLimit: z.number().exactOptional(),
  scheduledBy: snowflake.exactOptional(),
  scheduledAt: instant,
  /** Since when the bot may no longer post there; whoever scheduled it has been told. */
  blockedSince: instant.exactOptional(),
});

export const guildSchema = z.strictObject({
  universes: z.array(guildUniverseSchema),
  settings: guildSettingsSchema,
  reports: z.array(reportSchema),
});

const alertSchema = z.strictObject({
  /** Unique among the member's. */
  id: z.string(),
  /** Where its universe is to be found; absent: everybody's. */
  guildId: snowflake.exactOptional(),
  question: questionSchema,
  lossLimit: z.number(),
  createdAt: instant,
  /** What the member was told last, by the answer that saved it or by a message. */
  told: z.enum(['feasible', 'infeasible']),
  /** Whether it has rung since it was saved: from then on it must move further to ring again. */
  hasRung: z.boolean(),
  /** The smallest CVaR when it was last looked at. */
  minCvar: z.number(),
  /** Since when its universe is no more; its member has been told, and it is quiet. */
  goneSince: instant.exactOptional(),
});

export const memberSchema = z.strictObject({
  alerts: z.array(alertSchema),
  /** The member takes no direct messages (50007), and whether they have been told so. */
  closed: z.strictObject({ since: instant, isTold: z.boolean() }).exactOptional(),
});

export type GuildUniverse = z.infer<typeof guildUniverseSchema>;
export type GuildSettings = z.infer<typeof guildSettingsSchema>;
export type Question = z.infer<typeof questionSchema>;
export type Report = z.infer<typeof reportSchema>;
export type GuildRecord = z.infer<typeof guildSchema>;
export type Alert = z.infer<typeof alertSchema>;
export type MemberRecord = z.infer<typeof memberSchema>;
