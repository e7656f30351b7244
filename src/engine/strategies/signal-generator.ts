import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { FilteredSource } from '../filtered/source.ts';
import type { History } from '../history.ts';
import type { LstmModel } from '../lstm/lstm-model.ts';
import type { OnProgress } from '../types.ts';
import { lstmGenerator } from './lstm-generator.ts';
import { type SignalCodec, signalCodec, type SignalledModel } from './signal-codec.ts';
import type { AnyStrategy, ModelDescription, ModelManifest, SplitFit, Strategy, WorkContext } from './strategy.ts';

export interface SignalContext extends WorkContext {
  readonly seed: number;
}

/**
 * How a strategy learns a signal beside the model that draws scenarios, and what that says of the next period.
 * @template P the parameters of a fit
 * @template F what is fitted, plain data
 * @template R its reading: what it says on a day, plain data
 */
export interface SignalLearner<P, F, R> {
  /** Unique among the recipes of all strategies. */
  readonly recipe: string;
  readonly params: z.ZodType<P>;
  readonly needs: AnyStrategy['needs'];
  /** What else decides a fit. When it changes, cached decisions no longer count. */
  settingsOf(params: P): unknown;
  paramsOf(fitted: F): P;
  /** Absent: it is fitted in one piece. */
  readonly split?: SplitFit<P>;
  /** @param context with what `split` gave, in order @throws as `Strategy.fit` */
  fit(history: History, params: P, context: SignalContext & { readonly parts?: readonly unknown[] }): Promise<F>;
  /** What it says on the last day of the history. */
  read(fitted: F, history: History): Promise<R>;
  /** 1 − MSE of its forecasts ÷ MSE of the plain alternative, on days that it was not fitted to. */
  skillOf(fitted: F): number;
  /** What its forecasts were worth, a sentence for people, in every answer; absent: nothing is said. */
  worthOf?(fitted: F): string;
  readonly codec: SignalCodec<F>;
  describe(fitted: F): ModelDescription;
  /** What a fit of so many assets and days takes on the machine of bench/results, in seconds. */
  fitSeconds(assets: number, days: number, params: P): number;
}

/** What scenarios are drawn from, and the signal's reading on that day. */
export type SignalledSource<R> = FilteredSource & { readonly reading: R; readonly worth?: string };

type SignalledStrategy<P, F, R> = Strategy<P, SignalledModel<F>, SignalledSource<R>>;

const GENERATOR = { recipe: 'filtered' } as const;

/** The models of strategies with a signal: they draw the scenarios of `lstmGenerator`, and so are measured like all. */
export function signalGenerator<P, F, R>(
  learner: SignalLearner<P, F, R>,
): Omit<SignalledStrategy<P, F, R>, 'id' | 'title' | 'about' | 'decide'> {
  const { recipe, params, needs, codec, split } = learner;
  return {
    params,
    needs: { ...needs, minDays: Math.max(needs.minDays, lstmGenerator.needs.minDays) },
    isAdaptive: () => true,
    recipeOf: () => recipe,
    settingsOf: (chosen) => [lstmGenerator.settingsOf?.(GENERATOR), learner.settingsOf(chosen)],
    paramsOf: ({ fitted }) => learner.paramsOf(fitted),
    ...(split && { split }),
    fitSeconds: (assets, days, chosen) => learner.fitSeconds(assets, days, chosen),
    async fit(history, chosen, { start, previous, parts, onProgress, ...context }) {
      const generator = await lstmGenerator.fit(history, GENERATOR, {
        ...context,
        start: start?.generator,
        previous: previous?.generator,
        onProgress: halfOf(onProgress, 0),
      });
      const fitted = await learner.fit(history, chosen, {
        ...context,
        ...(parts && { parts }),
        onProgress: halfOf(onProgress, 1),
      });
      return { manifest: manifestOf(generator, fitted, learner), generator, fitted };
    },
    recent: ({ generator }, history) => lstmGenerator.recent(generator, history),
    async source({ generator, fitted }, history, horizonDays) {
      const source = await lstmGenerator.source(generator, history, horizonDays);
      if (source.kind !== 'filtered') throw new Error(`expected a source of recipe filtered, got ${source.kind}`);
      const worth = learner.worthOf?.(fitted);
      return { ...source, reading: await learner.read(fitted, history), ...(worth !== undefined && { worth }) };
    },
    simulate: (source, context) => lstmGenerator.simulate(source, context),
    codec: signalCodec(codec),
    describe({ generator, fitted }) {
      const [own, drawn] = [learner.describe(fitted), lstmGenerator.describe(generator)];
      return {
        parameters: own.parameters,
        results: { ...own.results, scenarios: drawn.results },
        lines: [...own.lines, ...drawn.lines.map(([label, text]) => [`Scenarios: ${label}`, text] as const)],
      };
    },
    // Weights are measured by the scenarios, so these decide which model goes live.
    score: async ({ generator }, history) => lstmGenerator.score!(generator, history),
  };
}

/** That of the generator, with what was fitted beside it. */
function manifestOf<P, F, R>(
  { manifest: { tickers, seed, trainedFrom, trainedUntil, days, pricesHash, weightsHash } }: LstmModel,
  fitted: F,
  learner: SignalLearner<P, F, R>,
): ModelManifest {
  const bytes = createHash('sha256').update(learner.codec.encode(fitted)).digest('hex');
  const both = createHash('sha256').update(weightsHash).update(bytes).digest('hex');
  const { recipe } = learner;
  const skill = learner.skillOf(fitted);
  return { tickers, recipe, seed, trainedFrom, trainedUntil, days, pricesHash, weightsHash: both, skill };
}

/** Progress of one half of the work as that of the whole. What the other half takes is not known. */
function halfOf(onProgress: OnProgress | undefined, half: 0 | 1): OnProgress | undefined {
  return (
    onProgress &&
    (({ stage, done, detail }) =>
      onProgress({ stage, done: (half + done) / 2, ...(detail !== undefined && { detail }) }))
  );
}
