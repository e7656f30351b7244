import { z } from 'zod';

/** A server's own list of assets. */
export const guildUniverseSchema = z.strictObject({
  /** Lower case, unique in its guild, and no name of a universe that everybody has. */
  name: z.string(),
  tickers: z.array(z.string()),
  createdBy: z.string().exactOptional(),
  createdAt: z.iso.datetime(),
});

export type GuildUniverse = z.infer<typeof guildUniverseSchema>;
