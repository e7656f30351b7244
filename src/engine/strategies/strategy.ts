import { z } from 'zod';
import type { History } from '../history.ts';
import type { Mandates } from '../mandate.ts';
import type { KnownMinimum } from '../optimize/optimizer.ts';
import type { MeasuredPortfolio, Samples, Sampling } from '../samples.ts';
import type { Matrix, OnProgress } from '../types.ts';

export const strategyChoiceSchema = z
  .strictObject({
    id: z.string(),
    /** They match the strategy's `params` schema. */
    params: z.record(z.string(), z.unknown()).readonly(),
  })
  .readonly();

/** A strategy, and the parameters for fitting its models. */
export type StrategyChoice = z.infer<typeof strategyChoiceSchema>;

/** The part of a manifest that the models of all strategies have. */
export interface ModelManifest {
  readonly tickers: readonly string[];
  /**
   * The way the model was made. Models are stored under it: strategies with the same recipe share `fit`, `source`,
   * `simulate`, `recent` and `codec`.
   */
  readonly recipe: string;
  readonly seed: number;
  /** ISO days of the first and the last price in the training. */
  readonly trainedFrom: string;
  readonly trainedUntil: string;
  /** The number of rows of prices in the training, and the SHA-256 of those rows. */
  readonly days: number;
  readonly pricesHash: string;
  /** SHA-256 of the fitted weights. */
  readonly weightsHash: string;
  /** 1 − MSE of the model ÷ MSE of the training mean, on days that it was not trained on. */
  readonly skill: number;
}

/** A fitted model. Plain data, so that it can be sent to a thread and saved in files. */
export interface Model {
  readonly manifest: ModelManifest;
}

/**
 * Identifies a model. The hash of the weights is not enough, because another day of prices can leave the weights as
 * they are and still change the residuals.
 */
export function identityOf({ manifest: { weightsHash, pricesHash, recipe, seed } }: Model): string {
  return [weightsHash, pricesHash, recipe, seed].join('/');
}

/** A model as files, by file name. */
export type ModelFiles = Readonly<Record<string, Uint8Array>>;

export interface Codec<M> {
  /** In the order in which they are written. The last one is the manifest. */
  readonly fileNames: readonly string[];
  /** Those that not every model has. */
  readonly optionalFileNames?: readonly string[];
  encode(model: M): ModelFiles;
  /** @throws Error when the files are not a complete model */
  decode(files: ModelFiles): M;
}

