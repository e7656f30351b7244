// LSTM layers one on the other and a dense layer, trained on windows: PyTorch's nn.LSTM(n, units, layers) and nn.Linear.
import { yieldToEventLoop } from '../pause.ts';
import { uniforms } from '../random.ts';
import type { OnProgress } from '../types.ts';
import { runEpochs } from './epochs.ts';
import { loadKernel } from './kernel/load.ts';
import { Stack } from './kernel/stack.ts';
import { countWeights, initialWeights, viewWeights } from './stacked-weights.ts';

export interface StackedHyper {
  /** Of each LSTM layer, from the one that reads the inputs up. */
  readonly units: readonly number[];
  /** Windows per step of Adam. */
  readonly batch: number;
  readonly learningRate: number;
  /** Training stops after this many epochs without a better validation loss; absent: after all. */
  readonly patience?: number;
  readonly maxEpochs: number;
}

export interface Windows {
  /** (N, T, n) */
  readonly inputs: Float32Array;
  /** (N, k) */
  readonly targets: Float32Array;
  /** T */
  readonly steps: number;
  /** n */
  readonly features: number;
  /** k */
  readonly outputs: number;
}

/** Plain data. */
export interface StackedModel {
  readonly hyper: StackedHyper;
  /** n */
  readonly features: number;
  /** k */
  readonly outputs: number;
  /** In the order of `viewWeights`. */
  readonly weights: Float32Array;
  /** Mean squared errors; those of `bestEpoch`, whose weights were kept, and in `byEpoch` the training's of all. */
  readonly losses: {
    readonly training: number;
    readonly validation?: number;
    readonly epochs: number;
    readonly bestEpoch: number;
    readonly byEpoch: readonly number[];
  };
}

