// Models and rows of the store are damaged while the bot runs.
import { readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS } from '../../src/durations.ts';
import { hashWeights } from '../../src/engine/lstm/lstm-model.ts';
import { codec } from '../../src/engine/strategies/lstm-codec.ts';
import type { Matrix } from '../../src/engine/types.ts';
import { saveVersion } from '../../src/store/model-files.ts';
import { openModelIndex } from '../../src/store/live-versions.ts';
import { openStore } from '../../src/store/store.ts';
import type { BotProcess } from '../../tests/support/bot-process.ts';
import { openModelsAt } from '../../tests/support/open-models.ts';
import { chartBody, weekdayBars } from '../../tests/support/vendor.ts';
import type { Figure } from '../figures.ts';
import { answered, isSplit, openStage, stranger, withBotProcess, type Stage } from '../../tests/support/stage.ts';
import { none } from './none.ts';
import { damageRows, fileOf } from './store-rows.ts';

const TICKERS = ['AAA', 'BBB'];
const RECIPE = 'filtered';
const HORIZON = 2;
/** All of them but that of past decisions, which a short history has none of. */
const TABLES = 'prices price-days models records buttons guilds members marks incidents pending-answers'.split(' ');

export async function* corrupt(): AsyncGenerator<Figure> {
  const stage = await openStage();
  for (const [k, ticker] of TICKERS.entries()) stage.vendor.answer(ticker, [{ body: chartBody(market(k)) }]);
  const wrong: string[] = [];
  let questions = 0;
  let damaged: ReadonlyMap<string, number> = new Map();
  /** Each question has a limit of its own, so that its answer is computed. */
  const ask = async (after: string): Promise<void> => {
    questions += 1;
    const options = { tickers: TICKERS.join(','), loss: `${30 + questions / 10}%`, horizon: HORIZON };
    const { text } = await answered(stage.discord.slash('allocate', options, stranger()));
    if (!isSplit(text) || /NaN|Infinity/.test(text))
      wrong.push(`after ${after}: ${text.split('\n').slice(0, 2).join(' ')}`);
  };
  /** What one process has read it may keep, so the next one is asked too. */
  const inTwoProcesses = async (name: string, damage: () => unknown): Promise<string> =>
    (await withBotProcess(stage, async (bot: BotProcess) => {
      await ask(`the start before ${name}`);
      await damage();
      await ask(name);
      return bot.log();
    })) +
    (await withBotProcess(stage, async (bot: BotProcess) => {
      await ask(`${name} and a restart`);
      return bot.log();
    }));
  try {
    const logs = [
      await inTwoProcesses('cut weights', () => modelFiles(stage, 'weights.bin').forEach(cut)),
      await inTwoProcesses('an empty manifest', () =>
        modelFiles(stage, 'manifest.json').forEach((path) => writeFileSync(path, '')),
      ),
      await inTwoProcesses('numbers that are not finite', () => saveNaN(stage)),
      await inTwoProcesses('damaged rows', async () => {
        await saveRows(stage);
        damaged = damageRows(fileOf(stage.env), '{"v":1,"va', rareKeys(stage));
      }),
    ];
    yield none(`corrupt files: ${questions} questions, without an answer`, wrong.length, wrong.join('\n'));
    const whole = TABLES.filter((table) => !damaged.has(table));
    yield none('corrupt files: tables without a damaged row', whole.length, whole.join(', '));
    const faults = logs.join('\n').split('"msg":"fault"').length - 1;
    yield none('corrupt files: faults', faults);
  } finally {
    await stage.close();
  }
}

/** Of a server, of a member, and behind the buttons under an answer. */
async function saveRows({ discord }: Stage): Promise<void> {
  const member = stranger();
  const tickers = TICKERS.join(',');
  await answered(discord.slash('universe create', { name: 'pair', tickers }));
  await answered(discord.slash('alert add', { universe: 'pair', loss: '40%', horizon: HORIZON }, member));
  await answered(discord.slash('allocate', { tickers, loss: '0.01%', horizon: HORIZON }, member));
}

/** What is there for a moment, or takes long to make. */
const rareKeys = ({ env: { MODELS_DIR = '' } }: Stage): string[] => [
  `pending-answers/${stranger().userId}/1`,
  ...readdirSync(MODELS_DIR).flatMap((universe) => [`models/${universe}/${RECIPE}`, `records/${universe}/${HORIZON}`]),
];

/** Until today. */
const market = (k: number) =>
  weekdayBars(new Date(Date.now() - 750 * DAY_MS).toISOString().slice(0, 10), 536).map(
    ([day], t) => [day, 100 + 5 * Math.sin((k + 1) * t) + 3 * Math.cos(t * t * (k + 2))] as const,
  );

/** Of every model but that of the sample. */
function modelFiles({ env: { MODELS_DIR = '' } }: Stage, name: string): string[] {
  return readdirSync(MODELS_DIR, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(name) && !path.startsWith('sample'))
    .map((path) => join(MODELS_DIR, path));
}

const cut = (path: string): void => truncateSync(path, Math.floor(statSync(path).size / 2));

/** Whole files, with the hashes that their content has, and live. */
async function saveNaN({ env: { MODELS_DIR = '', STORE_URL = '' } }: Stage): Promise<void> {
  const store = await openStore(STORE_URL, { now: () => Date.now() });
  const index = openModelIndex(store);
  for (const universe of readdirSync(MODELS_DIR).filter((name) => name !== 'sample')) {
    const model = await openModelsAt(MODELS_DIR, index).load(universe, RECIPE, codec);
    if (model === undefined) continue;
    const weights = new Float32Array(model.weights.byteLength / 4).fill(Number.NaN).buffer;
    const { past } = model;
    const manifest = { ...model.manifest, weightsHash: hashWeights(weights) };
    const damaged = {
      ...model,
      manifest,
      weights,
      residuals: notFinite(model.residuals),
      ...(past !== undefined && { past: { nextDay: notFinite(past.nextDay), month: notFinite(past.month) } }),
    };
    const { version } = await saveVersion(join(MODELS_DIR, universe, RECIPE), codec, damaged);
    await index.set(`${universe}/${RECIPE}`, { version, trainedUntil: manifest.trainedUntil });
  }
  await store.close();
}

const notFinite = (matrix: Matrix): Matrix => ({ ...matrix, data: matrix.data.map(() => Number.NaN) });
