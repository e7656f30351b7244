import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { acerbiSzekely, christoffersen, esRatio, kupiec } from '../../src/engine/calibration.ts';
import { chiSquareTail } from '../../src/engine/statistics.ts';
import { z2Critical } from '../../src/engine/z2-critical.ts';
import { describeShared, sharedFile } from '../support/shared.ts';

/** `..x?` → false, false, true, undefined. */
const hits = (text: string): (boolean | undefined)[] =>
  text.split('').map((letter) => (letter === '?' ? undefined : letter === 'x'));

describe('the tail of χ²', () => {
  // Python: math.erfc(math.sqrt(x / 2)).
  it.each([
    [0, 1],
    [3.841458820694124, 0.05],
    [7.9999, 0.004677993325630069],
    [8.0001, 0.004677476650995934],
    [60, 9.485737571073843e-15],
  ] as const)('beyond %d is %d', (value, expected) => {
    expect(chiSquareTail(value) / expected).toBeCloseTo(1, 12);
  });
});

describe("Kupiec's test", () => {
  it('says nothing against the promised share, and rejects one that is far off on either side', () => {
    expect(kupiec(6, 120, 0.05)).toEqual({ lr: 0, pValue: 1 });
    expect(kupiec(0, 400, 0.05).pValue).toBeLessThan(1e-9);
    expect(kupiec(60, 400, 0.05).pValue).toBeLessThan(1e-9);
  });

  it('has its closed forms without a violation and with nothing else', () => {
    expect(kupiec(0, 20, 0.05).lr).toBeCloseTo(-40 * Math.log(0.95), 12);
    expect(kupiec(20, 20, 0.05).lr).toBeCloseTo(-40 * Math.log(0.05), 12);
  });

  it.each([
    [120, 2, 11],
    [240, 6, 19],
    [345, 10, 25],
  ])('accepts of %d decisions %d to %d violations', (n, fewest, most) => {
    const accepted = Array.from({ length: n + 1 }, (_, x) => x).filter((x) => kupiec(x, n, 0.05).pValue >= 0.05);
    expect([accepted.at(0), accepted.at(-1)]).toEqual([fewest, most]);
  });
});

describe("Christoffersen's test", () => {
  it('sees violations that come together, and none where they do not', () => {
    expect(christoffersen(hits(`${'.'.repeat(90)}xxxxxxxxxx`)).pValue).toBeLessThan(1e-6);
    // After a violation as often as after none: once in two.
    expect(christoffersen(hits('..xx.')).lr).toBeCloseTo(0, 12);
  });

  it('is the ratio that one computes by hand', () => {
    // Of 6 transitions: from no violation 3 times on to none and once to one, from one once to each.
    const free = 3 * Math.log(3 / 4) + Math.log(1 / 4) + 2 * Math.log(1 / 2);
    const restricted = 4 * Math.log(4 / 6) + 2 * Math.log(2 / 6);
    expect(christoffersen(hits('...xx..')).lr).toBeCloseTo(2 * (free - restricted), 12);
  });

  it('counts only decisions that follow each other', () => {
    const { lr } = christoffersen(hits('...xx..?x.'));
    // The pairs of the case above, and one more from a violation to none. Without the gap there is another.
    const free = 3 * Math.log(3 / 4) + Math.log(1 / 4) + Math.log(1 / 3) + 2 * Math.log(2 / 3);
    const restricted = 5 * Math.log(5 / 7) + 2 * Math.log(2 / 7);
    expect(lr).toBeCloseTo(2 * (free - restricted), 12);
    expect(christoffersen(hits('...xx..x.')).lr).not.toBeCloseTo(lr, 3);
    expect(christoffersen(hits('x?x?x?.?.?x'))).toEqual({ lr: 0, pValue: 1 });
  });

  it.each(['', '.', 'x', '.....', 'xxx', '....x', '?', '?.?', 'x?'])('has nothing to say of "%s"', (text) => {
    expect(christoffersen(hits(text))).toEqual({ lr: 0, pValue: 1 });
  });
});

