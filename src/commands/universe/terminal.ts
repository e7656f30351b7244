import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import { JSON_HELP } from '../../terminal/flags.ts';
import { withApp } from '../../terminal/with-app.ts';

export const universesCommand: TerminalCommand = {
  name: 'universes',
  summary: 'list the named lists of assets and the models trained for them',
  help: `universes

${JSON_HELP}`,
  options: {},
  run: (_flags, terminal) =>
    withApp(terminal, async (app) => {
      const models = await app.models.list(app.universes.map(({ name }) => name));
      const universes = app.universes.map(({ name, title, vendor, tickers }) => ({
        name,
        title,
        source: vendor,
        tickers,
        models: models
          .filter(({ universe }) => universe === name)
          .map(({ recipe, trainedUntil }) => ({ recipe, trainedUntil })),
      }));
      const lines = universes.flatMap(({ name, title, tickers, models: trained }) => [
        `${name}: ${title}`,
        `  ${tickers.join(' ')}`,
        `  ${trained.map(({ recipe, trainedUntil }) => `${recipe} model trained until ${trainedUntil}`).join(', ') || 'no model yet: one is trained when it is first needed'}`,
      ]);
      return { json: { status: 'listed', universes }, text: `${lines.join('\n')}\n`, exitCode: 0 };
    }),
};
