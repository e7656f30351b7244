// Pure: who may change what a server has saved. Discord's own rule could only hide a whole command.
import { UserError } from '../errors.ts';

interface Asked {
  readonly guildId?: string;
  readonly mayManage: boolean;
}

/** @returns the server's id. @throws UserError in direct messages */
export function requireServer({ guildId }: Asked): string {
  if (guildId !== undefined) return guildId;
  throw new UserError('This belongs to a server: ask it in one of its channels, not in a direct message.');
}

/**
 * @param what cannot be changed, in words: `this server's universes`
 * @returns the server's id
 * @throws UserError
 */
export function requireManager(asked: Asked, what: string): string {
  const guildId = requireServer(asked);
  if (asked.mayManage) return guildId;
  throw new UserError(`Only those who have the permission Manage Server can change ${what}: ask one of them.`);
}
