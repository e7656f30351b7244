import { z } from 'zod';
import { GROUP_NAME } from '../groups.ts';
import { TICKER } from '../../parse-tickers.ts';

/** What Discord shows as it is, and people can type. */
export const UNIVERSE_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** A server's own list of assets. */
export const guildUniverseSchema = z.strictObject({
  /** Unique in its server, and different from every built-in universe's. */
  name: z.string().regex(UNIVERSE_NAME),
  /** In the vendor's own spelling. */
  tickers: z.array(z.string().regex(TICKER)),
  /** Named in lower case, unlike any ticker; none is empty. */
  groups: z
    .array(z.strictObject({ name: z.string().regex(GROUP_NAME), tickers: z.array(z.string().regex(TICKER)) }))
    .exactOptional(),
  /** Whose tickers they are, by its name in the registry; absent: DEFAULT_VENDOR. */
  vendor: z.string().exactOptional(),
  /** A member's id. */
  createdBy: z
    .string()
    .regex(/^\d{1,20}$/)
    .exactOptional(),
  createdAt: z.iso.datetime(),
});

export type GuildUniverse = z.infer<typeof guildUniverseSchema>;
