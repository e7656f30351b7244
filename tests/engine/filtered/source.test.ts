import { beforeAll, describe, expect, it } from 'vitest';
import { baseMeans, marketLevel } from '../../../src/engine/filtered/mean.ts';
import { RunningMoments } from '../../../src/engine/filtered/forecasters.ts';
import { filteredSource, type FilteredSource } from '../../../src/engine/filtered/source.ts';
import { LEAST_DATES } from '../../../src/engine/filtered/skill.ts';
import { dailyReturns, historyUntil } from '../../../src/engine/history.ts';
import type { LstmModel } from '../../../src/engine/lstm/lstm-model.ts';
import type { Prices } from '../../../src/engine/types.ts';
import { frozen, walks, withColumn } from '../../support/quality-prices.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';
import { SMALL, trainSmall, trainSmallWithPast } from '../../support/small-model.ts';

const TICKERS = ['A', 'B', 'C'];
const [DAYS, HORIZON] = [900, 10];
const prices = walks(TICKERS, DAYS);
const returns = dailyReturns(prices);
const history = historyUntil(prices);

/** Returns of which 0.8 comes again the next day, on weekdays. */
const foreseeable = (): Prices => ({ ...randomPrices({ days: DAYS, momentum: 0.8 }), ...dated });
const dated = { dates: prices.dates, tickers: TICKERS };

const columnOf = ({ rows, cols, data }: FilteredSource['residuals'], j: number): number[] =>
  Array.from({ length: rows }, (_, t) => data[t * cols + j]!);

/** How much of a residual comes again the next day, over the last 300 days. */
const again = (one: FilteredSource): number => {
  const z = columnOf(one.residuals, 0).slice(-300);
  return z.slice(1).reduce((sum, value, t) => sum + value * z[t]!, 0) / z.reduce((sum, value) => sum + value ** 2, 0);
};

let model: LstmModel;
let source: FilteredSource;
beforeAll(async () => {
  model = await trainSmallWithPast(prices);
  source = await filteredSource(model, history, HORIZON);
});

describe('the source of scenarios', () => {
  it('is plain data, with a row of residuals for each day but those on which the filter warms up', () => {
    expect(structuredClone(source)).toEqual(source);
    expect(source).toMatchObject({ kind: 'filtered', isPriced: true, horizonDays: HORIZON });
    expect([source.residuals.rows, source.residuals.cols]).toEqual([DAYS - 1 - 250, 3]);
    for (const part of ['startVariance', 'recursionBase', 'largestMoves', 'means'] as const) {
      expect(source[part]).toHaveLength(3);
    }
  });

  it('has at least the days of the smallest history, of a history that has no more', async () => {
    const short = historyUntil(prices, prices.dates[519]);
    const { residuals } = await filteredSource(await trainSmall(short.prices), short, HORIZON);
    expect(residuals.rows).toBe(499);
  });

  it('expects what the base means say, where forecasts have shown no skill', async () => {
    const { deviations } = new RunningMoments(returns).until(DAYS - 1);
    const base = baseMeans(HORIZON * marketLevel(returns, 252), deviations);
    // Too few dates are 60 days apart.
    const { means, skill } = await filteredSource(model, history, 60);
    expect(skill.composite).toMatchObject({ value: 0 });
    expect(skill.composite.dates).toBeLessThan(LEAST_DATES);
    means.forEach((mean, j) => expect(mean).toBeCloseTo(6 * base[j]!, 12));
  });

  it('says what the composite and the network itself were worth, on dates of which each has forecasts', () => {
    // Rows 899 − 10 k: from 300 on for the one, from the first yearly training on for the other.
    const from = prices.dates.indexOf(model.manifest.past!.from);
    expect(source.skill.composite.dates).toBe(Math.floor((DAYS - 1 - 300) / HORIZON));
    expect(source.skill.lstm?.dates).toBe(Math.floor((DAYS - 1 - from) / HORIZON));
  });

  it('has no skill of the network where no earlier one has forecast anything', async () => {
    const { skill } = await filteredSource(await trainSmall(prices), history, HORIZON);
    expect(skill).not.toHaveProperty('lstm');
  });

  it('sees no price after its history ends', async () => {
    const until = prices.dates[849]!;
    const seen = historyUntil(prices, until);
    const early = await trainSmallWithPast(seen.prices);
    const known = await filteredSource(early, seen, HORIZON);
    expect(await filteredSource(early, historyUntil(changedFrom(prices, 850), until), HORIZON)).toEqual(known);
    expect(await filteredSource(early, historyUntil(changedFrom(prices, 849), until), HORIZON)).not.toEqual(known);
  });

  it('is made of a model of earlier days, too, and of one that these prices do not reach back to', async () => {
    const early = await trainSmallWithPast(historyUntil(prices, prices.dates[849]).prices);
    const later = await filteredSource(early, history, HORIZON);
    expect(later.residuals.rows).toBe(source.residuals.rows);
    // Its own forecasts of the days since go on where those of the past end.
    const from = prices.dates.indexOf(early.manifest.past!.from);
    expect(later.skill.lstm?.dates).toBe(Math.floor((DAYS - 1 - from) / HORIZON));
    const renamed = { ...early, manifest: { ...early.manifest, trainedUntil: '2001-01-01' } };
    expect((await filteredSource(renamed, history, HORIZON)).skill).not.toHaveProperty('lstm');
  });
});

describe('a price that stood still', () => {
  it('has residuals of days on which the others moved alike', async () => {
    const still = withColumn(prices, 'B', frozen(700, 60));
    const made = await filteredSource(await trainSmall(still), historyUntil(still), HORIZON);
    const first = 699 - 250;
    const z = columnOf(made.residuals, 1);
    const spell = z.slice(first, first + 60);
    expect(new Set(spell).size).toBeGreaterThan(30);
    const square = spell.reduce((sum, one) => sum + one * one, 0) / 60;
    expect(square).toBeGreaterThan(0.4);
    expect(square).toBeLessThan(2);
    // The variance is that of the other days.
    expect(made.startVariance[1]! / source.startVariance[1]!).toBeGreaterThan(0.6);
  });
});

describe('what the network foresees of the next day', () => {
  const hyper = { ...SMALL, units: 8, batch: 16, learningRate: 0.02, maxEpochs: 8 };

  it('has no part in the paths where returns do not follow it', () => {
    expect(source).not.toHaveProperty('predicted');
  });

  it('has its part in the paths where they do, and in the residuals', async () => {
    const real = foreseeable();
    const trained = await trainSmallWithPast(real, { hyper });
    const made = await filteredSource(trained, historyUntil(real), HORIZON);
    expect(made.predicted!.slope).toBeGreaterThan(0.5);
    const { past: _, ...rest } = trained;
    const unpredicted = await filteredSource(rest, historyUntil(real), HORIZON);
    expect(unpredicted).not.toHaveProperty('predicted');
    // On the days with a forecast, what it leaves does not come again the next day, unlike the return itself.
    expect(again(unpredicted)).toBeGreaterThan(0.6);
    expect(again(made)).toBeLessThan(0.4);
  });
});
