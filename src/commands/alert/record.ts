import { z } from 'zod';
import { migrateSavedQuery, savedQueryShape } from '../records.ts';

export const alertSchema = z.strictObject({
  /** Unique among the member's alerts. */
  id: z.string(),
  /** The universe's server; absent: a built-in universe. */
  guildId: z.string().exactOptional(),
  /** The mandate has a limit. */
  ...savedQueryShape,
  createdAt: z.iso.datetime(),
  /** What the member learned last, from the reply that saved it or from a message. */
  lastTold: z.enum(['feasible', 'infeasible']),
  /** Whether it has fired since it was saved: from then on the minimum must move further for it to fire again. */
  hasFired: z.boolean(),
  /** The smallest limit that could be kept when it was last checked. */
  minCvar: z.number(),
  /** How much smaller another could be, where the search for few assets had ended early; absent: no smaller one could. */
  minimumGap: z.number().exactOptional(),
  /** Whether what its member has saved as held kept the limit when they learned of it last; absent: it is not watched. */
  heldTold: z.enum(['kept', 'broken']).exactOptional(),
  /** Since when its universe is gone. Its member was notified, and it is paused. */
  goneSince: z.iso.datetime().exactOptional(),
  /** When it was last checked with new prices; absent: not since this is stored. */
  lastCheckedAt: z.iso.datetime().exactOptional(),
  /** Since which night it could not be checked, and whether its member was told; absent: it could. */
  unchecked: z.strictObject({ since: z.iso.datetime(), isTold: z.boolean() }).exactOptional(),
});

export type Alert = z.infer<typeof alertSchema>;

/** From version 1. */
export function migrateAlert(old: unknown): object {
  const { told, hasRung, ...rest } = z
    .looseObject({ told: z.unknown(), hasRung: z.unknown() })
    .parse(migrateSavedQuery(old));
  return { ...rest, lastTold: told, hasFired: hasRung };
}
