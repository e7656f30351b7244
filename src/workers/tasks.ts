import { allocate, type Allocation, type AllocationProblem } from '../engine/allocate.ts';
import type { History } from '../engine/history.ts';
import { loadTf } from '../engine/lstm/backend.ts';
import type { Memory, ModelArtefact } from '../engine/lstm/artefact.ts';
import { train } from '../engine/lstm/train.ts';
import { frontier, type Frontier, type FrontierProblem } from '../engine/optimize/frontier.ts';
import { drawScenarios } from '../engine/scenarios.ts';
import type { Matrix, Recipe } from '../engine/types.ts';
import { renderPng } from '../charts/render.ts';
import type { ChartSpec } from '../charts/spec.ts';
import type { Handlers } from './serve.ts';

/** What a worker thread can be asked, and what it answers. All of it can be cloned between threads. */
export interface Tasks {
  train: {
    /** Without a memory, the recipe's own. */
    input: { history: History; recipe: Recipe; seed: number; memory?: Memory | undefined };
    output: ModelArtefact;
  };
  draw: {
    input: { artefact: ModelArtefact; history: History; horizon: number; scenarios: number; seed: number };
    /** On shared memory: the next task reads it without a copy. */
    output: Matrix;
  };
  allocate: { input: AllocationProblem; output: Allocation };
  frontier: { input: FrontierProblem; output: Frontier };
  chart: { input: ChartSpec; output: Uint8Array };
}

export type TaskKind = keyof Tasks;

/** The work itself, free of threads. tfjs is loaded by the first task that needs it. */
export function createHandlers(): Handlers<Tasks> {
  let loading: ReturnType<typeof loadTf> | undefined;
  const backend = () => (loading ??= loadTf());
  return {
    train: async ({ history, recipe, seed, memory }, onProgress) =>
      train(history, {
        recipe,
        seed,
        ...(memory && { hyper: { memory } }),
        backend: await backend(),
        onProgress,
        now: () => performance.now(),
      }),
    draw: async (input, onProgress) =>
      onSharedMemory(
        await drawScenarios({
          ...input,
          onProgress,
          now: () => performance.now(),
        }),
      ),
    allocate: (problem) => allocate(problem),
    frontier: (problem) => frontier(problem),
    chart: (spec) => renderPng(spec),
  };
}

function onSharedMemory(matrix: Matrix): Matrix {
  const data = new Float64Array(new SharedArrayBuffer(matrix.data.byteLength));
  data.set(matrix.data);
  return { ...matrix, data };
}
