import { withTimeout } from '../../async.ts';
import type { SlashCommand } from '../slash-command.ts';

/** The store is not waited for longer than this. */
const PATIENCE_MS = 1_000;

const NO_MODELS = 'none yet: one is trained when it is first needed';

export const about: SlashCommand<undefined> = {
  data: { name: 'about', description: 'What this bot computes, from which data, and what it cannot know' },
  isStandalone: true,
  parse: () => undefined,
  isPublic: () => false,
  run: async (_request, { app }) => {
    const named = app.universes.map(({ name }) => name);
    const models = await withTimeout<Awaited<ReturnType<typeof app.models.list>> | undefined>(
      PATIENCE_MS,
      app.models.list(named).catch(() => undefined),
      () => undefined,
    );
    const trained = models?.map(
      ({ universe, recipe, trainedUntil }) => `${universe} (${recipe}): until ${trainedUntil}`,
    );
    return {
      tone: 'info',
      title: 'tailcap',
      body: [
        'Scenarios replay past days at the volatility of today, thousands of times; the forecasts of a neural network (LSTM) count as far as they have shown skill. An exact optimiser then finds the split with the highest expected profit among those whose average loss in the worst cases (CVaR) stays within your limit.',
        'The scenarios are simulated. Real losses can be larger, and the expected profit is the least certain figure of all. Every split is checked on scenarios that the optimiser has not seen, and that figure is shown too.',
        'What past answers came to stands beside new ones: how often losses went beyond the value-at-risk, what the worst lost, and what predictions of profit came to. `/record` shows all of it.',
      ].join('\n\n'),
      fields: [
        { name: 'Universes', value: app.universes.map(({ name, title }) => `${name}: ${title}`).join('\n') },
        { name: 'Models', value: trained === undefined ? 'cannot be read just now' : trained.join('\n') || NO_MODELS },
      ],
      footer: 'Not investment advice.',
    };
  },
};
