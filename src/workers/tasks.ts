import { renderPng } from '../charts/render.ts';
import type { ChartSpec } from '../charts/spec.ts';
import { decideDay, type DecidedDay, type PastDay } from '../engine/backtest/decide.ts';
import { judge, type JudgeInput } from '../engine/backtest/judge.ts';
import type { BacktestResult } from '../engine/backtest/types.ts';
import type { History } from '../engine/history.ts';
import type { Mandate, Mandates } from '../engine/mandate.ts';
import { frontier, type Frontier } from '../engine/optimize/frontier.ts';
import { riskProblem } from '../engine/optimize/problem.ts';
import { buy, type Order, type Purchase } from '../engine/purchase.ts';
import type { Samples, Sampling } from '../engine/samples.ts';
import { findStrategy } from '../engine/strategies/index.ts';
import type { DecideContext, Decision, Model, Score } from '../engine/strategies/strategy.ts';
import type { Matrix, OnProgress } from '../engine/types.ts';

/** Task kinds with their inputs and outputs, which can be cloned between threads. */
export type TaskTypes<T> = { readonly [K in keyof T]: { readonly input: unknown; readonly output: unknown } };

export type Handlers<T extends TaskTypes<T>> = {
  readonly [K in keyof T]: (input: T[K]['input'], onProgress: OnProgress) => Promise<T[K]['output']>;
};

/** A strategy's id, and the days that it may see. */
interface Subject {
  readonly strategy: string;
  readonly history: History;
}

interface FitInput extends Subject {
  /** They match the strategy's schema. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** A model whose weights the training starts from. */
  readonly start?: Model | undefined;
}

export interface SimulateInput extends Subject {
  readonly model: Model;
  readonly horizonDays: number;
  readonly sampling: Sampling;
}

interface DecideInput extends Subject, Pick<DecideContext, 'samples' | 'wantsOutcomes'> {
  readonly model: Model;
  readonly mandates: Mandates;
}

interface BuyInput {
  readonly order: Order;
  readonly samples: Samples;
}

interface FrontierInput {
  readonly scenarios: Matrix;
  readonly tickers: readonly string[];
  readonly mandate: Mandate;
  /** The number of portfolios. */
  readonly points: number;
}

interface ScoreInput extends Subject {
  readonly champion: Model;
  readonly challenger: Model;
}

/** The tasks of worker threads, by kind. Inputs and outputs can be cloned between threads. */
export interface Tasks {
  fit: { input: FitInput; output: Model };
  /** Scores both models on the newest days of the history. */
  score: { input: ScoreInput; output: { champion: Score; challenger: Score } };
  /** The output is in shared memory, so the next task reads it without a copy. */
  simulate: { input: SimulateInput; output: Matrix };
  decide: { input: DecideInput; output: readonly Decision[] };
  /** Whole shares for the weights of a decision. */
  buy: { input: BuyInput; output: Purchase };
  frontier: { input: FrontierInput; output: Frontier };
  /** `fit` and `decide` for a backtest, which runs in the background. */
  fitPast: { input: FitInput; output: Model };
  decidePast: { input: PastDay; output: DecidedDay };
  judge: { input: JudgeInput; output: BacktestResult };
  chart: { input: ChartSpec; output: Uint8Array };
}

export type TaskKind = keyof Tasks;

const now = (): number => performance.now();

const fit: Handlers<Tasks>['fit'] = ({ strategy, history, params, seed, start }, onProgress) =>
  findStrategy(strategy).fit(history, params, { seed, start, onProgress, now });

/** The work itself, without threads. */
export const HANDLERS: Handlers<Tasks> = {
  fit,
  fitPast: fit,
  async score({ strategy: id, history, champion, challenger }) {
    const strategy = findStrategy(id);
    if (strategy.score === undefined) throw new Error(`the models of ${id} cannot be compared`);
    return {
      champion: await strategy.score(champion, history),
      challenger: await strategy.score(challenger, history),
    };
  },
  async simulate({ strategy, model, history, horizonDays, sampling }, onProgress) {
    const context = { sampling, onProgress, now };
    return onSharedMemory(await findStrategy(strategy).simulate(model, history, horizonDays, context));
  },
  decide: ({ strategy, model, history, mandates, ...rest }, onProgress) =>
    findStrategy(strategy).decide(model, history, mandates, { ...rest, onProgress, now }),
  buy: async ({ order, samples }) => buy(order, samples),
  frontier: ({ scenarios, tickers, mandate, points }) =>
    frontier({ ...riskProblem(scenarios, tickers, mandate), points }),
  decidePast: (day) => decideDay(day, { now }),
  judge: async (input) => judge(input),
  chart: (spec) => renderPng(spec),
};

function onSharedMemory(matrix: Matrix): Matrix {
  const data = new Float64Array(new SharedArrayBuffer(matrix.data.byteLength));
  data.set(matrix.data);
  return { ...matrix, data };
}
