import type { Trained } from '../../engine-service/index.ts';
import type { Memory } from '../../engine/lstm/artefact.ts';
import { UserError } from '../../errors.ts';
import { DEFAULTS, RANGES } from '../../parse.ts';
import { labelled } from '../../format.ts';
import type { CliCommand, Flags } from '../../terminal/terminal-command.ts';
import { JSON_HELP, UNIVERSE_HELP, UNIVERSE_OPTIONS, flag, recipeOf, universeOf, whole } from '../../terminal/flags.ts';
import { withApp } from '../../terminal/with-app.ts';

export const trainCommand: CliCommand = {
  name: 'train',
  summary: 'train a model on the newest prices and use it from now on',
  help: `train (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) [options]

${UNIVERSE_HELP}
  --recipe calibrated    calibrated (three blocks of days) or seed (two blocks, as in "Generative LSTM + CVaR")
  --memory carried       of the calibrated model: carried (its state goes on from day to day, quick to draw
                         from) or window (it looks at the last 60 days anew for every day)
  --seed 1               the same seed and prices give the same model
${JSON_HELP}`,
  options: { ...UNIVERSE_OPTIONS, recipe: { type: 'string' }, memory: { type: 'string' }, seed: { type: 'string' } },
  run(flags, terminal) {
    const request = {
      universe: universeOf(flags),
      recipe: recipeOf(flags),
      memory: memoryOf(flags),
      seed: whole(flags, 'seed', RANGES.seed, DEFAULTS.seed),
    };
    return withApp(terminal, async (app) => {
      const started = performance.now();
      const trained = await app.engine.train(request, { onProgress: terminal.onProgress });
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      return { json: trainedJson(trained, seconds), text: describe(trained, seconds), exitCode: 0 };
    });
  },
};

function memoryOf(flags: Flags): Memory | undefined {
  const value = flag(flags, 'memory');
  if (value === undefined || value === 'window' || value === 'carried') return value;
  throw new UserError(`--memory takes carried or window; got "${value}".`, 'memory');
}

const trainedJson = ({ universe, version, unchanged, manifest, prices }: Trained, seconds: number): object => ({
  status: 'trained',
  universe,
  version,
  unchanged,
  recipe: manifest.recipe,
  memory: manifest.hyper.memory,
  seed: manifest.seed,
  trainedFrom: manifest.trainedFrom,
  trainedUntil: manifest.trainedUntil,
  skill: manifest.skill,
  losses: manifest.losses,
  prices: { source: prices.source, from: prices.from, until: prices.until, stale: prices.stale },
  seconds,
});

function describe({ universe, version, unchanged, manifest, prices }: Trained, seconds: number): string {
  const { losses } = manifest;
  const lines = labelled([
    ['Universe', universe],
    ['Prices', `${prices.source}, ${manifest.trainedFrom} to ${manifest.trainedUntil}`],
    ['Recipe', `${manifest.recipe}, memory ${manifest.hyper.memory}, seed ${manifest.seed}`],
    ['Epochs', `${losses.epochs}, best ${losses.bestEpoch}`],
    ['Loss', `training ${losses.training.toFixed(4)}, validation ${losses.validation.toFixed(4)}`],
    ['Skill', manifest.skill.toFixed(4)],
    ['Version', unchanged ? `${version} (the very model that was there)` : version],
    ['Seconds', String(seconds)],
  ]);
  return `${lines.join('\n')}\n`;
}
