import { allocate, type Allocation, type AllocationProblem } from '../engine/allocate.ts';
import { historyUntil } from '../engine/history.ts';
import { loadTf } from '../engine/lstm/backend.ts';
import type { ModelArtefact } from '../engine/lstm/artefact.ts';
import { train } from '../engine/lstm/train.ts';
import { frontier, type Frontier, type FrontierProblem } from '../engine/optimize/frontier.ts';
import { optimize } from '../engine/optimize/optimizer.ts';
import { drawScenarios } from '../engine/scenarios.ts';
import type { Bounds, Matrix, OnProgress, Prices, Recipe, RiskLimit, Solution } from '../engine/types.ts';
import { renderPng } from '../charts/render.ts';
import type { ChartSpec } from '../charts/spec.ts';

/** What a worker thread can be asked, and what it answers. All of it can be cloned between threads. */
export interface Tasks {
  train: { input: { prices: Prices; until: string; recipe: Recipe; seed: number }; output: ModelArtefact };
  draw: {
    input: { artefact: ModelArtefact; prices: Prices; until: string; horizon: number; scenarios: number; seed: number };
    /** On shared memory: the next task reads it without a copy. */
    output: Matrix;
  };
  allocate: { input: AllocationProblem; output: Allocation };
  frontier: { input: FrontierProblem; output: Frontier };
  solve: { input: { scenarios: Matrix; limit: RiskLimit; bounds: Bounds }; output: Solution };
  chart: { input: ChartSpec; output: Uint8Array };
}

export type TaskKind = keyof Tasks;

export type Handlers = {
  readonly [K in TaskKind]: (input: Tasks[K]['input'], onProgress: OnProgress) => Promise<Tasks[K]['output']>;
};

/** The work itself, free of threads. tfjs is loaded by the first task that needs it. */
export function createHandlers(): Handlers {
  let loading: ReturnType<typeof loadTf> | undefined;
  const backend = () => (loading ??= loadTf());
  return {
    train: async ({ prices, until, recipe, seed }, onProgress) =>
      train(historyUntil(prices, until), {
        recipe,
        seed,
        backend: await backend(),
        onProgress,
        now: () => performance.now(),
      }),
    draw: async ({ prices, until, ...input }, onProgress) =>
      onSharedMemory(
        await drawScenarios({
          ...input,
          history: historyUntil(prices, until),
          backend: await backend(),
          onProgress,
          now: () => performance.now(),
        }),
      ),
    allocate: (problem) => allocate(problem),
    frontier: (problem) => frontier(problem),
    solve: (problem) => optimize(problem),
    chart: (spec) => renderPng(spec),
  };
}

function onSharedMemory(matrix: Matrix): Matrix {
  const data = new Float64Array(new SharedArrayBuffer(matrix.data.byteLength));
  data.set(matrix.data);
  return { ...matrix, data };
}
