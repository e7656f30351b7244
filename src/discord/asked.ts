import { PermissionFlagsBits, type BaseInteraction } from 'discord.js';
import type { App } from '../app.ts';
import type { Asked } from '../commands/slash-command.ts';

/** In direct messages nobody may. */
export function mayManage({ memberPermissions }: Pick<BaseInteraction, 'memberPermissions'>): boolean {
  return memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false;
}

/** By whom and where an interaction was asked, with what the server there has saved. */
export async function askedBy(interaction: BaseInteraction, app: App, subcommand?: string): Promise<Asked> {
  const { guildId, channelId, user } = interaction;
  return {
    app,
    memberId: user.id,
    ...(guildId !== null && { guildId }),
    ...(channelId !== null && { channelId }),
    ...(subcommand !== undefined && { subcommand }),
    guild: await app.guilds.view(guildId ?? undefined),
    mayManage: mayManage(interaction),
  };
}
