import { describe, expect, it } from 'vitest';
import { expectedReturns } from '../../../src/engine/optimize/portfolio.ts';
import { scaleAboutMean } from '../../../src/engine/samples.ts';
import type { Drawn } from '../../../src/engine/strategies/drawn.ts';
import { applyViews, resample } from '../../../src/engine/views/apply.ts';
import { resolveViews, type View } from '../../../src/engine/views/view.ts';
import { cutRows, fatTailed } from '../../support/scenarios.ts';

const tickers = ['AAA', 'BBB', 'CCC'];

function drawnWith(kappa = 1): Drawn {
  const [scenarios, pricing, fresh] = cutRows(fatTailed(10_000, 3, 5), [2000, 4000, 4000]);
  return {
    strategy: 'cvar-lstm',
    sampling: { scenarios: 2000, seed: 1 },
    source: { kind: 'filtered', tickers, until: '2024-01-02', horizonDays: 21, isPriced: true },
    samples: { scenarios, pricing },
    fresh,
    kappa,
  };
}

const samplesOf = ({ samples: { scenarios, pricing }, fresh }: Drawn) => [scenarios, pricing!, fresh];
const ask =
  (...asked: View[]) =>
  () =>
    applyViews(drawnWith(), asked);
const dataOf = (drawn: Drawn) => [...applyViews(drawn, views).samples.scenarios.data];
const views: View[] = [
  { ticker: 'AAA', relation: '=', by: 0.05 },
  { ticker: 'BBB', relation: '>=', than: 'CCC', by: 0.01 },
];

describe('applyViews', () => {
  it('gives every sample the expected returns of the views, and its own size', () => {
    const drawn = drawnWith();
    const viewed = applyViews(drawn, views);
    for (const [at, sample] of samplesOf(viewed).entries()) {
      const means = expectedReturns(sample);
      // What resampling adds is less than the error of the sample.
      expect(Math.abs(means[0]! - 0.05)).toBeLessThan(0.002);
      expect(means[1]! - means[2]!).toBeGreaterThan(0.01 - 0.002);
      expect(sample.rows).toBe(samplesOf(drawn)[at]!.rows);
    }
    expect(viewed.viewed!.share).toBeGreaterThan(0.1);
    expect(viewed.viewed!.share).toBeLessThan(1);
  });

  it('applies to scenarios as κ has scaled them, and only once', () => {
    const viewed = applyViews(drawnWith(1.3), views);
    expect(viewed).toMatchObject({ kappa: 1, viewed: { kappa: 1.3 } });
    const rows = new Set(Array.from(scaleAboutMean(drawnWith().samples.scenarios, 1.3).data));
    expect(viewed.samples.scenarios.data.every((one) => rows.has(one))).toBe(true);
  });

  it('is the same for the same seed', () => {
    expect(dataOf(drawnWith())).toEqual(dataOf(drawnWith()));
    const other = { ...drawnWith(), sampling: { scenarios: 2000, seed: 2 } };
    expect(dataOf(other)).not.toEqual(dataOf(drawnWith()));
  });

  it('refuses unknown assets, and views that leave less than a tenth of the scenarios', () => {
    const unknown: View = { ticker: 'DDD', relation: '=', by: 0 };
    expect(ask(unknown)).toThrow('a view of DDD, scenarios of AAA');
    expect(() => resolveViews([unknown], tickers)).toThrow('views names DDD, which is none of these assets: AAA');
    expect(ask({ ticker: 'AAA', relation: '>=', by: 0.5 })).toThrow(
      'an effective number of scenarios of less than 10%',
    );
    expect(ask(...views, { ticker: 'CCC', relation: '>=', than: 'BBB', by: 0.01 })).toThrow('contradict');
  });
});

describe('resample', () => {
  it('repeats each scenario as often as its probability says, to one', () => {
    const matrix = { rows: 5, cols: 1, data: Float64Array.from([0, 1, 2, 3, 4]) };
    const probabilities = Float64Array.from([0.5, 0.1, 0.05, 0.25, 0.1]);
    for (const u of [0, 0.3, 0.7, 0.999]) {
      const { data } = resample(matrix, { probabilities }, u);
      expect(data).toHaveLength(5);
      for (const [row, p] of probabilities.entries()) {
        const times = data.filter((one) => one === row).length;
        expect(times).toBeGreaterThanOrEqual(Math.floor(5 * p));
        expect(times).toBeLessThanOrEqual(Math.ceil(5 * p));
      }
    }
  });

  it('changes nothing where all are equally likely', () => {
    const matrix = fatTailed(100, 2, 1);
    expect(resample(matrix, { probabilities: new Float64Array(100).fill(0.01) }, 0.5)).toEqual(matrix);
  });
});
