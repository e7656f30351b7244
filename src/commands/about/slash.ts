import type { SlashCommand } from '../slash-command.ts';

export const about: SlashCommand<undefined> = {
  data: { name: 'about', description: 'What this bot computes, from which data, and what it cannot know' },
  parse: () => undefined,
  isPublic: () => false,
  run: async (_request, { app }) => {
    const named = new Set(app.universes.map(({ name }) => name));
    const models = (await app.models.list()).filter(({ universe }) => named.has(universe));
    const trained = models.map(
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
        { name: 'Models', value: trained.join('\n') || 'none yet: one is trained when it is first needed' },
      ],
      footer: 'Not investment advice.',
    };
  },
};
