import { describe, expect, it } from 'vitest';
import { loosenedAsNeeded } from '../../../src/engine/backtest/loosened.ts';
import { mostTurnoverOf, tightestBehind } from '../../../src/engine/constraints/beyond-bounds.ts';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { constraintError, undecidedError } from '../../../src/engine/constraints/problem.ts';
import type { Mandate, Mandates } from '../../../src/engine/mandate.ts';

const mandate = (constraints: readonly Constraint[]): Mandate => ({
  horizonDays: 21,
  constraints,
  risk: { alpha: 0.95 },
});
const withFewestTrades = async <T>(mandates: Mandates, decide: (mandates: Mandates) => Promise<T>): Promise<T> =>
  (await loosenedAsNeeded(mandates, decide)).made;
const limited: Mandates = [
  mandate([{ kind: 'max-turnover', weight: 0.1 }]),
  mandate([{ kind: 'max-turnover', weight: 0.1 }]),
];

const tooLow = (enough: number) => constraintError('constraints.turnover-too-low', { enough });
const behind = (least?: number) =>
  constraintError('constraints.behind-too-low', least === undefined ? undefined : { least });

/** Decides where so much may be traded. @returns what was allowed */
const from =
  (enough: number, refuse: (allowed: number) => Error, asked: number[] = []) =>
  async (mandates: Mandates): Promise<number> => {
    const [allowed, ...others] = mandates.map(({ constraints }) => mostTurnoverOf(constraints));
    expect(others).toEqual(others.map(() => allowed));
    asked.push(allowed!);
    if (allowed! < enough) throw refuse(allowed!);
    return allowed!;
  };

describe('the fewest trades that are enough', () => {
  it('are those allowed, where they are', async () => {
    const asked: number[] = [];
    expect(
      await withFewestTrades(
        limited,
        from(0.1, () => behind(), asked),
      ),
    ).toBe(0.1);
    expect(asked).toEqual([0.1]);
  });

  it('are those that a program names', async () => {
    const made = await withFewestTrades(
      limited,
      from(0.23, () => tooLow(0.23)),
    );
    expect(made).toBeGreaterThanOrEqual(0.23);
    expect(made).toBeLessThan(0.23 + 1e-5);
    // A first figure can leave out what few assets take.
    const twice = await withFewestTrades(
      limited,
      from(0.4, (allowed) => tooLow(allowed < 0.23 ? 0.23 : 0.4)),
    );
    expect(twice).toBeCloseTo(0.4, 5);
  });

  it('are found by halves where none names them, also after one has', async () => {
    const alone = await withFewestTrades(
      limited,
      from(0.371, () => behind()),
    );
    const after = await withFewestTrades(
      limited,
      from(0.371, (allowed) => (allowed < 0.2 ? tooLow(0.2) : behind())),
    );
    for (const made of [alone, after]) {
      expect(made).toBeGreaterThanOrEqual(0.371);
      expect(made).toBeLessThan(0.373);
    }
  });

  it('are none where no trades are enough, where trades are not limited, and for other errors', async () => {
    await expect(
      withFewestTrades(
        limited,
        from(1.1, () => behind()),
      ),
    ).rejects.toThrow('falls so little behind');
    await expect(withFewestTrades([mandate([])], () => Promise.reject(behind()))).rejects.toThrow(
      'falls so little behind',
    );
    const other = constraintError('constraints.contradict');
    await expect(withFewestTrades(limited, () => Promise.reject(other))).rejects.toBe(other);
    const fault = new Error('broken');
    await expect(withFewestTrades(limited, () => Promise.reject(fault))).rejects.toBe(fault);
  });
});

/** Decides where falling behind may be so much, and so much traded. @returns both */
const fallingBehind =
  (least: (most: number) => number, asked: number[] = []) =>
  async ([{ constraints }]: Mandates): Promise<readonly [number, number]> => {
    const [limit, most] = [tightestBehind(constraints)!.limit, mostTurnoverOf(constraints)];
    asked.push(limit);
    if (limit < least(most)) throw behind(least(most));
    return [limit, most];
  };

const limitedBehind = (...constraints: readonly Constraint[]): Mandates => [
  mandate([{ kind: 'behind', benchmark: 'A', limit: 0.05, text: 'behind A <= 5%' }, ...constraints]),
];

describe('the least that can be kept of falling behind', () => {
  it('is told only where it is more than the mandate allows', async () => {
    const kept = await loosenedAsNeeded(
      limitedBehind(),
      fallingBehind(() => 0.05),
    );
    expect(kept).toEqual({ made: [0.05, Infinity] });
    const { made, leastBehind } = await loosenedAsNeeded(
      limitedBehind(),
      fallingBehind(() => 0.07),
    );
    expect(made[0]).toBe(leastBehind);
    expect(leastBehind).toBeGreaterThanOrEqual(0.07);
    expect(leastBehind).toBeLessThan(0.07 + 1e-5);
  });

  it('is raised by more and more where what was named is too low', async () => {
    const asked: number[] = [];
    const { leastBehind } = await loosenedAsNeeded(limitedBehind(), async (mandates) => {
      const [limit] = await fallingBehind(() => 0, asked)(mandates);
      if (limit < 0.061) throw behind(0.06);
      return limit;
    });
    expect(leastBehind).toBeLessThan(0.063);
    expect(asked.length).toBeLessThan(15);
    expect(asked.toSorted((a, b) => a - b)).toEqual(asked);
  });

  it('gives way after the limit on trades, which stays where no trades are enough', async () => {
    const still: Constraint = { kind: 'max-turnover', weight: 0.1 };
    const traded = await loosenedAsNeeded(
      limitedBehind(still),
      fallingBehind((most) => 0.06 - 0.02 * most),
    );
    expect(traded.leastBehind).toBeUndefined();
    expect(traded.made[1]).toBeGreaterThan(0.5 - 1e-9);
    expect(traded.made[1]).toBeLessThan(0.502);
    const none = await loosenedAsNeeded(
      limitedBehind(still),
      fallingBehind((most) => 0.09 - 0.02 * most),
    );
    expect(none.made[1]).toBe(0.1);
    expect(none.leastBehind).toBeCloseTo(0.088, 5);
  });

  it('is also the least that was found, and nothing where none is named', async () => {
    let tries = 0;
    const found = await loosenedAsNeeded(limitedBehind(), async ([{ constraints }]) => {
      tries += 1;
      if (tries === 1) throw undecidedError({ least: 0.08 });
      return tightestBehind(constraints)!.limit;
    });
    expect(found.leastBehind).toBeCloseTo(0.08, 5);
    await expect(loosenedAsNeeded(limitedBehind(), () => Promise.reject(undecidedError()))).rejects.toThrow('work');
    const other = constraintError('constraints.contradict', { least: 0.08 });
    await expect(loosenedAsNeeded(limitedBehind(), () => Promise.reject(other))).rejects.toBe(other);
  });
});
