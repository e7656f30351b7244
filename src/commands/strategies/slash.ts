import { STRATEGIES } from '../../engine/strategies/index.ts';
import type { SlashCommand } from '../slash-command.ts';

export const strategies: SlashCommand<undefined> = {
  data: { name: 'strategies', description: 'The ways to split money that /allocate and /backtest know' },
  parse: () => undefined,
  isPublic: () => false,
  run: async () => ({
    tone: 'info',
    title: 'Strategies',
    body: 'Name one with `strategy` in /allocate and /backtest; the first is used when you leave it out.',
    fields: STRATEGIES.map(({ id, title, about }) => ({ name: `${id}: ${title}`, value: about })),
    footer: 'Not investment advice.',
  }),
};
