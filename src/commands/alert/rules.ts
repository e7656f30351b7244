// Pure: a member's alerts, and when one rings.
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../errors.ts';
import { nextId } from '../ids.ts';
import type { Alert, MemberRecord } from '../records.ts';

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

export const MOST_ALERTS = 10;

/**
 * @returns the record with the alert, under a new id, as its last
 * @throws UserError when it is there already, or there are too many
 */
export function withAlert(record: MemberRecord, alert: Omit<Alert, 'id'>): MemberRecord {
  const { alerts } = record;
  const equal = alerts.find((one) => isDeepStrictEqual(askedBy(one), askedBy(alert)));
  if (equal !== undefined) throw new UserError(`You have this alert already: it is number ${equal.id}.`);
  if (alerts.length >= MOST_ALERTS) {
    throw new UserError(`You have ${MOST_ALERTS} alerts, and there is room for no more: remove one first.`);
  }
  return { ...record, alerts: [...alerts, { id: nextId(alerts), ...alert }] };
}

const askedBy = ({ guildId, question, lossLimit }: Omit<Alert, 'id'>) => ({ guildId, question, lossLimit });

/** @throws UserError when the member has none of that id */
export function findAlert({ alerts }: MemberRecord, id: string): Alert {
  const found = alerts.find((alert) => alert.id === id);
  if (found !== undefined) return found;
  if (alerts.length === 0) throw new UserError('You have no alerts: /alert add saves one.');
  const known = alerts.map((alert) => alert.id).join(', ');
  throw new UserError(`id takes the number of one of your alerts (${known}); got "${id}".`, 'id');
}

export const withoutAlert = (record: MemberRecord, id: string): MemberRecord => ({
  ...record,
  alerts: record.alerts.filter((alert) => alert.id !== id),
});
