import type { App } from '../../app.ts';
import { UserError } from '../../errors.ts';
import { chooseTickers, isListName, listName, type UniverseSpec } from '../../prices/universes.ts';
import { findStrategy } from '../../engine/strategies/index.ts';
import type { ModelDescription } from '../../engine/strategies/strategy.ts';
import type { Trained } from '../../engine-service/answers.ts';
import { DEFAULTS, RANGES } from '../../parse.ts';
import { labelled, ratio } from '../../format.ts';
import type { TerminalCommand } from '../../terminal/terminal-command.ts';
import {
  JSON_HELP,
  SIGNAL_HELP,
  SIGNAL_OPTIONS,
  STRATEGY_HELP,
  STRATEGY_OPTIONS,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  allowOf,
  flag,
  strategyOf,
  universeOf,
  whole,
} from '../../terminal/flags.ts';
import { pricesJson } from '../../terminal/json.ts';
import { withApp } from '../../terminal/with-app.ts';

export const trainCommand: TerminalCommand = {
  name: 'train',
  summary: 'train a model on the newest prices and use it from now on',
  help: `train (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) [options]

${UNIVERSE_HELP}
  --universe tickers-…   the tickers of a model that was trained before, by the model's name as the log gives it
${STRATEGY_HELP}
  --memory carried       for the filtered recipe: carried (the state carries over from day to day; scenarios
                         are fast to draw) or window (the last 60 days are read anew for every day)
${SIGNAL_HELP}
  --seed 1               the same seed and prices give the same model
${JSON_HELP}`,
  options: {
    ...UNIVERSE_OPTIONS,
    ...STRATEGY_OPTIONS,
    ...SIGNAL_OPTIONS,
    memory: { type: 'string' },
    seed: { type: 'string' },
  },
  run(flags, terminal) {
    const strategy = strategyOf(flags);
    const name = flag(flags, 'universe');
    const known = name !== undefined && isListName(name) ? undefined : universeOf(flags);
    const request = {
      ...allowOf(flags),
      strategy,
      seed: whole(flags, 'seed', RANGES.seed, DEFAULTS.seed),
    };
    return withApp(terminal, async (app) => {
      const started = performance.now();
      const universe = known ?? (await listOf(app, name ?? ''));
      const trained = await app.engine.train({ ...request, universe }, { onProgress: terminal.onProgress });
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      const description = findStrategy(strategy.id).describe(trained.model);
      return {
        json: trainedJson(trained, description, seconds),
        text: describe(trained, description, seconds),
        exitCode: 0,
      };
    });
  },
};

/**
 * A list of tickers that is known by the name of its model alone.
 * @throws UserError when no model of it tells them
 */
async function listOf({ models, prices }: App, name: string): Promise<UniverseSpec> {
  const lists = await models.tickerLists(name);
  const choices = lists.flatMap((tickers) => prices.vendorNames.map((vendor) => chooseTickers(tickers, vendor)));
  const found = choices.find((choice) => listName(choice) === name);
  if (found !== undefined) return found;
  throw new UserError(`No model of ${name} tells its tickers any more: name them, --tickers A,B,C.`, {
    option: 'universe',
    code: 'universes.tickers-unknown',
    data: { got: name },
  });
}

function trainedJson(
  { universe, version, unchanged, model: { manifest }, prices }: Trained,
  { parameters, results }: ModelDescription,
  seconds: number,
): object {
  return {
    status: 'trained',
    universe,
    version,
    unchanged,
    recipe: manifest.recipe,
    ...parameters,
    seed: manifest.seed,
    trainedFrom: manifest.trainedFrom,
    trainedUntil: manifest.trainedUntil,
    skill: manifest.skill,
    ...results,
    prices: pricesJson(prices),
    seconds,
  };
}

function describe(
  { universe, version, unchanged, model: { manifest }, prices }: Trained,
  { lines }: ModelDescription,
  seconds: number,
): string {
  const rows = labelled([
    ['Universe', universe],
    ['Prices', `${prices.source}, ${manifest.trainedFrom} to ${manifest.trainedUntil}`],
    ...prices.notes.map((note) => ['Note', note] as const),
    ['Recipe', `${manifest.recipe}, seed ${manifest.seed}`],
    ...lines,
    ['Skill', ratio(manifest.skill)],
    ['Version', unchanged ? `${version} (unchanged)` : version],
    ['Seconds', String(seconds)],
  ]);
  return `${rows.join('\n')}\n`;
}
