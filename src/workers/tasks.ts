import { allocate, type Allocation, type AllocationProblem } from '../engine/allocate.ts';
import { decide, type Decided, type DecisionProblem } from '../engine/backtest/decide.ts';
import { judge, type Judged } from '../engine/backtest/judge.ts';
import type { BacktestResult } from '../engine/backtest/types.ts';
import type { History } from '../engine/history.ts';
import { loadTf } from '../engine/lstm/backend.ts';
import type { Memory, ModelArtefact } from '../engine/lstm/artefact.ts';
import { scoreForecasts, type Score } from '../engine/lstm/contest.ts';
import { train } from '../engine/lstm/train.ts';
import { frontier, type Frontier, type FrontierProblem } from '../engine/optimize/frontier.ts';
import { drawScenarios } from '../engine/scenarios.ts';
import type { Matrix, OnProgress, Recipe } from '../engine/types.ts';
import { renderPng } from '../charts/render.ts';
import type { ChartSpec } from '../charts/spec.ts';
import type { Handlers } from './serve.ts';

interface TrainInput {
  readonly history: History;
  readonly recipe: Recipe;
  readonly seed: number;
  /** Absent: the recipe's own. */
  readonly memory?: Memory | undefined;
  /** Absent: it begins with random weights. */
  readonly start?: ModelArtefact | undefined;
}

/** What a worker thread can be asked, and what it answers. All of it can be cloned between threads. */
export interface Tasks {
  train: { input: TrainInput; output: ModelArtefact };
  /** Both models on the newest days of the history. */
  contest: {
    input: { history: History; champion: ModelArtefact; challenger: ModelArtefact };
    output: { champion: Score; challenger: Score };
  };
  draw: {
    input: { artefact: ModelArtefact; history: History; horizon: number; scenarios: number; seed: number };
    /** On shared memory: the next task reads it without a copy. */
    output: Matrix;
  };
  allocate: { input: AllocationProblem; output: Allocation };
  frontier: { input: FrontierProblem; output: Frontier };
  /** `train`, for days of the past that nobody waits for. */
  trainPast: { input: TrainInput; output: ModelArtefact };
  decide: { input: DecisionProblem; output: Decided };
  judge: { input: Judged; output: BacktestResult };
  chart: { input: ChartSpec; output: Uint8Array };
}

export type TaskKind = keyof Tasks;

const now = (): number => performance.now();

/** The work itself, free of threads. tfjs is loaded by the first task that needs it. */
export function createHandlers(): Handlers<Tasks> {
  let loading: ReturnType<typeof loadTf> | undefined;
  const backend = () => (loading ??= loadTf());
  const trainOn = async ({ history, memory, ...input }: TrainInput, onProgress: OnProgress) =>
    train(history, { ...input, ...(memory && { hyper: { memory } }), backend: await backend(), onProgress, now });
  return {
    train: trainOn,
    trainPast: trainOn,
    contest: async ({ history, champion, challenger }) => ({
      champion: await scoreForecasts(champion, history),
      challenger: await scoreForecasts(challenger, history),
    }),
    draw: async (input, onProgress) => onSharedMemory(await drawScenarios({ ...input, onProgress, now })),
    allocate: (problem) => allocate(problem),
    frontier: (problem) => frontier(problem),
    decide: (problem) => decide(problem, { now }),
    judge: async (judged) => judge(judged),
    chart: (spec) => renderPng(spec),
  };
}

function onSharedMemory(matrix: Matrix): Matrix {
  const data = new Float64Array(new SharedArrayBuffer(matrix.data.byteLength));
  data.set(matrix.data);
  return { ...matrix, data };
}
