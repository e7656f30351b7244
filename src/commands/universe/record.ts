import { z } from 'zod';

/** A server's own list of assets. */
export const guildUniverseSchema = z.strictObject({
  /** Lower case, unique in its server, and different from every built-in universe's. */
  name: z.string(),
  tickers: z.array(z.string()),
  /** Named in lower case, unlike any ticker; none is empty. */
  groups: z.array(z.strictObject({ name: z.string(), tickers: z.array(z.string()) })).exactOptional(),
  /** Whose tickers they are, by its name in the registry; absent: DEFAULT_VENDOR. */
  vendor: z.string().exactOptional(),
  createdBy: z.string().exactOptional(),
  createdAt: z.iso.datetime(),
});

export type GuildUniverse = z.infer<typeof guildUniverseSchema>;
