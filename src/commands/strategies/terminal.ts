import { STRATEGIES } from '../../engine/strategies/index.ts';
import { JSON_HELP } from '../../terminal/flags.ts';
import { needsText } from './text.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';

export const strategiesCommand: TerminalCommand = {
  name: 'strategies',
  summary: 'list the ways to split money',
  help: `strategies [options]

${JSON_HELP}`,
  options: {},
  run: async () => ({
    json: {
      status: 'listed',
      strategies: STRATEGIES.map(({ id, title, about, needs }) => ({ id, title, about, needs })),
    },
    text: STRATEGIES.map((one) => `${one.id}: ${one.title}\n  ${one.about} ${needsText(one)}\n`).join(''),
    exitCode: 0,
  }),
};
