import type { History } from '../history.ts';
import type { Mandate } from '../mandate.ts';
import { LIMIT_TOLERANCE } from '../optimize/problem.ts';
import { type Samples, samplingsOf } from '../samples.ts';
import type { Portfolio } from '../types.ts';
import type { DecideContext, Model, Strategy } from './strategy.ts';

interface Draw<M> {
  readonly model: M;
  readonly history: History;
  /** Of one horizon. */
  readonly mandates: readonly Mandate[];
  readonly context: DecideContext;
}

/** The samples that a decision was handed, or both drawn by the strategy itself. */
export async function drawSamples<M extends Model>(
  strategy: Pick<Strategy<never, M>, 'simulate'>,
  { model, history, mandates, context }: Draw<M>,
): Promise<Samples> {
  if (context.samples !== undefined) return context.samples;
  const { horizonDays } = mandates[0]!;
  const { main, fresh } = samplingsOf(context.sampling);
  return {
    scenarios: await strategy.simulate(model, history, horizonDays, { ...context, sampling: main }),
    fresh: await strategy.simulate(model, history, horizonDays, { ...context, sampling: fresh }),
  };
}

/** Without a limit there is nothing to break. */
export function keepsLimit({ cvar }: Portfolio, { risk }: Mandate): boolean {
  return risk.limit === undefined || cvar <= risk.limit + LIMIT_TOLERANCE;
}
