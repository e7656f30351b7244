import { STRATEGIES } from '../../engine/strategies/index.ts';
import { needsText } from './text.ts';
import type { SlashCommand } from '../slash-command.ts';

export const strategies: SlashCommand<undefined> = {
  data: { name: 'strategies', description: 'The ways to split money that /allocate and /backtest offer' },
  isStandalone: true,
  parse: () => undefined,
  isPublic: () => false,
  run: async () => ({
    tone: 'info',
    title: 'Strategies',
    body: 'Choose one with the option `strategy` of /allocate, /backtest and /record; /compare has them all. The first is the default.',
    fields: STRATEGIES.map((strategy) => ({
      name: `${strategy.id}: ${strategy.title}`,
      value: `${strategy.about} ${needsText(strategy)}`,
    })),
    footer: 'Not investment advice.',
  }),
};
