// A random forest at the size of twelve assets over 1,800 days, and what its importances and folds are worth:
// `node bench/forest.ts`.
import { purgedFolds } from '../src/engine/forest/folds.ts';
import { fitForest, type ForestHyper } from '../src/engine/forest/forest.ts';
import { mostImportant, permutationImportance } from '../src/engine/forest/importance.ts';
import { plantedRows, randomWalk, shuffledFolds } from '../tests/support/labelled.ts';
import { runAlone } from './alone.ts';
import { type Figure, figure, sizeName } from './figures.ts';
import { secondsOf } from './timing.ts';

const [rows, features, trees] = [21_600, 20, 200];
const shallow: ForestHyper = { trees, depth: 6, leafRows: 50, tried: 7 };
/** Until leaves of five rows, as forests are usually grown. */
const deep: ForestHyper = { trees, depth: 40, leafRows: 5, tried: 7 };

const planted = plantedRows(rows, features, 1, (row) => 0.2 * row[3]! + 0.1 * row[11]! + row[3]! * row[17]! * 0.4);

async function* benchTime(): AsyncGenerator<Figure> {
  const name = `forest of ${trees} trees, ${sizeName(rows, features)}`;
  for (const [depth, hyper] of [[`depth ${shallow.depth}`, shallow] as const, ['full depth', deep] as const]) {
    const seconds = await secondsOf(async () => fitForest(planted.x, planted.y, hyper, 1));
    yield figure(`${name}, ${depth}`, seconds, 's', { bar: { atMost: 20 } });
  }
}

async function* benchWorth(): AsyncGenerator<Figure> {
  const hyper = { ...shallow, trees: 50 };
  const { importances } = await permutationImportance(planted, { folds: purgedFolds(planted, 5), hyper, seed: 1 });
  const missed = [3, 11, 17].filter((feature) => !mostImportant(importances, 3).includes(feature));
  yield figure('planted features missed, of 3 among 20', missed.length, '', { bar: { atMost: 0 } });
  const noise = [];
  for (let seed = 1; seed <= 20; seed += 1) {
    const one = plantedRows(4000, features, seed, () => 0);
    noise.push((await permutationImportance(one, { folds: purgedFolds(one, 5), hyper, seed })).rSquared);
  }
  yield figure('largest R² of pure noise over 20 seeds', Math.max(...noise), '', { bar: { atMost: 0.02 } });
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function* benchFolds(): AsyncGenerator<Figure> {
  const hyper = { ...deep, trees: 50, tried: 5 };
  const [leaking, purged] = [[] as number[], [] as number[]];
  for (let seed = 1; seed <= 5; seed += 1) {
    const walk = randomWalk(2500, seed);
    const rSquaredOf = async (folds: ReturnType<typeof purgedFolds>) =>
      (await permutationImportance(walk, { folds, hyper, seed })).rSquared;
    leaking.push(await rSquaredOf(shuffledFolds(walk.y.length, 5)));
    purged.push(await rSquaredOf(purgedFolds(walk, 5)));
  }
  yield figure('R² of a random walk, labels of 21 days, leaking folds', median(leaking), '');
  yield figure('R² of a random walk, labels of 21 days, purged folds', median(purged), '', { bar: { atMost: 0 } });
}

export async function* benchForest(): AsyncGenerator<Figure> {
  yield* benchTime();
  yield* benchWorth();
  yield* benchFolds();
}

if (import.meta.main) await runAlone(benchForest);
