import { EMA, RSI } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { designOf, labelledRows, labelsOf } from '../../../src/engine/features/design.ts';
import { daysBetween } from '../../../src/engine/history.ts';
import type { Prices } from '../../../src/engine/types.ts';
import { changedFrom, randomPrices } from '../../support/random-prices.ts';

const prices = randomPrices({ days: 300, assets: 3 });
const design = designOf(prices);
const n = prices.tickers.length;

/** The value of a feature of asset j on day t. */
function valueOf({ names, x, first }: typeof design, name: string, t: number, j: number): number {
  const column = names.indexOf(name);
  expect(column).toBeGreaterThanOrEqual(0);
  return x.data[((t - first) * n + j) * x.cols + column]!;
}

const withVolumes: Prices = {
  ...prices,
  volumes: prices.closes.map((row, t) => row.map((_, j) => (j === 2 ? 0 : 1000 + ((t * 37 + j * 11) % 500)))),
};

describe('a design matrix', () => {
  it('has a row a day and asset, of about twenty finite features with names of their own', () => {
    expect(design.names.length).toBe(20);
    expect(new Set(design.names).size).toBe(20);
    expect(design.x).toMatchObject({ rows: (300 - design.first) * n, cols: 20 });
    expect(design.x.data.every(Number.isFinite)).toBe(true);
    expect(design.first).toBe(126);
  });

  it('is the same on a day whatever comes after it', () => {
    for (const source of [prices, withVolumes]) {
      const [whole, until] = [designOf(source), 250];
      const known = designOf(daysBetween(source, 0, until));
      const other = designOf(changedFrom(source, until));
      expect(known.x.data).toEqual(whole.x.data.subarray(0, known.x.data.length));
      expect(known.x.data).toEqual(other.x.data.subarray(0, known.x.data.length));
      expect(other.x.data).not.toEqual(whole.x.data);
    }
  });

  it('holds what its names say', () => {
    const [t, j] = [260, 1];
    const closes = prices.closes.map((row) => row[j]!);
    const returns = closes.map((close, k) => (k === 0 ? NaN : close / closes[k - 1]! - 1));
    const last = (days: number): number[] => returns.slice(t + 1 - days, t + 1);
    const mean = last(10).reduce((sum, r) => sum + r, 0) / 10;
    const deviation = Math.sqrt(last(10).reduce((sum, r) => sum + (r - mean) ** 2, 0) / 9);
    expect(valueOf(design, 'return of the day', t, j)).toBe(returns[t]);
    expect(valueOf(design, 'mean of 10 days', t, j)).toBeCloseTo(mean, 12);
    expect(valueOf(design, 'deviation of 10 days', t, j)).toBeCloseTo(deviation, 12);
    expect(valueOf(design, 'return of 21 days', t, j)).toBe(closes[t]! / closes[t - 21]! - 1);
    expect(valueOf(design, 'return less that 10 days ago', t, j)).toBe(returns[t]! - returns[t - 10]!);
    expect(valueOf(design, 'price to the high of 63 days', t, j)).toBe(
      closes[t]! / Math.max(...closes.slice(t - 62, t + 1)),
    );
    const [rsi, [short, long]] = [new RSI(14), [new EMA(12), new EMA(26)]];
    for (const close of closes.slice(0, t + 1)) [rsi, short, long].forEach((one) => one.add(close));
    expect(valueOf(design, 'RSI of 14 days', t, j)).toBe(rsi.getResultOrThrow() / 100);
    expect(valueOf(design, 'EMA of 12 days to 26', t, j)).toBe(short.getResultOrThrow() / long.getResultOrThrow());
  });

  it('has features of volumes where there are any, neutral where a vendor gave none', () => {
    const own = designOf(withVolumes);
    expect(own.names.length).toBe(22);
    const volumes = withVolumes.volumes!.map((row) => row[0]!);
    const mean = volumes.slice(200 - 20, 201).reduce((sum, one) => sum + one, 0) / 21;
    expect(valueOf(own, 'volume to its mean of 21 days', 200, 0)).toBeCloseTo(volumes[200]! / mean, 12);
    expect(valueOf(own, 'volume to its mean of 21 days', 200, 2)).toBe(1);
  });

  it('takes prices that stand still', () => {
    const still = { ...prices, closes: prices.closes.map((row) => [row[0]!, 100, row[2]!]) };
    expect(designOf(still).x.data.every(Number.isFinite)).toBe(true);
  });

  it('is refused where there are too few days', () => {
    expect(() => designOf(daysBetween(prices, 0, 120))).toThrow(/need .* days of prices or more, got 120/);
  });
});

describe('labels', () => {
  it('are the returns of the days ahead, less the mean of the assets', () => {
    const labels = labelsOf(prices, 5);
    expect([labels.rows, labels.cols]).toEqual([295, 3]);
    const returns = prices.closes[100]!.map((close, j) => prices.closes[105]![j]! / close - 1);
    const mean = returns.reduce((sum, one) => sum + one, 0) / 3;
    expect([...labels.data.subarray(300, 303)]).toEqual(returns.map((one) => one - mean));
  });

  it('stand beside the features of their own day, and only where they are known', () => {
    const { x, y, days, horizon } = labelledRows(design, prices, 5);
    expect([x.rows, y.length, days.length, horizon]).toEqual([(295 - 126) * n, (295 - 126) * n, (295 - 126) * n, 5]);
    expect([days[0], days[n], days.at(-1)]).toEqual([126, 127, 294]);
    const labels = labelsOf(prices, 5);
    expect(y[2 * n + 1]).toBe(labels.data[128 * n + 1]);
    expect(x.data[(2 * n + 1) * x.cols]).toBe(valueOf(design, 'return of the day', 128, 1));
  });
});
