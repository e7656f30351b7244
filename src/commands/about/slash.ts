import type { SlashCommand } from '../slash-command.ts';

export const about: SlashCommand<undefined> = {
  data: { name: 'about', description: 'What this bot computes, from what, and what it cannot know' },
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
        'A neural network (LSTM) learns from daily prices. From its forecasts and its own recorded errors thousands of possible futures are drawn, and an exact optimiser looks for the split with the highest mean return whose average loss in the worst cases (CVaR) stays under your limit.',
        'The futures are simulated: real losses can be larger, and the expected profit is uncertain most of all. Every answer is checked again on scenarios that the optimiser has not seen, and that figure is shown too.',
      ].join('\n\n'),
      fields: [
        { name: 'Universes', value: app.universes.map(({ name, title }) => `${name}: ${title}`).join('\n') },
        { name: 'Models', value: trained.join('\n') || 'none yet: one is trained when it is first needed' },
      ],
      footer: 'Not investment advice.',
    };
  },
};
