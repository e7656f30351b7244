// The deterministic steps of the recipe against numbers computed elsewhere for one history.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { adjustDependence, DEPENDENCE, measureCommonMoves } from '../../../src/engine/filtered/dependence.ts';
import { calendarDays, momentum, RunningMoments, trailingMean } from '../../../src/engine/filtered/forecasters.ts';
import { baseMeans, marketLevel } from '../../../src/engine/filtered/mean.ts';
import { simulatePaths } from '../../../src/engine/filtered/paths.ts';
import { measureSkill, standardiseAcross } from '../../../src/engine/filtered/skill.ts';
import { filterReturns, recursionOf, VOLATILITY, WARM_UP_DAYS } from '../../../src/engine/filtered/volatility.ts';
import { dailyReturns, historyUntil, lastDays } from '../../../src/engine/history.ts';
import { largestMoves } from '../../../src/engine/lstm/scenarios.ts';
import { withColumns } from '../../../src/engine/market.ts';
import { cvar, portfolioLosses, valueAtRisk } from '../../../src/engine/risk.ts';
import { mean } from '../../../src/engine/statistics.ts';
import type { Matrix, Prices } from '../../../src/engine/types.ts';
import { readPricesCsv } from '../../../src/prices/vendors/csv.ts';
import { sharedExists, sharedFile, sharedPrefix } from '../../support/shared-files.ts';

const numbers = z.array(z.number());
const vectorsSchema = z.object({
  tickers: z.array(z.string()),
  until: z.string(),
  parameters: z.record(z.string(), z.number()),
  longRunVariance: numbers,
  variance: z.object({ firstOfWindow: numbers, last: numbers, next: numbers }),
  residualScale: numbers,
  residuals: z.object({ rows: z.number(), first: numbers, last: numbers }),
  common: z.object({
    meanSquare: z.number(),
    levelFirst: z.number(),
    levelLast: z.number(),
    levelNext: z.number(),
  }),
  adjustedResiduals: z.object({ first: numbers, last: numbers }),
  startVariance: numbers,
  recursionBase: numbers,
  mean: z.object({
    level: z.number(),
    base: numbers,
    skill: z.object({ momentum: z.number(), trailingMean: z.number() }),
    dates: z.object({ mom: z.number(), mean: z.number() }),
    meanIC: z.object({ mom: z.number(), mean: z.number() }),
    mu: numbers,
  }),
  paths: z.object({
    horizon: z.number(),
    deviation: numbers,
    equalWeight: z.object({ deviation: z.number(), cvar95: z.number(), valueAtRisk95: z.number(), cvar99: z.number() }),
    perAssetCvar95: numbers,
  }),
});

const row = ({ cols, data }: Matrix, t: number): number[] => Array.from(data.subarray(t * cols, (t + 1) * cols));

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-9): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, j) => {
    expect(Math.abs(actual[j]! - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  });
}

/** Of losses without their mean. */
const deviationOf = (losses: Float64Array): number => Math.sqrt(mean(Array.from(losses, (one) => one ** 2)));

