import { STRATEGIES } from '../../engine/strategies/index.ts';
import { JSON_HELP } from '../../terminal/flags.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';

export const strategiesCommand: TerminalCommand = {
  name: 'strategies',
  summary: 'list the ways to split money',
  help: `strategies [options]

${JSON_HELP}`,
  options: {},
  run: async () => ({
    json: { status: 'listed', strategies: STRATEGIES.map(({ id, title, about }) => ({ id, title, about })) },
    text: STRATEGIES.map(({ id, title, about }) => `${id}: ${title}\n  ${about}\n`).join(''),
    exitCode: 0,
  }),
};
