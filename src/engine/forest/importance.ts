// How much worse a forest forecasts days that it was not trained on when a feature is shuffled among them.
import { yieldToEventLoop } from '../pause.ts';
import { subSeed, uniforms } from '../random.ts';
import type { Matrix } from '../types.ts';
import { type Fold, type Labelled, takeRows } from './folds.ts';
import { fitForest, type ForestHyper, predictForest } from './forest.ts';

export interface Importance {
  /** (F) the mean over the folds of what is added to the squared error, in units of that of the training's mean. */
  readonly importances: Float64Array;
  /** R² out of sample: 1 − squared error of the forest ÷ that of the training's mean, over all folds. */
  readonly rSquared: number;
}

interface ImportanceOptions {
  readonly folds: readonly Fold[];
  readonly hyper: ForestHyper;
  readonly seed: number;
  /** Told the share that is done. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal | undefined;
}

const squaredError = (y: Float64Array, forecast: (row: number) => number): number =>
  y.reduce((sum, value, i) => sum + (value - forecast(i)) ** 2, 0);

/**
 * Permutation importance on folds, of which none may share days with what it learns from: see `purgedFolds`.
 * @throws the signal's reason when aborted
 */
export async function permutationImportance(labelled: Labelled, options: ImportanceOptions): Promise<Importance> {
  const { folds, hyper, seed, onProgress, signal } = options;
  const importances = new Float64Array(labelled.x.cols);
  let [errors, plain] = [0, 0];
  for (const [k, fold] of folds.entries()) {
    const [training, test] = [takeRows(labelled, fold.training), takeRows(labelled, fold.test)];
    const forest = fitForest(training.x, training.y, hyper, subSeed(seed, `fold ${k}`));
    const mean = training.y.reduce((sum, value) => sum + value, 0) / training.y.length;
    const errorOf = (x: Matrix): number => {
      const predicted = predictForest(forest, x);
      return squaredError(test.y, (i) => predicted[i]!);
    };
    const [error, unit] = [errorOf(test.x), squaredError(test.y, () => mean)];
    for (let feature = 0; feature < importances.length; feature += 1) {
      const shuffled = withShuffled(test.x, feature, uniforms(seed, `shuffle ${k} ${feature}`));
      if (unit > 0) importances[feature]! += (errorOf(shuffled) - error) / unit / folds.length;
      await yieldToEventLoop();
      signal?.throwIfAborted();
    }
    errors += error;
    plain += unit;
    onProgress?.((k + 1) / folds.length);
  }
  return { importances, rSquared: plain > 0 ? 1 - errors / plain : 0 };
}

function withShuffled({ rows, cols, data }: Matrix, feature: number, random: () => number): Matrix {
  const shuffled = data.slice();
  for (let i = rows - 1; i > 0; i -= 1) {
    const [one, other] = [i * cols + feature, Math.floor(random() * (i + 1)) * cols + feature];
    [shuffled[one], shuffled[other]] = [shuffled[other]!, shuffled[one]!];
  }
  return { rows, cols, data: shuffled };
}

/** The columns with the largest importances, the largest first. */
export const mostImportant = (importances: Float64Array, count: number): number[] =>
  [...importances.keys()].toSorted((a, b) => importances[b]! - importances[a]! || a - b).slice(0, count);
