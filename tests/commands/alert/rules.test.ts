import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAlert, look, MOST_ALERTS, stateOf, withAlert, withoutAlert } from '../../../src/commands/alert/rules.ts';
import type { Alert } from '../../../src/commands/records.ts';

const alertOf = (changes: Partial<Alert> = {}): Alert => ({
  id: '1',
  question: { universe: 'sample', horizonDays: 21, alpha: 0.95, minWeight: 0, maxWeight: 1 },
  lossLimit: 0.08,
  createdAt: '2026-01-01T00:00:00.000Z',
  told: 'feasible',
  hasRung: false,
  minCvar: 0.07,
  ...changes,
});

/** What rings while the minimum goes from one value to the next, and the alert after it. */
function follow(first: Alert, minima: readonly number[]) {
  const rings: { readonly state: Alert['told']; readonly at: number; readonly minCvar: number }[] = [];
  let alert = first;
  for (const [at, minCvar] of minima.entries()) {
    const looked = look(alert, minCvar);
    alert = looked.alert;
    if (looked.rings !== undefined) rings.push({ state: looked.rings, at, minCvar });
  }
  return { rings, alert };
}

const limits = fc.double({ min: 0.001, max: 1, noNaN: true });
const factors = (min: number, max: number) => fc.array(fc.double({ min, max, noNaN: true }), { maxLength: 60 });
const starts = fc
  .record({ lossLimit: limits, start: fc.double({ min: 0, max: 2, noNaN: true }) })
  .map(({ lossLimit, start }) =>
    alertOf({ lossLimit, minCvar: start * lossLimit, told: stateOf(start * lossLimit, lossLimit) }),
  );

describe('an alert', () => {
  it('rings at the first step past the limit, however small', () => {
    const { alert, rings } = look(alertOf(), 0.0801);
    expect(rings).toBe('infeasible');
    expect(alert).toMatchObject({ told: 'infeasible', hasRung: true, minCvar: 0.0801 });
  });

  it('that was saved while its limit could not be kept rings when it can be', () => {
    expect(look(alertOf({ told: 'infeasible', minCvar: 0.09 }), 0.08).rings).toBe('feasible');
  });

  it('rings again only when the minimum has moved 5% of the limit past it', () => {
    const minima = [0.081, 0.079, 0.0765, 0.0761, 0.0759, 0.0801, 0.0839, 0.0841];
    expect(follow(alertOf(), minima).rings).toEqual([
      { state: 'infeasible', at: 0, minCvar: 0.081 },
      { state: 'feasible', at: 4, minCvar: 0.0759 },
      { state: 'infeasible', at: 7, minCvar: 0.0841 },
    ]);
  });

  it('remembers the minimum that it saw, and changes nothing else, when it does not ring', () => {
    const quiet = alertOf({ hasRung: true });
    expect(look(quiet, 0.0815)).toEqual({ alert: { ...quiet, minCvar: 0.0815 } });
  });

  it('rings at most once ever while the minimum wanders within 5% of the limit', () => {
    fc.assert(
      fc.property(starts, factors(0.9501, 1.0499), (alert, path) => {
        const { rings } = follow(
          alert,
          path.map((factor) => factor * alert.lossLimit),
        );
        expect(rings.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('alternates, beginning with what was not told when it was saved', () => {
    fc.assert(
      fc.property(starts, factors(0, 2), (alert, path) => {
        const { rings } = follow(
          alert,
          path.map((factor) => factor * alert.lossLimit),
        );
        const told = [alert.told, ...rings.map(({ state }) => state)];
        expect(told.filter((state, at) => state === told[at - 1])).toEqual([]);
      }),
    );
  });

  it('never says what is not so, and every ring after the first is 5% of the limit away from it', () => {
    fc.assert(
      fc.property(starts, factors(0, 2), (alert, path) => {
        const { lossLimit } = alert;
        const { rings } = follow(
          alert,
          path.map((factor) => factor * lossLimit),
        );
        for (const { state, minCvar } of rings) expect(state).toBe(stateOf(minCvar, lossLimit));
        for (const { minCvar } of rings.slice(1)) {
          expect(Math.abs(minCvar - lossLimit)).toBeGreaterThanOrEqual(0.0499999 * lossLimit);
        }
      }),
    );
  });

  it('leaves nobody wrong about a limit that is far away', () => {
    fc.assert(
      fc.property(starts, factors(0, 2), fc.boolean(), (alert, path, isOver) => {
        const end = isOver ? 1.06 : 0.94;
        const { alert: after } = follow(
          alert,
          [...path, end].map((factor) => factor * alert.lossLimit),
        );
        expect(after.told).toBe(isOver ? 'infeasible' : 'feasible');
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
    const record = { alerts: [alertOf({ id: '2' }), alertOf({ id: '10', lossLimit: 0.1 })], closed };
    const added = alertOf({ id: '11', lossLimit: 0.2 });
    expect(withAlert(record, draft(added))).toEqual({ alerts: [...record.alerts, added], closed });
    expect(withAlert({ alerts: [] }, draft(added)).alerts[0]?.id).toBe('1');
    expect(withoutAlert(record, '10')).toEqual({ alerts: [record.alerts[0]], closed });
  });

  it('are equal when they ask the same, whatever the minimum was', () => {
    const record = { alerts: [alertOf({ minCvar: 0.01, told: 'infeasible', hasRung: true })] };
    expect(() => withAlert(record, draft(alertOf()))).toThrow('it is number 1');
    for (const other of [{ guildId: '7' }, { lossLimit: 0.09 }, { question: { ...alertOf().question, alpha: 0.9 } }]) {
      expect(withAlert(record, draft(alertOf(other))).alerts).toHaveLength(2);
    }
  });

  it('are at most ten', () => {
    const alerts = Array.from({ length: MOST_ALERTS }, (_, k) => alertOf({ id: `${k}`, lossLimit: (k + 1) / 100 }));
    expect(MOST_ALERTS).toBe(10);
    expect(() => withAlert({ alerts }, draft(alertOf({ lossLimit: 0.5 })))).toThrow('remove one first');
    expect(withAlert({ alerts: alerts.slice(1) }, draft(alertOf({ lossLimit: 0.5 }))).alerts).toHaveLength(10);
  });

  it('are found by their number', () => {
    expect(findAlert({ alerts: [alertOf({ id: '3' })] }, '3')).toEqual(alertOf({ id: '3' }));
    expect(() => findAlert({ alerts: [alertOf({ id: '3' })] }, '4')).toThrow('(3); got "4"');
  });
});