interface StackedOptions {
  /** By their loss the best epoch is found, whose weights are kept. Absent: the last epoch's are. */
  readonly validation?: Windows | undefined;
  readonly hyper: StackedHyper;
  readonly seed: number;
  /** Milliseconds; used only to estimate the time left. */
  readonly now: () => number;
  /** Called after each epoch. `done` and `secondsLeft` assume that no better epoch follows. */
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

function checkNumbers(name: string, numbers: Float32Array, expected: number): void {
  if (numbers.length !== expected || expected === 0) {
    throw new Error(`The ${name} must be ${expected || 'some'} numbers; there are ${numbers.length}.`);
  }
  const at = numbers.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new Error(`The ${name} must be finite numbers; number ${at} is ${numbers[at]}.`);
}

/** @returns N */
function checkInputs(name: string, inputs: Float32Array, size: number): number {
  const count = Math.ceil(inputs.length / size);
  checkNumbers(name, inputs, count * size);
  return count;
}

function checkWindows(name: string, windows: Windows, { features, outputs }: Windows): void {
  if (windows.features !== features || windows.outputs !== outputs) {
    throw new Error(`The ${name} windows must have ${features} features and ${outputs} outputs, as the training's do.`);
  }
  const count = checkInputs(`${name} inputs`, windows.inputs, windows.steps * features);
  checkNumbers(`${name} targets`, windows.targets, count * outputs);
}

function checkTraining(training: Windows, { validation, hyper }: StackedOptions): void {
  checkWindows('training', training, training);
  if (validation) checkWindows('validation', validation, training);
  if (hyper.units.length === 0) throw new Error('A stacked LSTM must have at least one layer; it has none.');
  if (hyper.patience !== undefined && !validation) {
    throw new Error('Patience needs validation windows; there are none. Leave it out to train all epochs.');
  }
}

function* shuffledBatches({ inputs, targets, steps, features, outputs }: Windows, size: number, next: () => number) {
  const [count, length] = [targets.length / outputs, steps * features];
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  for (let from = 0; from < count; from += size) {
    const rows = order.subarray(from, from + size);
    const batch = {
      inputs: new Float32Array(rows.length * length),
      targets: new Float32Array(rows.length * outputs),
    };
    rows.forEach((row, i) => {
      batch.inputs.set(inputs.subarray(row * length, (row + 1) * length), i * length);
      batch.targets.set(targets.subarray(row * outputs, (row + 1) * outputs), i * outputs);
    });
    yield batch;
  }
}

/** Windows predicted at once: enough to be quick, few enough to be small. */
const PREDICTION_BATCH = 960;

/** @returns (N, k) */
async function predictAll(
  stack: Stack,
  { inputs, steps, features, outputs }: Omit<Windows, 'targets'>,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const [count, length] = [inputs.length / (steps * features), steps * features];
  const predictions = new Float32Array(count * outputs);
  for (let from = 0; from < count; from += PREDICTION_BATCH) {
    const rows = inputs.subarray(from * length, (from + PREDICTION_BATCH) * length);
    predictions.set(stack.predict({ inputs: rows, steps, outputSteps: 1 }), from * outputs);
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  return predictions;
}

async function validationLoss(stack: Stack, validation: Windows, signal?: AbortSignal): Promise<number> {
  const predictions = await predictAll(stack, validation, signal);
  const squares = validation.targets.reduce((sum, target, i) => sum + (target - predictions[i]!) ** 2, 0);
  return squares / predictions.length;
}

/** One pass over the training windows. @returns their mean squared error, each measured before its step */
async function trainStackedEpoch(
  stack: Stack,
  training: Windows,
  { hyper, signal }: StackedOptions,
  next: () => number,
): Promise<number> {
  let sum = 0;
  for (const { inputs, targets } of shuffledBatches(training, hyper.batch, next)) {
    sum += stack.step({ inputs, steps: training.steps, outputSteps: 1 }, targets) * targets.length;
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  return sum / training.targets.length;
}

/**
 * Trains on windows, which are shuffled anew in every epoch, as PyTorch's DataLoader does with `shuffle=True`: the last
 * batch is shorter where N is no multiple. The same windows, options and processor give the same model, to the bit.
 *
 * @throws the signal's reason when aborted
 * @throws Error when a number is not finite, arrays do not fit, the loss becomes infinite, or patience has nothing to go by
 */
export async function trainStacked(training: Windows, options: StackedOptions): Promise<StackedModel> {
  checkTraining(training, options);
  const { validation, hyper, seed, now, onProgress, signal } = options;
  const { features, outputs } = training;
  const architecture = { features, units: hyper.units, outputs };
  const weights = initialWeights(architecture, seed);
  const views = viewWeights(architecture, weights);
  const stack = new Stack(await loadKernel(), { ...architecture, inputs: features, learningRate: hyper.learningRate });
  stack.set(views);
  const next = uniforms(seed, 'stacked order');
  const byEpoch: number[] = [];
  async function epoch() {
    const loss = await trainStackedEpoch(stack, training, options, next);
    if (!Number.isFinite(loss)) {
      throw new Error(
        `The loss became ${loss} in epoch ${byEpoch.length + 1}; the learning rate ${hyper.learningRate} is too large for these windows.`,
      );
    }
    byEpoch.push(loss);
    return { training: loss, ...(validation && { validation: await validationLoss(stack, validation, signal) }) };
  }
  const keepBest = validation !== undefined;
  const losses = await runEpochs({ ...hyper, keepBest, now, onProgress }, epoch, () => stack.get(views));
  return { hyper, features, outputs, weights, losses: { ...losses, byEpoch } };
}

/**
 * @param inputs (N, T, n). @param steps T
 * @returns (N, k)
 * @throws Error when a number is not finite, or the arrays do not fit
 */
export async function predictStacked(
  { hyper, features, outputs, weights }: StackedModel,
  inputs: Float32Array,
  steps: number,
): Promise<Float32Array> {
  const architecture = { features, units: hyper.units, outputs };
  checkInputs('inputs', inputs, steps * features);
  checkNumbers('weights', weights, countWeights(architecture));
  const stack = new Stack(await loadKernel(), { ...architecture, inputs: features, learningRate: hyper.learningRate });
  stack.set(viewWeights(architecture, weights));
  return predictAll(stack, { inputs, steps, features, outputs });
}
