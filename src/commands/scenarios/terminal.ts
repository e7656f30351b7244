import { viewFields, viewsJson } from '../views.ts';
import { writeScenariosCsv } from './csv.ts';
import { extrapolation } from '../extrapolation.ts';
import { labelled, plural, ratio } from '../../format.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import {
  SCENARIO_HELP,
  SCENARIO_OPTIONS,
  RECIPE_HELP,
  RECIPE_OPTIONS,
  JSON_HELP,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  scenarioFlagsOf,
  horizonOf,
  requiredFlag,
  universeOf,
} from '../../terminal/flags.ts';
import { pricesJson } from '../../terminal/json.ts';
import { prepareOutput } from '../../terminal/output.ts';
import { withApp } from '../../terminal/with-app.ts';

export const scenariosCommand: TerminalCommand = {
  name: 'scenarios',
  summary: 'write the scenarios that allocate optimises over to a file',
  help: `scenarios (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) --out FILE.csv [options]

${UNIVERSE_HELP}
${SCENARIO_HELP}
${RECIPE_HELP}
  --out FILE.csv         a header of tickers, then one row of returns over the horizon per scenario
${JSON_HELP}`,
  options: { ...UNIVERSE_OPTIONS, ...SCENARIO_OPTIONS, ...RECIPE_OPTIONS, out: { type: 'string' } },
  run(flags, terminal) {
    const request = { universe: universeOf(flags), horizonDays: horizonOf(flags), ...scenarioFlagsOf(flags) };
    const file = requiredFlag(flags, 'out', 'scenarios.csv');
    return withApp(terminal, async (app) => {
      await prepareOutput(file, 'out');
      const { tickers, scenarios, model, prices } = await app.engine.scenarios(request, {
        onProgress: terminal.onProgress,
      });
      await writeScenariosCsv(file, tickers, scenarios);
      const { horizonDays, sampling } = request;
      const { seed } = sampling;
      const lines = labelled([
        ['Written to', file],
        ['Scenarios', `${scenarios.rows} over ${plural(horizonDays, 'trading day')}, seed ${seed}`],
        ...viewFields({ request, model }).map(({ name, value }) => [name, value] as const),
        ['Model', `${model.recipe}, trained until ${model.trainedUntil}, skill ${ratio(model.skill)}`],
        ['Prices', `${prices.source}, until ${prices.until}`],
        ...prices.notes.map((note) => ['Note', note] as const),
        ...extrapolation(horizonDays, []).map((caution) => ['Caution', caution] as const),
      ]);
      const drawn = { file, tickers, scenarios: scenarios.rows, horizonDays, seed };
      return {
        json: { status: 'drawn', ...drawn, ...viewsJson(request), model, prices: pricesJson(prices) },
        text: `${lines.join('\n')}\n`,
        exitCode: 0,
      };
    });
  },
};
