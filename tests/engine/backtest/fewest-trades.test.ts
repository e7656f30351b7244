import { describe, expect, it } from 'vitest';
import { withFewestTrades } from '../../../src/engine/backtest/fewest-trades.ts';
import { mostTurnoverOf } from '../../../src/engine/constraints/beyond-bounds.ts';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { constraintError } from '../../../src/engine/constraints/problem.ts';
import type { Mandate, Mandates } from '../../../src/engine/mandate.ts';

const mandate = (constraints: readonly Constraint[]): Mandate => ({
  horizonDays: 21,
  constraints,
  risk: { alpha: 0.95 },
});
const limited: Mandates = [
  mandate([{ kind: 'max-turnover', weight: 0.1 }]),
  mandate([{ kind: 'max-turnover', weight: 0.1 }]),
];

const tooLow = (enough: number) => constraintError('constraints.turnover-too-low', { enough });
const behind = () => constraintError('constraints.behind-too-low');

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
    const alone = await withFewestTrades(limited, from(0.371, behind));
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
    await expect(withFewestTrades(limited, from(1.1, behind))).rejects.toThrow('falls so little behind');
    await expect(withFewestTrades([mandate([])], () => Promise.reject(behind()))).rejects.toThrow(
      'falls so little behind',
    );
    const other = constraintError('constraints.contradict');
    await expect(withFewestTrades(limited, () => Promise.reject(other))).rejects.toBe(other);
    const fault = new Error('broken');
    await expect(withFewestTrades(limited, () => Promise.reject(fault))).rejects.toBe(fault);
  });
});
