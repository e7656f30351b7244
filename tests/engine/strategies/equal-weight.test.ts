import { beforeEach, describe, expect, it, vi } from 'vitest';
import { drawSamples } from '../../../src/engine/strategies/drawn.ts';
import { decideDay } from '../../../src/engine/backtest/decide.ts';
import type { LinearRow } from '../../../src/engine/constraints/polytope.ts';
import { withLimit, type Mandate } from '../../../src/engine/mandate.ts';
import { equalWeight } from '../../../src/engine/strategies/equal-weight/index.ts';
import { leastRisky } from '../../../src/engine/strategies/shared.ts';
import { fakeClock } from '../../support/small-model.ts';
import { context, history, measured, model, samples, source, tickers } from './four-assets.ts';

/** Of a kind of constraint that equal weights can break; bounds on every asset are none. */
const rows = vi.hoisted((): LinearRow[] => []);
vi.mock(import('../../../src/engine/constraints/index.ts'), async (load) => {
  const real = await load();
  return {
    ...real,
    feasibleSet: (constraints, names) => ({
      ...real.feasibleSet(constraints, names),
      rows: constraints.length > 0 ? rows : [],
    }),
  };
});
beforeEach(() => {
  rows.length = 0;
});

const mandate: Mandate = {
  horizonDays: 5,
  constraints: [{ kind: 'max-weight', weight: 0.9 }],
  risk: { alpha: 0.9 },
};
/** The first asset weighs 40 % or more. */
const firstIsLarge: LinearRow = { lower: 0.4, upper: Infinity, coefficients: Float64Array.of(1, 0, 0, 0) };
const equal = [0.25, 0.25, 0.25, 0.25];

const behind = (limit: number) => ({ kind: 'behind' as const, benchmark: tickers[0]!, limit, text: 'behind' });

describe('equal weights', () => {
  it('are priced and judged on samples of their own, and need no optimum where nothing limits the risk', async () => {
    const [decision] = await equalWeight.decide(source, [mandate], context);
    expect(decision).toEqual({ status: 'optimal', portfolio: measured(equal, 0.9) });
    expect(decision).toMatchObject({ portfolio: { weights: equal } });
  });

  it('stay what they are under a limit that they do not keep, with the least risky split beside them', async () => {
    const { portfolio: minimum } = await leastRisky({ samples }, tickers, mandate);
    const { cvar, leastLimit } = measured(equal, 0.9);
    expect(minimum.leastLimit).toBeLessThan(leastLimit);
    // The CVaR alone keeps the first limit, but not with its margin.
    expect(cvar).toBeLessThan(leastLimit - 1e-5);
    const mandates = [withLimit(mandate, leastLimit - 1e-5), withLimit(mandate, leastLimit)] as const;
    const decisions = await equalWeight.decide(source, mandates, context);
    expect(decisions).toMatchObject([
      { status: 'infeasible', portfolio: { weights: equal, cvar }, minimum },
      { status: 'optimal', portfolio: { weights: equal, cvar }, minimum },
    ]);
  });

  it('are refused where they do not meet the constraints', async () => {
    rows.push(firstIsLarge);
    await expect(equalWeight.decide(source, [mandate], context)).rejects.toMatchObject({
      name: 'UserError',
      option: 'strategy',
      message: expect.stringContaining('Equal weights do not meet these constraints'),
    });
  });

  it.each<Partial<Mandate>>([
    { constraints: [{ kind: 'max-assets', count: 3 }] },
    { constraints: [{ kind: 'min-position', weight: 0.3 }] },
    { constraints: [{ kind: 'max-turnover', weight: 0.7 }], held: { [tickers[0]!]: 1 } },
    { constraints: [behind(1e-4)] },
  ])('are refused where they do not meet %j', async (asked) => {
    await expect(equalWeight.decide(source, [{ ...mandate, ...asked }], context)).rejects.toThrow(
      'Equal weights do not meet these constraints',
    );
  });

  it('are an answer where they meet all of these', async () => {
    const constraints: Mandate['constraints'] = [
      { kind: 'max-assets', count: 4 },
      { kind: 'min-position', weight: 0.25 },
      { kind: 'max-turnover', weight: 0.75 },
      behind(1),
    ];
    const asked = { ...mandate, constraints, held: { [tickers[0]!]: 1 } };
    expect(await equalWeight.decide(source, [asked], context)).toMatchObject([{ status: 'optimal' }]);
  });

  it('are what a backtest compares with, whatever its constraints are', async () => {
    rows.push(firstIsLarge);
    const sampling = { scenarios: 800, seed: 1 };
    const order = { strategy: 'cvar-lstm', model, history, horizonDays: mandate.horizonDays, sampling };
    const drawn = await drawSamples(order, { now: fakeClock() });
    const day = { mandate, limits: [0.9], drawn };
    const { decisions, faults } = await decideDay(day, { now: fakeClock() });
    expect(faults).toEqual([]);
    expect(decisions[0]).toMatchObject({ limit: 'equal', status: 'optimal', weights: equal });
    for (const { weights } of decisions.slice(1)) expect(weights![0]).toBeGreaterThan(0.4 - 1e-9);
  });
});
