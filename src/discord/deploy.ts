// `npm run deploy-commands` registers the commands with Discord. Exit code 2: an operator can correct it; 1: a fault.
import { commands } from '../commands/slash-commands.ts';
import { loadEnvironment, readConfig, requireDiscord } from '../config.ts';
import { UserError } from '../errors.ts';
import { deployCommands } from './command-deployment.ts';

try {
  const { apiUrl, ...target } = requireDiscord(readConfig(loadEnvironment()));
  const names = await deployCommands({ ...target, api: apiUrl, commands });
  const where = target.guildId === undefined ? 'everywhere' : `in guild ${target.guildId}`;
  console.log(`Deployed ${where}: ${names.map((name) => `/${name}`).join(', ')}`);
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = error instanceof UserError ? 2 : 1;
}