describe("Acerbi and Szekely's statistics", () => {
  it('are for each date its own forecast', () => {
    const forecasts = {
      losses: [0.1, 0.02, 0.3, -0.1],
      valuesAtRisk: [0.08, 0.08, 0.2, 0.08],
      cvars: [0.1, 0.1, 0.25, 0.1],
    };
    // Two violations, 1 and 1.2 times what was predicted; 0.4 were promised.
    const { z1, z2 } = acerbiSzekely(forecasts, 0.1);
    expect(z1).toBeCloseTo(1 - 2.2 / 2, 14);
    expect(z2).toBeCloseTo(1 - 2.2 / 0.4, 14);
    expect(esRatio(forecasts)).toBeCloseTo(0.4 / 0.35, 14);
  });

  it('know no Z1 and no ratio without a violation; a loss at the value-at-risk is none', () => {
    const forecasts = { losses: [0.05, -0.1], valuesAtRisk: [0.05, 0.05], cvars: [0.07, 0.07] };
    expect(acerbiSzekely(forecasts, 0.05)).toEqual({ z2: 1 });
    expect(esRatio(forecasts)).toBeUndefined();
  });
});

/** The probability that a Student's t5 variable exceeds t. */
function exceedance(t: number): number {
  const angle = Math.atan(t / Math.sqrt(5));
  const cos = Math.cos(angle);
  return 0.5 - (angle + Math.sin(angle) * (cos + (2 / 3) * cos ** 3)) / Math.PI;
}

/**
 * The same critical value without chance: Panjer's recursion gives the distribution of the sum of the ratios of loss to
 * CVaR over a binomial number of violations, on a grid.
 */
function exactCritical(n: number, p: number, level = 0.05): number {
  let [low, high] = [0, 1000];
  while (high - low > 1e-12)
    [low, high] = exceedance((low + high) / 2) > p ? [(low + high) / 2, high] : [low, (low + high) / 2];
  const density = 8 / (3 * Math.PI * Math.sqrt(5) * (1 + low ** 2 / 5) ** 3);
  const shortfall = (density * (5 + low ** 2)) / 4 / p;
  const step = Math.max(1e-3, (n * p) / 4000);
  const beyond = (ratio: number): number => Math.min(1, exceedance(ratio * shortfall) / p);
  const ratios = [0];
  const sums = [(1 - p) ** n];
  const odds = p / (1 - p);
  for (let s = 1, left = 1 - sums[0]!; left > level; s += 1) {
    ratios.push(beyond((s - 0.5) * step) - beyond((s + 0.5) * step));
    let sum = 0;
    for (let j = 1; j <= s; j += 1) sum += (-1 + ((n + 1) * j) / s) * ratios[j]! * sums[s - j]!;
    sums.push(odds * sum);
    left -= sums[s]!;
  }
  return 1 - ((sums.length - 0.5) * step) / (n * p);
}

/** Nineteen gains, and a loss after a prediction of this CVaR. */
const predicted = (cvar: number, loss: number) => ({
  losses: [...Array.from({ length: 19 }, () => -0.02), loss],
  valuesAtRisk: Array.from({ length: 20 }, () => Math.min(cvar, 0) - 0.005),
  cvars: Array.from({ length: 20 }, () => cvar),
});

describe('a predicted gain', () => {
  it.each([-0.01, 0, 0.00001])('of CVaR %d makes a large loss far deeper than predicted', (cvar) => {
    const { z1, z2 } = acerbiSzekely(predicted(cvar, 0.2), 0.05);
    expect(z1).toBeLessThan(-1000);
    expect(z2).toBeLessThan(-1000);
    expect(esRatio(predicted(cvar, 0.2))).toBeCloseTo(2000, 6);
  });

  it('is not broken deeply by a smaller gain', () => {
    expect(acerbiSzekely(predicted(-0.01, -0.001), 0.05)).toEqual({ z1: 1, z2: 1 });
    expect(esRatio(predicted(-0.01, -0.001))).toBe(0);
  });
});

