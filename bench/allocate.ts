// `allocate` as a process on a trained model, beside the recipe of "Generative LSTM + CVaR" in PyTorch and SciPy:
// `node bench/allocate.ts`.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { sampleMarket } from '../src/prices/vendors/sample.ts';
import { writePricesCsv } from '../tests/support/prices-csv.ts';
import { sharedExists, sharedFile } from '../tests/support/shared-files.ts';
import { tailcap, temporaryHome } from '../tests/support/tailcap.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure } from './figures.ts';
import { findPython, runPython } from './peers.ts';

const [scenarios, horizon, loss] = ['10000', '21', 0.08];
const runs = 3;
const work = ['--universe', 'sample', '--json'];
const question = ['allocate', ...work, '--loss', String(loss), '--scenarios', scenarios, '--horizon', horizon];

const answer = z.object({
  status: z.literal('optimal'),
  seconds: z.object({ scenarios: z.number(), optimize: z.number(), total: z.number() }),
});
type Seconds = z.infer<typeof answer>['seconds'];

const peerAnswer = z.object({
  seconds: z.object({ scenarios: z.number(), min_cvar: z.number(), allocate: z.number() }),
});

async function run(args: readonly string[], home: string): Promise<string> {
  const { exitCode, stdout, stderr } = await tailcap(args, home, { MODELS_DIR: join(home, 'models') });
  if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`);
  return stdout;
}

/** The fastest of several processes, each of which starts with only the model. */
async function allocate(recipe: string, home: string): Promise<Seconds> {
  const all: Seconds[] = [];
  for (let k = 0; k < runs; k++) {
    all.push(answer.parse(JSON.parse(await run([...question, '--recipe', recipe], home))).seconds);
  }
  return all.toSorted((a, b) => a.total - b.total)[0]!;
}

/** One epoch, because its training is not compared here and does not affect the time of the rest. */
function allocateByPeer(home: string): Seconds | undefined {
  const python = sharedExists ? findPython() : undefined;
  if (python === undefined) return undefined;
  const [file, prices] = [join(home, 'prices.csv'), sampleMarket()];
  writePricesCsv(file, prices, prices.tickers.length, prices.dates.length);
  const options = ['--M', scenarios, '--H', horizon, '--loss', String(loss), '--epochs', '1'];
  const { seconds } = runPython(python, [sharedFile('peers/seed000.py'), file, ...options], peerAnswer);
  const optimize = seconds.min_cvar + seconds.allocate;
  return { scenarios: seconds.scenarios, optimize, total: seconds.scenarios + optimize };
}

export async function* benchAllocate(): AsyncGenerator<Figure> {
  const { home, remove } = temporaryHome();
  try {
    const sample = fileURLToPath(new URL('../models/sample', import.meta.url));
    cpSync(sample, join(home, 'models', 'sample'), { recursive: true });
    await run(['train', ...work, '--recipe', 'plain'], home);
    const theirs = allocateByPeer(home);
    const peerOf = (part: keyof Seconds) =>
      theirs && { name: '"Generative LSTM + CVaR" in Python', value: theirs[part] };
    for (const [recipe, atMost] of [
      ['filtered', 1.5],
      ['plain', 8],
    ] as const) {
      const ours = await allocate(recipe, home);
      const name = `allocate, a cold process, recipe ${recipe}`;
      yield figure(`${name}: scenarios`, ours.scenarios, 's', { peer: peerOf('scenarios') });
      yield figure(`${name}: optimum`, ours.optimize, 's', { peer: peerOf('optimize') });
      yield figure(`${name}: in all`, ours.total, 's', { peer: peerOf('total'), bar: { atMost } });
    }
  } finally {
    remove();
  }
}

if (import.meta.main) await runAlone(benchAllocate);
