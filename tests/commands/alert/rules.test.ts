import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkAlert,
  findAlert,
  MOST_ALERTS,
  stateOf,
  withAlert,
  withoutAlert,
} from '../../../src/commands/alert/rules.ts';
import type { Alert } from '../../../src/commands/alert/record.ts';
import { limitOf, withLimit } from '../../../src/engine/mandate.ts';
import { mandateOver } from '../../support/mandate.ts';

const mandate = mandateOver(21, { limit: 0.08 });

const alertOf = (changes: Partial<Alert> = {}): Alert => ({
  id: '1',
  universe: 'sample',
  mandate,
  createdAt: '2026-01-01T00:00:00.000Z',
  lastTold: 'feasible',
  hasFired: false,
  minCvar: 0.07,
  ...changes,
});

/** What fires while the minimum goes from one value to the next, and the alert after it. */
function follow(first: Alert, minima: readonly number[]) {
  const firings: { readonly state: Alert['lastTold']; readonly at: number; readonly minCvar: number }[] = [];
  let alert = first;
  for (const [at, minCvar] of minima.entries()) {
    const checked = checkAlert(alert, { minCvar });
    alert = checked.alert;
    if (checked.fires !== undefined) firings.push({ state: checked.fires, at, minCvar });
  }
  return { firings, alert };
}

const limits = fc.double({ min: 0.001, max: 1, noNaN: true });
const factors = (min: number, max: number) => fc.array(fc.double({ min, max, noNaN: true }), { maxLength: 60 });
const starts = fc
  .record({ lossLimit: limits, start: fc.double({ min: 0, max: 2, noNaN: true }) })
  .map(({ lossLimit, start }) =>
    alertOf({
      mandate: withLimit(mandate, lossLimit),
      minCvar: start * lossLimit,
      lastTold: stateOf(start * lossLimit, lossLimit),
    }),
  );

