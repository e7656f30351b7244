import { renderPng } from '../charts/render.ts';
import type { ChartSpec } from '../charts/spec.ts';
import { decideDay, type DecidedDay, type PastDay } from '../engine/backtest/decide.ts';
import { judge as judgeBacktest, type JudgeInput } from '../engine/backtest/judge.ts';
import type { BacktestResult } from '../engine/backtest/types.ts';
import { compareWalks, type Comparison, type ComparisonInput } from '../engine/compare/compare.ts';
import type { History } from '../engine/history.ts';
import type { Mandate, Mandates } from '../engine/mandate.ts';
import { checkMandate } from '../engine/optimize/check-mandate.ts';
import { frontier } from '../engine/optimize/frontier.ts';
import { priceFrontier, type PricedFrontier } from '../engine/priced-frontier.ts';
import { createPricing, createJudge, type MeasuredPortfolio, type PricedPortfolio } from '../engine/samples.ts';
import { lookAt, type Look, type LookOrder } from '../engine/portfolio/look.ts';
import { applyViews } from '../engine/views/apply.ts';
import type { View } from '../engine/views/view.ts';
import { type RecordSummary, summariseRecord, type Walk } from '../engine/record/record.ts';
import { explainContradictions } from '../engine/optimize/contradictions.ts';
import { askedOf, createBehindPricing, keepingUp } from '../engine/optimize/behind-margin.ts';
import type { RiskProblem } from '../engine/optimize/problem.ts';
import { buy, type Order, type Purchase } from '../engine/purchase.ts';
import { decideContext, type DrawOrder, type Drawn, drawSamples, scaledSamples } from '../engine/strategies/drawn.ts';
import { tradesAndPositions } from '../engine/constraints/beyond-bounds.ts';
import { equalWeights } from '../engine/equal-weights.ts';
import { explain, type Explanation } from '../engine/explanation.ts';
import { findStrategy } from '../engine/strategies/index.ts';
import { type DecideContext, type Decision, type Model, type Score, isSound } from '../engine/strategies/strategy.ts';
import type { OnProgress } from '../engine/types.ts';
import { errorCode, UserError } from '../errors.ts';
import { hopelessTraining } from '../engine/hopeless-training.ts';
import { onSharedMemory } from './shared-memory.ts';

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
  /** The model that was used until now. */
  readonly previous?: Model | undefined;
}

interface CheckInput {
  readonly mandate: Mandate;
  readonly tickers: readonly string[];
}

interface DecideInput extends Pick<DecideContext, 'knownMinimum' | 'wantsOutcomes'> {
  readonly mandates: Mandates;
  readonly drawn: Drawn;
  /** Whether to say why the first decision is not better. */
  readonly explains?: boolean;
}

interface DecideOutput {
  readonly decisions: readonly Decision[];
  /** For comparison, whatever the constraints. */
  readonly equalWeight: PricedPortfolio;
  /** The CVaR of falling behind of the first decision, as it is priced; absent: it is not limited. */
  readonly behind?: number;
  readonly explanation: Explanation;
}

interface BuyInput {
  readonly order: Order;
  readonly drawn: Drawn;
}

interface LookInput {
  readonly order: LookOrder;
  readonly drawn: Drawn;
}

interface ViewInput {
  readonly drawn: Drawn;
  readonly views: readonly View[];
}

interface FrontierInput {
  readonly drawn: Drawn;
  readonly tickers: readonly string[];
  readonly mandate: Mandate;
  /** The number of portfolios. */
  readonly points: number;
}

interface ScoreInput extends Subject {
  readonly champion: Model;
  readonly challenger: Model;
}

/** A model from which no scenarios can be drawn, and why. */
export interface UnusableModel {
  readonly unusable: string;
}

/** The tasks of worker threads, by kind. Inputs and outputs can be cloned between threads. */
export interface Tasks {
  fit: { input: FitInput; output: Model };
  /** Scores both models on the newest days of the history. Of a champion that cannot be scored there is no score. */
  score: { input: ScoreInput; output: { champion: Score | undefined; challenger: Score } };
  /** The samples are in shared memory, so the next task reads them without a copy. */
  simulate: { input: DrawOrder; output: Drawn | UnusableModel };
  /** As `checkMandate`. */
  check: { input: CheckInput; output: void };
  decide: { input: DecideInput; output: DecideOutput };
  /** Whole shares for the weights of a decision, and the figures of what was held before. */
  buy: { input: BuyInput; output: Purchase & { readonly before?: MeasuredPortfolio } };
  frontier: { input: FrontierInput; output: PricedFrontier };
  look: { input: LookInput; output: Look };
  /** As `simulate`. */
  view: { input: ViewInput; output: Drawn };
  /** `fit`, `simulate` and `decide` for a backtest, which runs in the background. */
  fitPast: { input: FitInput; output: Model };
  simulatePast: { input: DrawOrder; output: Drawn };
  decidePast: { input: PastDay; output: DecidedDay };
  judge: { input: JudgeInput; output: BacktestResult };
  /** What the walks of several strategies came to. */
  compare: { input: ComparisonInput; output: Comparison };
  /** What the decisions of a record's walks came to. */
  summarise: { input: { readonly walks: readonly Walk[]; readonly alpha: number }; output: RecordSummary };
  chart: { input: ChartSpec; output: Uint8Array };
}

export type TaskKind = keyof Tasks;

