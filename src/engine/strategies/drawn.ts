import type { History } from '../history.ts';
import { drawFresh, samplingsOf, scaleAboutMean, type Samples, type Sampling } from '../samples.ts';
import type { Matrix } from '../types.ts';
import { findStrategy } from './index.ts';
import type { DecideContext, Model, ScenarioSource, WorkContext } from './strategy.ts';

/** What to draw, and from what. */
export interface DrawOrder {
  /** The strategy's id. */
  readonly strategy: string;
  readonly model: Model;
  /** Ends on the day after which the scenarios begin. */
  readonly history: History;
  readonly horizonDays: number;
  readonly sampling: Sampling;
}

/** Samples, and what it takes to draw more of the same kind. Plain data. */
export interface Drawn extends Pick<DrawOrder, 'strategy' | 'sampling'> {
  readonly source: ScenarioSource;
  /** Before κ. */
  readonly samples: Samples;
  /** κ; 1 as drawn. */
  readonly kappa: number;
}

export async function drawSamples(order: DrawOrder, context: WorkContext): Promise<Drawn> {
  const { strategy: id, model, history, horizonDays, sampling } = order;
  const strategy = findStrategy(id);
  const source = await strategy.source(model, history, horizonDays);
  const { scenarios, pricing } = samplingsOf(sampling, source.isPriced);
  const share = scenarios.scenarios / (scenarios.scenarios + (pricing?.scenarios ?? 0));
  const part = partsOf(context);
  const samples = {
    scenarios: await strategy.simulate(source, { ...part(0, share), sampling: scenarios }),
    ...(pricing && { pricing: await strategy.simulate(source, { ...part(share, 1), sampling: pricing }) }),
  };
  return { strategy: id, sampling, source, samples, kappa: 1 };
}

/** @returns the context of a part of the work, whose progress is told as that of the whole */
function partsOf({ onProgress, ...context }: WorkContext): (from: number, to: number) => WorkContext {
  const startedAt = context.now();
  return (from, to) => ({
    ...context,
    onProgress: (progress) => {
      const done = from + (to - from) * progress.done;
      onProgress?.({ ...progress, done, secondsLeft: ((context.now() - startedAt) / 1000) * (1 / done - 1) });
    },
  });
}

/** The samples that weights are chosen and priced on. */
export function scaledSamples({ samples: { scenarios, pricing }, kappa }: Drawn): Samples {
  return {
    scenarios: scaleAboutMean(scenarios, kappa),
    ...(pricing && { pricing: scaleAboutMean(pricing, kappa) }),
  };
}

/** What a strategy needs to decide on these samples. */
export function decideContext(drawn: Drawn, context: WorkContext): DecideContext {
  const { strategy, sampling, source, kappa } = drawn;
  const { fresh: count } = samplingsOf(sampling, source.isPriced);
  const draw = async (one: Sampling): Promise<Matrix> => {
    const fresh = await findStrategy(strategy).simulate(source, { ...context, sampling: one });
    // In their own place: nobody else has them.
    return scaleAboutMean(fresh, kappa, fresh.data);
  };
  return {
    ...context,
    samples: scaledSamples(drawn),
    drawFresh: (weights) => drawFresh(draw, count, sampling.seed, weights),
  };
}
