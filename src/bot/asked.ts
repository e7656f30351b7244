import { PermissionFlagsBits, type BaseInteraction } from 'discord.js';
import type { App } from '../app.ts';
import type { Asked } from '../commands/types.ts';

/** By whom and where an interaction was asked, with what the server there has saved. */
export const askedBy = async (interaction: BaseInteraction, app: App, subcommand?: string): Promise<Asked> => {
  const { guildId, channelId, memberPermissions, user } = interaction;
  return {
    app,
    memberId: user.id,
    ...(guildId !== null && { guildId }),
    ...(channelId !== null && { channelId }),
    ...(subcommand !== undefined && { subcommand }),
    guild: await app.guilds.view(guildId ?? undefined),
    mayManage: memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false,
  };
};
