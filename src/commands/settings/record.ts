import { z } from 'zod';
import { weightBounds } from '../records.ts';
import { constraintsSchema } from '../../engine/constraints/index.ts';

/** A server's defaults for options that are left out; absent: the bot's own. */
export const guildSettingsSchema = z.strictObject({
  /** A universe's name. */
  universe: z.string().exactOptional(),
  /** Trading days. */
  horizonDays: z.number().exactOptional(),
  alpha: z.number().exactOptional(),
  constraints: constraintsSchema.exactOptional(),
  /** IANA, the time zone of schedules. */
  timeZone: z.string().exactOptional(),
  /** ISO 4217, of `amount`. */
  currency: z.string().exactOptional(),
});

export type GuildSettings = z.infer<typeof guildSettingsSchema>;

/** From version 1, which stored two bounds instead of constraints. */
export function migrateSettings(old: unknown): object {
  const { minWeight, maxWeight, ...rest } = z
    .looseObject({ minWeight: z.number().default(0), maxWeight: z.number().default(1) })
    .parse(old);
  const constraints = weightBounds({ minWeight, maxWeight });
  return { ...rest, ...(constraints.length > 0 && { constraints }) };
}
