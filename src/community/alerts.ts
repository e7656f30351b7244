// Pure: when an alert rings.
import type { Alert } from './records.ts';

/** A share of the limit. */
const DEAD_BAND = 0.05;

export interface Looked {
  /** As it must be kept once its member has been told, or when there is nothing to tell. */
  readonly alert: Alert;
  /** What the member must be told; absent: nothing. */
  readonly rings?: Alert['told'];
}

/**
 * The first ring comes as soon as the minimum crosses the limit; every later one, in either direction, only
 * when it has moved 5 % of the limit past it, so that a limit on the edge rings once and is quiet.
 * @param minCvar the smallest CVaR that can be had now, a fraction
 */
export function look(alert: Alert, minCvar: number): Looked {
  const seen = { ...alert, minCvar };
  const rings = turned(alert, minCvar);
  return rings === undefined ? { alert: seen } : { alert: { ...seen, told: rings, hasRung: true }, rings };
}

/** Whether a limit can be kept: what a member is told when an alert is saved. */
export const stateOf = (minCvar: number, lossLimit: number): Alert['told'] =>
  minCvar > lossLimit ? 'infeasible' : 'feasible';

function turned({ told, hasRung, lossLimit }: Alert, minCvar: number): Alert['told'] | undefined {
  const now = stateOf(minCvar, lossLimit);
  if (now === told) return undefined;
  return !hasRung || Math.abs(minCvar - lossLimit) >= DEAD_BAND * lossLimit ? now : undefined;
}
