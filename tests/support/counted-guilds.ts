import { openGuilds, type Guilds } from '../../src/commands/guilds.ts';
import { memoryStore } from './memory-table.ts';

/** Servers in memory, and how often a server's record was read. */
export function countedGuilds(): { readonly guilds: Guilds; readonly reads: () => number } {
  const guilds = openGuilds(memoryStore());
  let reads = 0;
  const get = guilds.get.bind(guilds);
  guilds.get = (id) => {
    reads += 1;
    return get(id);
  };
  return { guilds, reads: () => reads };
}
