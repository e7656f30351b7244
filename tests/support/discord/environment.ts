import type { Discord } from './stand-in.ts';

/** What a bot's process needs to log in to the stand-in, and to deploy its commands there. */
export const environmentOf = ({ apiUrl, token, applicationId, guildId }: Discord) => ({
  DISCORD_API_URL: apiUrl,
  DISCORD_TOKEN: token,
  DISCORD_APPLICATION_ID: applicationId,
  DISCORD_GUILD_ID: guildId,
});