describe('the critical value of Z2', () => {
  it('comes from its seed', () => {
    expect(z2Critical(50, 0.05, { seed: 1 })).toBe(z2Critical(50, 0.05, { seed: 1 }));
    expect(z2Critical(50, 0.05, { seed: 2 })).not.toBe(z2Critical(50, 0.05, { seed: 1 }));
  });

  it.each([
    [120, -0.76],
    [240, -0.52],
    [345, -0.43],
  ])('for %d decisions is about %d', (n, expected) => {
    expect(Math.abs(z2Critical(n, 0.05, { seed: 1 }) - expected)).toBeLessThan(0.02);
  });

  it.each([
    [2, 0.05],
    [9, 0.05],
    [36, 0.05],
    [120, 0.05],
    [36, 0.1],
    [60, 0.01],
  ])('for %d decisions at %d has a standard error below 0.005', (n, p) => {
    const exact = exactCritical(n, p);
    const seeds = [1, 2, 3, 4];
    const errors = seeds.map((seed) => z2Critical(n, p, { seed }) - exact);
    // The 0.1 % point of χ² with 4 degrees of freedom is 18.47.
    expect(errors.reduce((sum, error) => sum + (error / 0.005) ** 2, 0)).toBeLessThan(18.47);
  });

  it.each([
    [1, 0.05],
    [3, 0.01],
  ])('of %d decisions at %d rejects one violation, which is rare enough', (n, p) => {
    expect(z2Critical(n, p, { seed: 1 })).toBe(1);
  });

  it('lies lower at a stricter level', () => {
    expect(z2Critical(120, 0.05, { seed: 1, level: 0.01 })).toBeLessThan(z2Critical(120, 0.05, { seed: 1 }) - 0.1);
  });
});

const read = () => JSON.parse(readFileSync(sharedFile('data/risk-test-vectors.json'), 'utf8'));

describeShared('the tests of risk models that others have published', () => {
  it('have the same answers: Kupiec', () => {
    const cases = read().kupiec;
    expect(cases).toHaveLength(5);
    for (const { x, n, p, LR, pval } of cases) {
      expect(kupiec(x, n, p)).toEqual({ lr: expect.closeTo(LR, 10), pValue: expect.closeTo(pval, 10) });
    }
  });

  it('have the same answers: Christoffersen', () => {
    const { n00, n01, n10, n11, LR, pval, LRcc } = read().cci;
    // 53 groups of violations, one of them of 5, between 54 of peace.
    const sequence = hits(`${'.x'.repeat(n01 - 1)}.${'x'.repeat(1 + n11)}${'.'.repeat(n00 + n10 - n01 + 1)}`);
    expect([sequence.length, sequence.filter(Boolean).length]).toEqual([1043, n01 + n11]);
    expect(christoffersen(sequence)).toEqual({ lr: expect.closeTo(LR, 10), pValue: expect.closeTo(pval, 10) });
    expect(kupiec(n01 + n11, sequence.length, 0.05).lr + christoffersen(sequence).lr).toBeCloseTo(LRcc, 10);
  });

  it('have the same answers: Christoffersen and Kupiec on a sequence', () => {
    const { hits: at, n, LR, pval, pof } = read().cci_seq;
    const sequence = Array.from({ length: n }, (_, t) => at.includes(t));
    expect(christoffersen(sequence)).toEqual({ lr: expect.closeTo(LR, 10), pValue: expect.closeTo(pval, 10) });
    expect(kupiec(at.length, n, 0.05)).toEqual({ lr: expect.closeTo(pof[0], 10), pValue: expect.closeTo(pof[1], 10) });
  });

  it('have the same answers: Acerbi and Szekely', () => {
    const { loss, VaR, ES, p, Z1Z2 } = read().acerbi;
    const same = (value: number): number[] => loss.map(() => value);
    const { z1, z2 } = acerbiSzekely({ losses: loss, valuesAtRisk: same(VaR), cvars: same(ES) }, p);
    expect([z1, z2]).toEqual([expect.closeTo(Z1Z2[0], 12), expect.closeTo(Z1Z2[1], 12)]);
  });

  it('reject between where they reject under a normal and under a t3 distribution', () => {
    const { T1966_a975_norm_1pct: normal, T1966_t3_1pct: t3 } = read().z2_crit;
    const ours = z2Critical(1966, 0.025, { seed: 1, level: 0.01 });
    expect(ours).toBeLessThan(normal);
    expect(ours).toBeGreaterThan(t3);
  });
});
