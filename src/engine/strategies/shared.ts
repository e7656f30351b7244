import type { History } from '../history.ts';
import type { Mandate } from '../mandate.ts';
import { LIMIT_TOLERANCE } from '../optimize/problem.ts';
import { type Samples, samplingsOf } from '../samples.ts';
import type { Portfolio } from '../types.ts';
import type { DecideContext, Model, Strategy } from './strategy.ts';

interface DrawInput<M> {
  readonly model: M;
  readonly history: History;
  /** All with the same horizon. */
  readonly mandates: readonly Mandate[];
  readonly context: DecideContext;
}

/** The samples from the context, or newly drawn ones. */
export async function drawSamples<M extends Model>(
  strategy: Pick<Strategy<never, M>, 'simulate'>,
  { model, history, mandates, context }: DrawInput<M>,
): Promise<Samples> {
  if (context.samples !== undefined) return context.samples;
  const { horizonDays } = mandates[0]!;
  const { main, fresh } = samplingsOf(context.sampling);
  return {
    scenarios: await strategy.simulate(model, history, horizonDays, { ...context, sampling: main }),
    fresh: await strategy.simulate(model, history, horizonDays, { ...context, sampling: fresh }),
  };
}

/** Whether the portfolio keeps the mandate's limit; true without a limit. */
export function keepsLimit({ cvar }: Portfolio, { risk }: Mandate): boolean {
  return risk.limit === undefined || cvar <= risk.limit + LIMIT_TOLERANCE;
}