const now = (): number => performance.now();

const fit: Handlers<Tasks>['fitPast'] = ({ strategy, history, params, ...context }, onProgress) =>
  findStrategy(strategy).fit(history, params, { ...context, onProgress, now });

/** A model that was trained well, and forecasts absurdly all the same. */
class UnsoundModelError extends Error {}

/** @throws UnsoundModelError when the model forecasts the newest days absurdly */
async function checkSound(id: string, model: Model, history: History): Promise<void> {
  const score = await findStrategy(id).score?.(model, history);
  if (score === undefined || isSound(score)) return;
  const { energyScore, errorRatio } = score;
  throw new UnsoundModelError(
    `its forecasts of the newest days are not sound: their squared error is ${errorRatio.toPrecision(3)} times that of an average, their score ${energyScore}`,
  );
}

/** Whether work with a model has failed by the model: neither by the request, nor for want of memory, nor of the system. */
const isModelsFault = (error: unknown): boolean =>
  !(error instanceof UserError || error instanceof RangeError || error instanceof WebAssembly.RuntimeError) &&
  errorCode(error) === undefined;

/** @returns what the work gives, or why its model cannot be used @throws whatever is no fault of the model */
async function unlessUnusable<T>(work: () => Promise<T>): Promise<T | UnusableModel> {
  try {
    return await work();
  } catch (error) {
    if (!isModelsFault(error)) throw error;
    return { unusable: error instanceof Error ? error.message : String(error) };
  }
}

const simulate: Handlers<Tasks>['simulatePast'] = async (order, onProgress) =>
  onSharedMemory(await drawSamples(order, { onProgress, now }));

/** The work itself, without threads. */
export const HANDLERS: Handlers<Tasks> = {
  async fit(input, onProgress) {
    const model = await fit(input, onProgress);
    try {
      await checkSound(input.strategy, model, input.history);
    } catch (error) {
      throw error instanceof UnsoundModelError ? hopelessTraining(error.message) : error;
    }
    return model;
  },
  fitPast: fit,
  async score({ strategy: id, history, champion, challenger }) {
    const strategy = findStrategy(id);
    const scoreOf = async (model: Model): Promise<Score> => {
      if (strategy.score === undefined) throw new TypeError(`the models of ${id} cannot be compared`);
      return strategy.score(model, history);
    };
    const scored = await unlessUnusable(() => scoreOf(champion));
    return { champion: 'unusable' in scored ? undefined : scored, challenger: await scoreOf(challenger) };
  },
  simulate: (order, onProgress) =>
    unlessUnusable(async () => {
      await checkSound(order.strategy, order.model, order.history);
      return simulate(order, onProgress);
    }),
  simulatePast: simulate,
  check: ({ mandate, tickers }) => checkMandate(mandate, tickers),
  async decide({ mandates, drawn, explains = false, ...options }, onProgress) {
    const context = { ...decideContext(drawn, { onProgress, now }), ...options };
    const [mandate] = mandates;
    const { tickers } = drawn.source;
    const decisions = await explainContradictions(askedOf({ tickers, mandate, samples: context.samples }), () =>
      findStrategy(drawn.strategy).decide(drawn.source, mandates, context),
    );
    const { trading } = tradesAndPositions(mandate.constraints, tickers, mandate.held);
    const price = createPricing(context.samples, mandate.risk.alpha, trading);
    const [first] = decisions;
    const priceBehind = createBehindPricing({ tickers, mandate, samples: context.samples });
    const behind = first && first.status !== 'failed' && priceBehind?.(first.portfolio.weights);
    const asked = { ...context, strategy: drawn.strategy, tickers, mandate };
    return {
      decisions,
      equalWeight: price(equalWeights(tickers)),
      ...(behind && { behind: behind.cvar }),
      explanation: explains ? await explain(decisions[0]!, asked) : {},
    };
  },
  async buy({ order, drawn }) {
    const { samples, fresh } = decideContext(drawn, { now });
    const { portfolio, ...bought } = await buy(order, samples);
    const { tickers, mandate, heldUnits, closes, amount } = order;
    const { alpha } = mandate.risk;
    const judge = createJudge(fresh, alpha);
    const held = heldUnits && tickers.map((_, j) => (heldUnits[j]! * closes[j]!) / amount);
    const before = held && judge(createPricing(samples, alpha)(held));
    return { ...bought, portfolio: judge(portfolio), ...(before && { before }) };
  },
  async frontier({ drawn, tickers, mandate, points }) {
    const samples = scaledSamples(drawn);
    const trace = async (problem: RiskProblem): Promise<PricedFrontier> =>
      priceFrontier(await frontier({ ...problem, points }), samples, problem.alpha, problem.trading);
    return explainContradictions(askedOf({ tickers, mandate, samples }), () =>
      keepingUp({ tickers, mandate, samples }, trace, (traced) =>
        [traced.minimum, ...traced.points].map(({ weights }) => weights),
      ),
    );
  },
  look: async ({ order, drawn }) => lookAt(scaledSamples(drawn), order),
  view: async ({ drawn, views }) => onSharedMemory(applyViews(drawn, views)),
  decidePast: (day) => decideDay(day, { now }),
  judge: async (input) => judgeBacktest(input),
  compare: async (input) => compareWalks(input),
  summarise: async ({ walks, alpha }) => summariseRecord(walks, alpha),
  chart: (spec) => renderPng(spec),
};