describe('an alert', () => {
  it('fires at the first step past the limit, however small', () => {
    const { alert, fires } = checkAlert(alertOf(), { minCvar: 0.0801 });
    expect(fires).toBe('infeasible');
    expect(alert).toMatchObject({ lastTold: 'infeasible', hasFired: true, minCvar: 0.0801 });
  });

  it('saved while its limit could not be kept fires when it can be kept', () => {
    expect(checkAlert(alertOf({ lastTold: 'infeasible', minCvar: 0.09 }), { minCvar: 0.08 }).fires).toBe('feasible');
  });

  it('fires again only when the minimum has moved 5% of the limit past it', () => {
    const minima = [0.081, 0.079, 0.0765, 0.0761, 0.0759, 0.0801, 0.0839, 0.0841];
    expect(follow(alertOf(), minima).firings).toEqual([
      { state: 'infeasible', at: 0, minCvar: 0.081 },
      { state: 'feasible', at: 4, minCvar: 0.0759 },
      { state: 'infeasible', at: 7, minCvar: 0.0841 },
    ]);
  });

  it('records the minimum and changes nothing else when it does not fire', () => {
    const quiet = alertOf({ hasFired: true });
    expect(checkAlert(quiet, { minCvar: 0.0815 })).toEqual({ alert: { ...quiet, minCvar: 0.0815 } });
    const early = { minCvar: 0.0815, minimumGap: 0.01 };
    expect(checkAlert(quiet, early)).toEqual({ alert: { ...quiet, ...early } });
    expect(checkAlert({ ...quiet, ...early }, { minCvar: 0.0815 }).alert).not.toHaveProperty('minimumGap');
  });

  it('fires at most once ever while the minimum wanders within 5% of the limit', () => {
    fc.assert(
      fc.property(starts, factors(0.9501, 1.0499), (alert, path) => {
        const { firings } = follow(
          alert,
          path.map((factor) => factor * limitOf(alert.mandate)),
        );
        expect(firings.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('alternates between states, starting with the opposite of the saved one', () => {
    fc.assert(
      fc.property(starts, factors(0, 2), (alert, path) => {
        const { firings } = follow(
          alert,
          path.map((factor) => factor * limitOf(alert.mandate)),
        );
        const told = [alert.lastTold, ...firings.map(({ state }) => state)];
        expect(told.filter((state, at) => state === told[at - 1])).toEqual([]);
      }),
    );
  });

  it('always reports the true state, and after the first time only when the minimum is 5% of the limit past it', () => {
    fc.assert(
      fc.property(starts, factors(0, 2), (alert, path) => {
        const lossLimit = limitOf(alert.mandate);
        const { firings } = follow(
          alert,
          path.map((factor) => factor * lossLimit),
        );
        for (const { state, minCvar } of firings) expect(state).toBe(stateOf(minCvar, lossLimit));
        for (const { minCvar } of firings.slice(1)) {
          expect(Math.abs(minCvar - lossLimit)).toBeGreaterThanOrEqual(0.0499999 * lossLimit);
        }
      }),
    );
  });

  it('always leaves the member with the true state when the limit is far away', () => {
    fc.assert(
      fc.property(starts, factors(0, 2), fc.boolean(), (alert, path, isOver) => {
        const end = isOver ? 1.06 : 0.94;
        const { alert: after } = follow(
          alert,
          [...path, end].map((factor) => factor * limitOf(alert.mandate)),
        );
        expect(after.lastTold).toBe(isOver ? 'infeasible' : 'feasible');
      }),
    );
  });
});

/** An alert before it has an id. */
function draft(alert: Alert): Omit<Alert, 'id'> {
  const { id: _, ...rest } = alert;
  return rest;
}

describe("a member's alerts", () => {
  const closed = { since: '2026-01-01T00:00:00.000Z', isTold: true };

  it('get the number above the highest, and leave the rest of the record as it is', () => {
    const record = { alerts: [alertOf({ id: '2' }), alertOf({ id: '10', mandate: withLimit(mandate, 0.1) })], closed };
    const added = alertOf({ id: '11', mandate: withLimit(mandate, 0.2) });
    expect(withAlert(record, draft(added))).toEqual({ alerts: [...record.alerts, added], closed });
    expect(withAlert({ alerts: [] }, draft(added)).alerts[0]?.id).toBe('1');
    expect(withoutAlert(record, '10')).toEqual({ alerts: [record.alerts[0]], closed });
  });

  it('are equal for the same query, whatever the minimum was', () => {
    const record = { alerts: [alertOf({ minCvar: 0.01, lastTold: 'infeasible', hasFired: true })] };
    expect(() => withAlert(record, draft(alertOf()))).toThrow('it is number 1');
    // One that does not watch what is held yet comes to do so.
    const watching = withAlert(record, draft(alertOf({ heldTold: 'kept', minCvar: 0.01 })));
    expect(watching.alerts).toEqual([{ ...record.alerts[0], heldTold: 'kept' }, ...record.alerts.slice(1)]);
    expect(() => withAlert(watching, draft(alertOf({ heldTold: 'kept' })))).toThrow('it is number 1');
    for (const other of [
      { guildId: '7' },
      { mandate: withLimit(mandate, 0.09) },
      { mandate: { ...mandate, risk: { alpha: 0.9, limit: 0.08 } } },
    ]) {
      expect(withAlert(record, draft(alertOf(other))).alerts).toHaveLength(2);
    }
  });

  it('are at most ten', () => {
    const alerts = Array.from({ length: MOST_ALERTS }, (_, k) =>
      alertOf({ id: `${k}`, mandate: withLimit(mandate, (k + 1) / 100) }),
    );
    expect(MOST_ALERTS).toBe(10);
    expect(() => withAlert({ alerts }, draft(alertOf({ mandate: withLimit(mandate, 0.5) })))).toThrow(
      'remove one first',
    );
    expect(
      withAlert({ alerts: alerts.slice(1) }, draft(alertOf({ mandate: withLimit(mandate, 0.5) }))).alerts,
    ).toHaveLength(10);
  });

  it('are found by their number', () => {
    expect(findAlert({ alerts: [alertOf({ id: '3' })] }, '3')).toEqual(alertOf({ id: '3' }));
    expect(() => findAlert({ alerts: [alertOf({ id: '3' })] }, '4')).toThrow('(3); got "4"');
  });
});
