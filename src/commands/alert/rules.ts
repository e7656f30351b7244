import { isDeepStrictEqual } from 'node:util';
import { limitOf, withoutLimit } from '../../engine/mandate.ts';
import { isKept } from '../../engine/optimize/problem.ts';
import { chooseStrategy } from '../../engine/strategies/index.ts';
import { minimumCvar } from '../../engine/strategies/minimum-cvar/index.ts';
import type { Allocation } from '../../engine-service/answers.ts';
import type { AllocateRequest } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';
import { mayLoseLess } from '../early-end.ts';
import { nextId, type SavedQuery } from '../records.ts';
import { requestOf } from '../saved-query.ts';
import type { MemberRecord } from '../members.ts';
import type { Alert } from './record.ts';

/** A share of the limit. */
const DEAD_BAND = 0.05;

/** The smallest limit that can be kept, or was found. */
export type SmallestLimit = Pick<Alert, 'minCvar' | 'minimumGap'>;

export const smallestLimitOf = (allocation: Allocation): SmallestLimit => ({
  minCvar: allocation.portfolio.leastLimit,
  ...(mayLoseLess(allocation) && { minimumGap: allocation.minimumGap }),
});

export interface CheckedAlert {
  /** To be saved: once its member is notified if it fires, otherwise at once. */
  readonly alert: Alert;
  /** The new state, of which the member must be notified; absent: it does not fire. */
  readonly fires?: Alert['lastTold'];
}

/**
 * It fires first as soon as the minimum crosses the limit; later, in either direction, only when the minimum has
 * moved 5% of the limit past it, so that an alert near its limit fires once and then stays quiet.
 */
export function checkAlert(known: Alert, minimum: SmallestLimit): CheckedAlert {
  const { minimumGap: _, ...alert } = known;
  const checked = { ...alert, ...minimum };
  const fires = newState(alert, minimum.minCvar);
  return fires === undefined ? { alert: checked } : { alert: { ...checked, lastTold: fires, hasFired: true }, fires };
}

/** Whether the limit can be kept. */
export const stateOf = (minCvar: number, lossLimit: number): Alert['lastTold'] =>
  isKept(minCvar, lossLimit) ? 'feasible' : 'infeasible';

function newState({ lastTold, hasFired, mandate }: Alert, minCvar: number): Alert['lastTold'] | undefined {
  const limit = limitOf(mandate);
  const now = stateOf(minCvar, limit);
  if (now === lastTold) return undefined;
  return !hasFired || Math.abs(minCvar - limit) >= DEAD_BAND * limit ? now : undefined;
}

/** Finds the smallest limit that can be kept now. */
export function minimumRequest(query: SavedQuery, universe: AllocateRequest['universe']): AllocateRequest {
  const request = requestOf(query, universe);
  return { ...request, strategy: chooseStrategy(minimumCvar.id), mandate: withoutLimit(request.mandate) };
}

/**
 * Once what is held has broken the limit, its risk must fall 5% of the limit below it before the alert can fire again.
 * @param cvar of what is held, a fraction
 */
export function heldState(alert: Alert, cvar: number): NonNullable<Alert['heldTold']> {
  const limit = limitOf(alert.mandate);
  if (!isKept(cvar, limit)) return 'broken';
  return alert.heldTold === 'broken' && cvar > (1 - DEAD_BAND) * limit ? 'broken' : 'kept';
}

export const MOST_ALERTS = 10;

/** The member's alert that asks the same, whether or not it watches what they hold. */
export const equalAlert = ({ alerts }: MemberRecord, alert: Omit<Alert, 'id'>): Alert | undefined =>
  alerts.find((one) => isDeepStrictEqual(queryOf(one), queryOf(alert)));

/**
 * @returns the record with the alert appended under a new id; where there is an equal one, that watches what is held
 * @throws UserError for a duplicate, or when there are too many
 */
export function withAlert(record: MemberRecord, alert: Omit<Alert, 'id'>): MemberRecord {
  const { alerts } = record;
  const equal = equalAlert(record, alert);
  const { heldTold } = alert;
  if (equal !== undefined && equal.heldTold === undefined && heldTold !== undefined) {
    return { ...record, alerts: alerts.map((one) => (one === equal ? { ...one, heldTold } : one)) };
  }
  if (equal !== undefined) throw new UserError(`You already have this alert: it is number ${equal.id}.`);
  if (alerts.length >= MOST_ALERTS) {
    throw new UserError(`You already have ${MOST_ALERTS} alerts, the most allowed: remove one first.`);
  }
  return { ...record, alerts: [...alerts, { id: nextId(alerts), ...alert }] };
}

const queryOf = ({ guildId, universe, mandate, allow }: Omit<Alert, 'id'>) => ({ guildId, universe, mandate, allow });

/** @throws UserError when the member has none of that id */
export function findAlert({ alerts }: MemberRecord, id: string): Alert {
  const found = alerts.find((alert) => alert.id === id);
  if (found !== undefined) return found;
  if (alerts.length === 0) throw new UserError('You have no alerts: /alert add saves one.');
  const known = alerts.map((alert) => alert.id).join(', ');
  throw new UserError(`id takes the number of one of your alerts (${known}); got "${id}".`, { option: 'id' });
}

export const withoutAlert = (record: MemberRecord, id: string): MemberRecord => ({
  ...record,
  alerts: record.alerts.filter((alert) => alert.id !== id),
});