describe.skipIf(!sharedExists)(`${sharedPrefix}the recipe's numbers for four assets until 2005`, () => {
  let vectors: z.infer<typeof vectorsSchema>;
  let prices: Prices;

  beforeAll(async () => {
    vectors = vectorsSchema.parse(JSON.parse(readFileSync(sharedFile('data/filter-vectors.json'), 'utf8')));
    const { prices: all } = await readPricesCsv(sharedFile('data/prices/us20_skfolio_1990_2022.csv'));
    const columns = vectors.tickers.map((ticker) => all.tickers.indexOf(ticker));
    ({ prices } = historyUntil(withColumns(all, columns), vectors.until));
  });

  const filtered = () => {
    const { window } = vectors.parameters;
    return filterReturns({
      returns: dailyReturns(lastDays(prices, window! + WARM_UP_DAYS + 1)),
      window: window!,
    });
  };

  test('the constants are those of the study', () => {
    const { base, persistence, shock, leverage, shockCap, floor, longRunClip, residualClip, blend } = VOLATILITY;
    const { window: _, warmUp, commonDecay, commonPower, block: __, ...volatility } = vectors.parameters;
    expect({ base, persistence, shock, leverage, shockCap, floor, longRunClip, residualClip, blend }).toEqual(
      volatility,
    );
    expect([WARM_UP_DAYS, DEPENDENCE.decay, DEPENDENCE.power]).toEqual([warmUp, commonDecay, commonPower]);
  });

  test('the volatility filter', () => {
    const result = filtered();
    expectClose(result.longRunVariance, vectors.longRunVariance);
    expectClose(row(result.variances, 0), vectors.variance.firstOfWindow);
    expectClose(row(result.variances, 2499), vectors.variance.last);
    expectClose(result.nextVariance, vectors.variance.next);
    expectClose(result.residualScale, vectors.residualScale);
    expect(result.residuals.rows).toBe(vectors.residuals.rows);
    expectClose(row(result.residuals, 0), vectors.residuals.first);
    expectClose(row(result.residuals, 2499), vectors.residuals.last);
    const { startVariance, recursionBase } = recursionOf(result);
    expectClose(startVariance, vectors.startVariance);
    expectClose(recursionBase, vectors.recursionBase);
  });

  test('the dependence', () => {
    const { residuals } = filtered();
    const { meanSquare, levels, nextLevel } = measureCommonMoves(residuals);
    expect(levels).toHaveLength(residuals.rows);
    const { common } = vectors;
    expectClose(
      [meanSquare, levels[0]!, levels[2499]!, nextLevel],
      [common.meanSquare, common.levelFirst, common.levelLast, common.levelNext],
    );
    const adjusted = adjustDependence(residuals);
    expectClose(row(adjusted, 0), vectors.adjustedResiduals.first);
    expectClose(row(adjusted, 2499), vectors.adjustedResiduals.last);
  });

  test('the paths, within sampling error', async () => {
    const result = filtered();
    const { data, rows, cols } = await simulatePaths({
      residuals: adjustDependence(result.residuals),
      ...recursionOf(result),
      largestMoves: largestMoves(dailyReturns(prices)),
      recursion: VOLATILITY,
      horizon: vectors.paths.horizon,
      paths: 200_000,
      blockLength: vectors.parameters['block']!,
      seed: 1,
    });
    // Without their mean, and the recipe's is added later.
    const lossesOf = (weights: readonly number[]): Float64Array => {
      const losses = portfolioLosses({ data, rows, cols }, weights);
      const average = mean(Array.from(losses));
      return losses.map((loss) => loss - average);
    };
    const each = vectors.tickers.map((_, j) => lossesOf(vectors.tickers.map((__, k) => Number(j === k))));
    const equal = lossesOf(vectors.tickers.map(() => 1 / cols));
    const { deviation, perAssetCvar95, equalWeight } = vectors.paths;
    const expected = [...deviation, ...perAssetCvar95, ...Object.values(equalWeight)];
    const actual = [
      ...each.map(deviationOf),
      ...each.map((losses) => cvar(losses, 0.95)),
      deviationOf(equal),
      cvar(equal, 0.95),
      valueAtRisk(equal, 0.95),
      cvar(equal, 0.99),
    ];
    expected.forEach((one, k) => expect(Math.abs(actual[k]! / one - 1)).toBeLessThan(0.01));
  });

  test('the mean: level, base, and the skill of each forecaster', () => {
    const returns = dailyReturns(prices);
    const moments = new RunningMoments(returns);
    const last = prices.closes.length - 1;
    const { deviations } = moments.until(last);
    const level = 21 * marketLevel(returns, 252);
    const base = baseMeans(level, deviations);
    expectClose([level], [vectors.mean.level]);
    expectClose(base, vectors.mean.base);
    const forecasters = [momentum(prices.closes, moments, calendarDays(252)), trailingMean(moments)];
    const { bySource } = measureSkill({ forecasters, closes: prices.closes, moments, horizonDays: 21, firstRow: 300 });
    const { momentum: byMomentum, 'trailing-mean': byMean } = bySource;
    const { skill, dates, meanIC } = vectors.mean;
    expect([byMomentum?.dates, byMean?.dates]).toEqual([dates.mom, dates.mean]);
    expectClose([byMomentum!.meanCoefficient, byMean!.meanCoefficient], [meanIC.mom, meanIC.mean]);
    expectClose([byMomentum!.value, byMean!.value], [skill.momentum, skill.trailingMean]);
    // The study's numbers are of separate terms; the product has one composite.
    const scores = forecasters.map((forecaster) => standardiseAcross(forecaster.scores(last)!));
    const separate = deviations.map(
      (deviation, j) =>
        base[j]! + Math.sqrt(21) * deviation * (byMomentum!.value * scores[0]![j]! + byMean!.value * scores[1]![j]!),
    );
    expectClose(separate, vectors.mean.mu);
  });
});
