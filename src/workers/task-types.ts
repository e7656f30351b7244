// What worker threads can be asked, by kind. tasks.ts does it.
import type { ChartSpec } from '../charts/spec.ts';
import type { DecidedDay, PastDay } from '../engine/backtest/decide.ts';
import type { JudgeInput } from '../engine/backtest/judge.ts';
import type { BacktestResult } from '../engine/backtest/types.ts';
import type { Comparison, ComparisonInput } from '../engine/compare/compare.ts';
import type { History } from '../engine/history.ts';
import type { Mandate, Mandates } from '../engine/mandate.ts';
import type { PricedFrontier } from '../engine/priced-frontier.ts';
import type { MeasuredPortfolio, PricedPortfolio } from '../engine/samples.ts';
import type { Look, LookOrder } from '../engine/portfolio/look.ts';
import type { View } from '../engine/views/view.ts';
import type { RecordSummary, Walk } from '../engine/record/record.ts';
import type { Order, Purchase } from '../engine/purchase.ts';
import type { DrawOrder, Drawn } from '../engine/strategies/drawn.ts';
import type { Explanation } from '../engine/explanation.ts';
import type { DecideContext, Decision, Model, Score } from '../engine/strategies/strategy.ts';
import type { OnProgress } from '../engine/types.ts';
import type { ForecastOrder, StudyForecasts } from '../engine/weekly-study/forecast.ts';

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

interface FitTerms extends Subject {
  /** They match the strategy's schema. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

export interface FitInput extends FitTerms {
  /** A model whose weights the training starts from. */
  readonly start?: Model | undefined;
  /** The model that was used until now. */
  readonly previous?: Model | undefined;
  /** What `fitPart` gave, in order; absent: the fit has no parts. */
  readonly parts?: readonly unknown[];
}

interface FitPartInput extends FitTerms {
  /** Which part. */
  readonly part: number;
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
  /** A part of the fit of a strategy that splits it. */
  fitPart: { input: FitPartInput; output: unknown };
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
  fitPartPast: { input: FitPartInput; output: unknown };
  simulatePast: { input: DrawOrder; output: Drawn };
  decidePast: { input: PastDay; output: DecidedDay };
  judge: { input: JudgeInput; output: BacktestResult };
  /** What the walks of several strategies came to. */
  compare: { input: ComparisonInput; output: Comparison };
  /** What the decisions of a record's walks came to. */
  summarise: { input: { readonly walks: readonly Walk[]; readonly alpha: number }; output: RecordSummary };
  /** A network of a study in weeks. */
  forecastWeeks: { input: ForecastOrder; output: StudyForecasts };
  chart: { input: ChartSpec; output: Uint8Array };
}

export type TaskKind = keyof Tasks;
