import { z } from 'zod';
import type { History } from '../history.ts';
import type { Mandate } from '../mandate.ts';
import type { MeasuredPortfolio, Samples, Sampling } from '../samples.ts';
import type { Matrix, OnProgress } from '../types.ts';

export const strategyChoiceSchema = z
  .strictObject({
    id: z.string(),
    /** As the strategy's own `params` schema has them. */
    params: z.record(z.string(), z.unknown()).readonly(),
  })
  .readonly();

/** Which strategy, and what its models are fitted with. */
export type StrategyChoice = z.infer<typeof strategyChoiceSchema>;

/** What every model says of itself, whichever strategy it belongs to. */
export interface ModelManifest {
  readonly tickers: readonly string[];
  /** How it was made, of the ways that its strategy knows; unique over all strategies, for models are kept under it. */
  readonly recipe: string;
  readonly seed: number;
  /** ISO days of the first and the last price that it has seen. */
  readonly trainedFrom: string;
  readonly trainedUntil: string;
  /** Rows of prices that it has seen, and SHA-256 of just those. */
  readonly days: number;
  readonly pricesHash: string;
  /** SHA-256 of what it has learnt. */
  readonly weightsHash: string;
  /** 1 − MSE of the model ÷ MSE of the plain average, on days that taught it nothing. */
  readonly skill: number;
}

/** A fitted model: plain data, so that it can be sent to a thread and kept in files. */
export interface Model {
  readonly manifest: ModelManifest;
}

/**
 * What tells one model from every other: a day more of prices can leave the weights as they are and give other
 * residuals all the same.
 */
export function identityOf({ manifest: { weightsHash, pricesHash, recipe, seed } }: Model): string {
  return [weightsHash, pricesHash, recipe, seed].join('/');
}

/** A model as files, by their names. */
export type ModelFiles = Readonly<Record<string, Uint8Array>>;

export interface Codec<M> {
  /** In the order in which they are written: the last one is the manifest. */
  readonly fileNames: readonly string[];
  encode(model: M): ModelFiles;
  /** @throws Error when the files are not those of a whole model */
  decode(files: ModelFiles): M;
}

/** What a computation may use beside its input. */
export interface WorkContext {
  /** Milliseconds; only for the time left. */
  readonly now: () => number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FitContext<M> extends WorkContext {
  readonly seed: number;
  /** A model of the same kind to go on from, instead of random weights. */
  readonly start?: M | undefined;
}

export interface SimulateContext extends WorkContext {
  readonly sampling: Sampling;
}

export interface DecideContext extends SimulateContext {
  /** What `simulate` gives for the same model, history, horizon and sampling; absent: the strategy draws it. */
  readonly samples?: Samples | undefined;
  /** Whether `Decision.outcomes` is wanted. */
  readonly wantsOutcomes?: boolean | undefined;
}

/** What a strategy makes of a mandate on a day. Plain data: survives JSON. */
export type Decision =
  | {
      /** `infeasible`: the strategy cannot keep the limit, and `portfolio` is the nearest to it that it has. */
      readonly status: 'optimal' | 'infeasible';
      readonly portfolio: MeasuredPortfolio;
      /** The least risky portfolio that keeps the constraints, where it was computed. */
      readonly minimum?: MeasuredPortfolio;
      /** No other portfolio that keeps the mandate is better by more: certified. */
      readonly gap?: number;
      /** (M) the H-day return of the portfolio in each scenario. */
      readonly outcomes?: readonly number[];
    }
  | {
      readonly status: 'failed';
      /** For the log. */
      readonly reason: string;
      readonly minimum?: MeasuredPortfolio;
    };

/** How well a model forecast days that taught it nothing; the lower, the better. */
export interface Score {
  /** Of the forecast as a distribution over all assets together; mean over the days. */
  readonly energyScore: number;
  /** Of the predictions alone; mean over days and assets. */
  readonly meanSquaredError: number;
  readonly days: number;
}

/**
 * A way to split money, from a history to weights. Its input and its output are plain data, so that a thread, a
 * test, a backtest and a job make the same call.
 * @template P what its models can be fitted with
 * @template M its models
 */
export interface Strategy<P, M extends Model> {
  readonly id: string;
  /** A few words, for lists that people choose from. */
  readonly title: string;
  /** One or two sentences. */
  readonly about: string;
  readonly params: z.ZodType<P>;
  readonly needs: { readonly volume?: true; readonly frequency: 'daily' | 'weekly'; readonly minDays: number };
  /** Under which a model with these parameters is kept. */
  recipeOf(params: P): string;
  /** The parameters that a model was fitted with; what is as the recipe has it by itself is left out. */
  paramsOf(model: M): P;
  /** @throws UserError for what a person can mend; the signal's reason when aborted */
  fit(history: History, params: P, context: FitContext<M>): Promise<M>;
  /** The days that `simulate` and `decide` look at: those before need no copy. */
  recent(model: M, history: History): History;
  /** @returns C (M, n): cumulative returns over the next H days, on which every strategy is measured */
  simulate(model: M, history: History, horizonDays: number, context: SimulateContext): Promise<Matrix>;
  /**
   * @param mandates at least one; they differ in their limits alone, and share the work
   * @returns a decision for each, in their order: a fault costs its own mandate alone
   * @throws UserError when no weights keep the constraints; Error when nothing can be decided
   */
  decide(
    model: M,
    history: History,
    mandates: readonly Mandate[],
    context: DecideContext,
  ): Promise<readonly Decision[]>;
  readonly codec: Codec<M>;
  describe(model: M): ModelDescription;
  /**
   * On the newest days of the history, for champion against challenger.
   * @throws Error when the model and the history do not go together
   */
  score?(model: M, history: History): Promise<Score>;
}

/** What is special about a model of one strategy, for people and for JSON. */
export interface ModelDescription {
  /** What it was fitted with. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** How the fit went. */
  readonly results: Readonly<Record<string, unknown>>;
  /** The same in words: label and text. */
  readonly lines: readonly (readonly [string, string])[];
}

/** A strategy whose parameters and models the caller does not look into. */
export type AnyStrategy = Strategy<Readonly<Record<string, unknown>>, Model>;
