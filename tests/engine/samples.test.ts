import { describe, expect, it } from 'vitest';
import { uniforms } from '../../src/engine/random.ts';
import { expectedReturns, measurePortfolio } from '../../src/engine/optimize/portfolio.ts';
import { cvarWithError, portfolioLosses } from '../../src/engine/risk.ts';
import { createPricing, createJudge, outcomesOf, samplingsOf, scaleAboutMean } from '../../src/engine/samples.ts';
import type { Matrix } from '../../src/engine/types.ts';
import { cutRows, fatTailed } from '../support/scenarios.ts';

const [scenarios, pricing, fresh] = cutRows(fatTailed(1300, 3, 5), [300, 600, 400]);
const weights = [0.5, 0.2, 0.3];
const alpha = 0.9;

describe('the draws of a question', () => {
  it('are one to choose on, one twice as large to price on, and one as large to judge on', () => {
    expect(samplingsOf({ scenarios: 300, seed: 7 }, true)).toEqual({
      scenarios: { scenarios: 300, seed: 14 },
      pricing: { scenarios: 600, seed: 15 },
      fresh: { scenarios: 600, seed: expect.any(Number) },
    });
  });

  it('are one to choose and price on, and one half as large to judge on, where it is not priced on others', () => {
    expect(samplingsOf({ scenarios: 301, seed: 7 }, false)).toEqual({
      scenarios: { scenarios: 301, seed: 14 },
      fresh: { scenarios: 151, seed: expect.any(Number) },
    });
  });

  it('have seeds that no other question has', () => {
    const seeds = [...Array(50).keys()].flatMap((seed) => {
      const drawn = samplingsOf({ scenarios: 10, seed }, true);
      return [drawn.scenarios.seed, drawn.pricing!.seed, drawn.fresh.seed];
    });
    expect(new Set(seeds).size).toBe(150);
  });
});

describe('a price', () => {
  it('is measured on the sample for it, with a margin for the errors of two estimates', () => {
    const { leastLimit, ...figures } = createPricing({ scenarios, pricing }, alpha)(weights);
    expect(figures).toEqual(measurePortfolio(pricing, alpha, weights));
    const { error } = cvarWithError(portfolioLosses(pricing, weights), alpha);
    expect(leastLimit).toBeCloseTo(figures.cvar + 1.645 * Math.sqrt(2) * error, 14);
  });

  it('without such a sample is the CVaR of the scenarios, without a margin', () => {
    const { leastLimit, ...figures } = createPricing({ scenarios }, alpha)(weights);
    expect(figures).toEqual(measurePortfolio(scenarios, alpha, weights));
    expect(leastLimit).toBe(figures.cvar);
  });

  it('is what a later estimate exceeds about once in twenty', () => {
    const [trials, size, uniform] = [600, 500, uniforms(1, 'returns')];
    const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const draw = (): Matrix => ({ rows: size, cols: 1, data: Float64Array.from({ length: size }, normal) });
    let exceeded = 0;
    for (let k = 0; k < trials; k += 1) {
      const priced = createPricing({ scenarios, pricing: draw() }, alpha)([1]);
      if (createJudge(draw(), alpha)(priced).freshCvar > priced.leastLimit) exceeded += 1;
    }
    expect(exceeded / trials).toBeGreaterThan(0.03);
    expect(exceeded / trials).toBeLessThan(0.08);
  });
});

describe('a judgement', () => {
  it('is the CVaR on fresh scenarios and its error, beside what the portfolio was priced at', () => {
    const priced = createPricing({ scenarios, pricing }, alpha)(weights);
    const { cvar, error } = cvarWithError(portfolioLosses(fresh, weights), alpha);
    expect(createJudge(fresh, alpha)(priced)).toEqual({ ...priced, freshCvar: cvar, standardError: error });
  });
});

describe('outcomes', () => {
  it('are the returns on the sample that the portfolio is priced on', () => {
    const priced = createPricing({ scenarios, pricing }, alpha)(weights);
    const outcomes = outcomesOf(priced, { scenarios, pricing });
    expect(outcomes).toHaveLength(600);
    expect(outcomes[0]).toBeCloseTo(
      weights.reduce((sum, weight, j) => sum + weight * pricing.data[j]!, 0),
      14,
    );
    expect(outcomesOf(priced, { scenarios })).toHaveLength(300);
  });
});

describe('κ', () => {
  it('multiplies what differs from the mean of each asset, and leaves that', () => {
    const mild = { ...scenarios, data: scenarios.data.map((c) => c / 100) };
    const wide = scaleAboutMean(mild, 1.4);
    const [means, after] = [expectedReturns(mild), expectedReturns(wide)];
    means.forEach((mean, j) => expect(after[j]).toBeCloseTo(mean, 12));
    wide.data.forEach((c, at) => {
      const mean = means[at % 3]!;
      expect(c).toBeCloseTo(mean + 1.4 * (mild.data[at]! - mean), 12);
    });
    expect(scaleAboutMean(mild, 1)).toBe(mild);
  });

  it('lets nothing fall by more than all', () => {
    const steep = { rows: 2, cols: 1, data: Float64Array.of(-0.9, 0.1) };
    expect([...scaleAboutMean(steep, 1.5).data]).toEqual([-1, expect.closeTo(0.35, 12)]);
  });
});
