import { z } from 'zod';
import { migrateSavedQuery, savedQueryShape } from '../records.ts';

export const alertSchema = z.strictObject({
  /** Unique among the member's. */
  id: z.string(),
  /** Where its universe is to be found; absent: everybody's. */
  guildId: z.string().exactOptional(),
  /** Its mandate has a limit. */
  ...savedQueryShape,
  createdAt: z.iso.datetime(),
  /** What the member was told last, by the answer that saved it or by a message. */
  lastTold: z.enum(['feasible', 'infeasible']),
  /** Whether it has fired since it was saved: from then on the minimum must move further for it to fire again. */
  hasFired: z.boolean(),
  /** The smallest CVaR when it was last checked. */
  minCvar: z.number(),
  /** Since when its universe is no more; its member has been told, and it is quiet. */
  goneSince: z.iso.datetime().exactOptional(),
});

export type Alert = z.infer<typeof alertSchema>;

/** From version 1. */
export function migrateAlert(old: unknown): object {
  const { told, hasRung, ...rest } = z
    .looseObject({ told: z.unknown(), hasRung: z.unknown() })
    .parse(migrateSavedQuery(old));
  return { ...rest, lastTold: told, hasFired: hasRung };
}
