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
 * What a strategy learns beside the model that draws scenarios, and what that says of the next period.
 * @template P the parameters of a fit
 * @template F what is fitted, plain data
 * @template S what it says on a day, plain data
 */
export interface Signal<P, F, S> {
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
  read(fitted: F, history: History): Promise<S>;
  /** 1 − MSE of its forecasts ÷ MSE of the plain alternative, on days that it was not fitted to. */
  skillOf(fitted: F): number;
  /** What its forecasts were worth, a sentence for people, in every answer; absent: nothing is said. */
  worthOf?(fitted: F): string;
  readonly codec: SignalCodec<F>;
  describe(fitted: F): ModelDescription;
  /** What a fit of so many assets and days takes on the machine of bench/results, in seconds. */
  fitSeconds(assets: number, days: number, params: P): number;
}

/** What scenarios are drawn from, and what the signal says on that day. */
export type SignalledSource<S> = FilteredSource & { readonly signal: S; readonly worth?: string };

type SignalledStrategy<P, F, S> = Strategy<P, SignalledModel<F>, SignalledSource<S>>;

const GENERATOR = { recipe: 'filtered' } as const;

/** The models of strategies with a signal: they draw the scenarios of `lstmGenerator`, and so are measured like all. */
export function signalGenerator<P, F, S>(
  signal: Signal<P, F, S>,
): Omit<SignalledStrategy<P, F, S>, 'id' | 'title' | 'about' | 'decide'> {
  const { recipe, params, needs, codec, split } = signal;
  return {
    params,
    needs: { ...needs, minDays: Math.max(needs.minDays, lstmGenerator.needs.minDays) },
    isAdaptive: () => true,
    recipeOf: () => recipe,
    settingsOf: (chosen) => [lstmGenerator.settingsOf?.(GENERATOR), signal.settingsOf(chosen)],
    paramsOf: ({ fitted }) => signal.paramsOf(fitted),
    ...(split && { split }),
    fitSeconds: (assets, days, chosen) => signal.fitSeconds(assets, days, chosen),
    async fit(history, chosen, { start, previous, parts, onProgress, ...context }) {
      const generator = await lstmGenerator.fit(history, GENERATOR, {
        ...context,
        start: start?.generator,
        previous: previous?.generator,
        onProgress: halfOf(onProgress, 0),
      });
      const fitted = await signal.fit(history, chosen, {
        ...context,
        ...(parts && { parts }),
        onProgress: halfOf(onProgress, 1),
      });
      return { manifest: manifestOf(generator, fitted, signal), generator, fitted };
    },
    recent: ({ generator }, history) => lstmGenerator.recent(generator, history),
    async source({ generator, fitted }, history, horizonDays) {
      const source = await lstmGenerator.source(generator, history, horizonDays);
      if (source.kind !== 'filtered') throw new Error(`expected a source of recipe filtered, got ${source.kind}`);
      const worth = signal.worthOf?.(fitted);
      return { ...source, signal: await signal.read(fitted, history), ...(worth !== undefined && { worth }) };
    },
    simulate: (source, context) => lstmGenerator.simulate(source, context),
    codec: signalCodec(codec),
    describe({ generator, fitted }) {
      const [own, drawn] = [signal.describe(fitted), lstmGenerator.describe(generator)];
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

/** That of the generator, with the signal's part. */
function manifestOf<P, F, S>(
  { manifest: { tickers, seed, trainedFrom, trainedUntil, days, pricesHash, weightsHash } }: LstmModel,
  fitted: F,
  signal: Signal<P, F, S>,
): ModelManifest {
  const bytes = createHash('sha256').update(signal.codec.encode(fitted)).digest('hex');
  const both = createHash('sha256').update(weightsHash).update(bytes).digest('hex');
  const { recipe } = signal;
  const skill = signal.skillOf(fitted);
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
