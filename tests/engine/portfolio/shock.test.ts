import { describe, expect, it } from 'vitest';
import { applyShock, LEAST_SCENARIOS } from '../../../src/engine/portfolio/shock.ts';
import { uniforms } from '../../../src/engine/random.ts';

const tickers = ['AAA', 'BBB'];

/** BBB moves by half of AAA, and by something of its own: of two normals the regression is known. (M, 2) */
function correlated(rows: number) {
  const uniform = uniforms(3, 'shock');
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const data = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const move = 0.1 * normal();
    data.set([move, 0.01 + 0.5 * move + 0.02 * normal()], 2 * row);
  }
  return { rows, cols: 2, data };
}

describe('applyShock', () => {
  it('moves the others as they move where the asset moves so', () => {
    const shocked = applyShock(correlated(20_000), { tickers, weights: [0.4, 0.6] }, { column: 0, move: -0.2 });
    expect(shocked.returns[0]).toBe(-0.2);
    expect(shocked.returns[1]).toBeCloseTo(0.01 - 0.1, 2);
    expect(shocked.portfolio).toBeCloseTo(0.4 * -0.2 + 0.6 * shocked.returns[1]!, 12);
    // A normal of deviation 0.1 lies between −0.24 and −0.16 in 4.66 % of cases.
    expect(shocked.scenarios / 20_000).toBeCloseTo(0.0466, 2);
  });

  it('is fitted at the shock, not at the mean of the scenarios near it', () => {
    const rows = 100;
    // All but one of the moves lie at the near end of the band.
    const data = Float64Array.from({ length: 2 * rows }, (_, at) => {
      const move = at < 2 ? -0.35 : -0.25;
      return at % 2 === 0 ? move : move / 2;
    });
    const { returns } = applyShock({ rows, cols: 2, data }, { tickers, weights: [1, 0] }, { column: 0, move: -0.3 });
    expect(returns[1]).toBeCloseTo(-0.15, 12);
  });

  it('refuses what hardly ever happens, and names what does', () => {
    const scenarios = correlated(2000);
    const ask = (move: number) => () => applyShock(scenarios, { tickers, weights: [1, 0] }, { column: 0, move });
    expect(ask(-0.6)).toThrow(/^AAA -60% happens in \d+ of 2000 scenarios.*at least 30 are needed; the largest such/);
    expect(ask(0.6)).toThrow(/AAA \+60%/);
    const [, named] = /often enough is (-\d+)%/.exec(String(catching(ask(-0.6)))) ?? [];
    expect(ask(Number(named) / 100)().scenarios).toBeGreaterThanOrEqual(LEAST_SCENARIOS);
    expect(ask((Number(named) - 1) / 100)).toThrow('are needed');
  });
});

function catching(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
