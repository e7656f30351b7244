import type { History } from '../history.ts';
import { samplingsOf, scaleAboutMean, type Samples, type Sampling } from '../samples.ts';
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

/** Samples, and what they were drawn from. Plain data. */
export interface Drawn extends Pick<DrawOrder, 'strategy' | 'sampling'> {
  readonly source: ScenarioSource;
  /** Before κ, as `fresh`. */
  readonly samples: Samples;
  /** (2M, n), or (M / 2, n) with recipe `plain`: see `DecideContext.fresh`. */
  readonly fresh: Matrix;
  /** κ; 1 as drawn. */
  readonly kappa: number;
  /** Where views were applied: the κ that the samples were scaled by before, and the share of scenarios left. */
  readonly viewed?: { readonly kappa: number; readonly share: number };
}

/** @throws Error when a scenario holds a return that is no number */
export async function drawSamples(order: DrawOrder, context: WorkContext): Promise<Drawn> {
  const { strategy: id, model, history, horizonDays, sampling } = order;
  const strategy = findStrategy(id);
  const source = await strategy.source(model, history, horizonDays);
  const { scenarios, pricing, fresh } = samplingsOf(sampling, source.isPriced);
  const draws = [scenarios, ...(pricing ? [pricing] : []), fresh];
  const total = draws.reduce((sum, one) => sum + one.scenarios, 0);
  const part = partsOf(context);
  let done = 0;
  const draw = async (one: Sampling): Promise<Matrix> => {
    const from = done;
    done += one.scenarios;
    const drawn = await strategy.simulate(source, { ...part(from / total, done / total), sampling: one });
    if (!isFinite(drawn)) throw new Error('its scenarios hold a return that is no number');
    return drawn;
  };
  const samples = { scenarios: await draw(scenarios), ...(pricing && { pricing: await draw(pricing) }) };
  return { strategy: id, sampling, source, samples, fresh: await draw(fresh), kappa: 1 };
}

function isFinite({ data }: Matrix): boolean {
  for (let at = 0; at < data.length; at += 1) if (!Number.isFinite(data[at])) return false;
  return true;
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
  return { ...context, samples: scaledSamples(drawn), fresh: scaleAboutMean(drawn.fresh, drawn.kappa) };
}