/** The context of a computation. */
export interface WorkContext {
  /** Milliseconds; used only to estimate the time left. */
  readonly now: () => number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FitContext<M> extends WorkContext {
  readonly seed: number;
  /** A model of the same kind whose weights the fit starts from, instead of random ones. */
  readonly start?: M | undefined;
  /** The model that was used until now. What it forecast tells how well its kind forecasts. */
  readonly previous?: M | undefined;
  /** What `Strategy.split` gave, in order, where parts of the fit were made before; absent: none were. */
  readonly parts?: readonly unknown[] | undefined;
}

/** Parts of a fit that do not depend on each other, so that several threads can share them. Plain data. */
export interface SplitFit<P> {
  /** How many there are. */
  count(history: History, params: P): number;
  /** @throws as `Strategy.fit` */
  fit(history: History, params: P, part: number, context: WorkContext & { readonly seed: number }): Promise<unknown>;
}

/** All that a model and a history say of the next H days: what scenarios are drawn from, and decisions made on. Plain data. */
export interface ScenarioSource {
  readonly kind: string;
  /** (n) */
  readonly tickers: readonly string[];
  /** ISO day of the newest price that is known. */
  readonly until: string;
  readonly horizonDays: number;
  /** Whether portfolios are priced on other scenarios than they are chosen on, see `Samples.pricing`. */
  readonly isPriced: boolean;
}

export interface SimulateContext extends WorkContext {
  readonly sampling: Sampling;
}

export interface DecideContext extends WorkContext {
  /** From `simulate`, of the same source. */
  readonly samples: Samples;
  /**
   * A third sample of the same source, on which portfolios are judged once all weights are final. A strategy must not
   * choose with a view to it.
   */
  readonly fresh: Matrix;
  /** The least risky portfolio of the same samples, constraints and alpha, if it was found before. */
  readonly knownMinimum?: KnownMinimum | undefined;
  /** Whether to fill in `Decision.outcomes`. */
  readonly wantsOutcomes?: boolean | undefined;
}

/** A strategy's answer to a mandate. Plain data that survives JSON. */
export type Decision =
  | {
      /** `infeasible`: the strategy cannot keep the limit, and `portfolio` is its nearest alternative. */
      readonly status: 'optimal' | 'infeasible';
      readonly portfolio: MeasuredPortfolio;
      /** The least risky portfolio that meets the constraints, if it was computed. */
      readonly minimum?: MeasuredPortfolio;
      /** A certified bound on how much less risky another can be on the scenarios that `minimum` was chosen on. */
      readonly minimumGap?: number;
      /** How much more another may earn on them where the search for the portfolio has ended early; absent: no more. */
      readonly gap?: number;
      /** A limit from which on a looser one changes nothing: that of the highest expected return, if it was computed. */
      readonly loosestLimit?: number;
      /** The limit on falling behind on the scenarios that weights were chosen on; absent: there is none. */
      readonly behindLimit?: number;
      /** Of weights of a strategy's own: ½ Σ |w − those without the limit|; absent: these, or none keep the limit. */
      readonly moved?: number;
      /** (M) The portfolio's H-day return in each scenario. */
      readonly outcomes?: readonly number[];
    }
  | {
      readonly status: 'failed';
      /** The error's message, and its stack for the log. */
      readonly reason: string;
      readonly stack?: string;
      readonly minimum?: MeasuredPortfolio;
    };

/** Whether it is known to be the least risky split, so that no other keeps a limit that it does not keep. */
export const isLeastRisky = ({ portfolio, minimum }: Exclude<Decision, { readonly status: 'failed' }>): boolean =>
  minimum !== undefined && portfolio.leastLimit <= minimum.leastLimit;

export type FailedDecision = Extract<Decision, { readonly status: 'failed' }>;

/** The decision that an error has left. */
export function failedBy(error: unknown): FailedDecision {
  if (!(error instanceof Error)) return { status: 'failed', reason: String(error) };
  const { message: reason, stack } = error;
  return { status: 'failed', reason, ...(stack !== undefined && { stack }) };
}

/** The error by which a decision has failed. */
export function faultOf({ reason, stack }: FailedDecision): Error {
  return Object.assign(new Error(reason), stack !== undefined && { stack });
}

/** How well a model forecast days that it was not trained on. Lower is better. */
export interface Score {
  /** The energy score of the joint forecast distribution of all assets; mean over the days. */
  readonly energyScore: number;
  /**
   * MSE of the forecasts ÷ that of the training mean, or ÷ the variance of the training where these days are calmer.
   * About 1 at most where little can be foretold.
   */
  readonly errorRatio: number;
  readonly days: number;
}

/** Sound models stay near 1, whatever the market does; see docs/decisions/2026-11-27-nothing-stays-broken.md. */
const LARGEST_ERROR_RATIO = 4;

/** Whether a model forecasts at all: its scores are numbers, and its errors not absurd beside those of a plain average. */
export const isSound = ({ energyScore, errorRatio }: Score): boolean =>
  Number.isFinite(energyScore) && errorRatio <= LARGEST_ERROR_RATIO;

/**
 * Turns a history and a mandate into weights. Inputs and outputs are plain data, so that threads, tests, backtests and
 * jobs can all make the same calls.
 * @template P the parameters of a fit
 * @template M the models
 * @template S what scenarios are drawn from, and decisions made on
 */
export interface Strategy<P, M extends Model, S extends ScenarioSource = ScenarioSource> {
  readonly id: string;
  /** A few words, for people to choose from; `about`: one or two sentences. */
  readonly title: string;
  readonly about: string;
  /** Where it is from: a document by short title and section, or a paper; absent: nowhere in particular. */
  readonly origin?: string;
  readonly params: z.ZodType<P>;
  /** `read`: volumes are read where prices have them. */
  readonly needs: { readonly volume?: true | 'read'; readonly frequency: 'daily' | 'weekly'; readonly minDays: number };
  /** Whether models build on what earlier ones forecast, and decisions on how earlier ones came out. */
  isAdaptive?(params: P): boolean;
  /** The recipe under which a model with these parameters is stored. */
  recipeOf(params: P): string;
  /** What else decides a fit, such as a network's size. When it changes, cached decisions no longer count. */
  settingsOf?(params: P): unknown;
  /** The parameters that a model was fitted with, without the recipe's defaults. */
  paramsOf(model: M): P;
  /** Absent: models are fitted in one piece. */
  readonly split?: SplitFit<P>;
  /** What a fit takes beside that of the scenarios' model, in seconds on the machine of bench/results; absent: nothing. */
  fitSeconds?(assets: number, days: number, params: P): number;
  /** @throws UserError for errors that a person can correct; the signal's reason when aborted */
  fit(history: History, params: P, context: FitContext<M>): Promise<M>;
  /** The last days of the history, which are all that `source` needs. */
  recent(model: M, history: History): History;
  source(model: M, history: History, horizonDays: number): Promise<S>;
  /** @returns C (M, n), cumulative returns over the next H days, on which every strategy is measured */
  simulate(source: S, context: SimulateContext): Promise<Matrix>;
  /**
   * @returns a decision for each mandate, in their order; after a fault only that mandate's decision is `failed`
   * @throws UserError when no weights meet the constraints; Error when nothing can be decided
   */
  decide(source: S, mandates: Mandates, context: DecideContext): Promise<readonly Decision[]>;
  readonly codec: Codec<M>;
  describe(model: M): ModelDescription;
  /**
   * Scores the model on the newest days of the history, to compare a champion with a challenger, and to find out
   * whether it is sound.
   * @throws Error when the model does not fit the history
   */
  score?(model: M, history: History): Promise<Score>;
}

/** Strategy-specific facts about a model, for people and for JSON. */
export interface ModelDescription {
  /** The parameters of the fit. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The results of the fit. */
  readonly results: Readonly<Record<string, unknown>>;
  /** The same as pairs of label and text. */
  readonly lines: readonly (readonly [string, string])[];
}

/** A strategy whose types of parameters and models the caller does not know. */
export type AnyStrategy = Strategy<Readonly<Record<string, unknown>>, Model>;
