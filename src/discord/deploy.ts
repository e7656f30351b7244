// `npm run deploy-commands`: tells Discord which commands there are. Exits 2 on what an operator can mend, 1 on faults.
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
