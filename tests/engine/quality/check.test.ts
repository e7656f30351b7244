import { describe, expect, it } from 'vitest';
import { checkQuality } from '../../../src/engine/quality/check.ts';
import { assessQuality } from '../../../src/engine/quality/quality.ts';
import { frozen, scaled, walks, withColumn } from '../../support/quality-prices.ts';

const market = walks(['AAA', 'BBB', 'CCC']);
const { dates } = market;
const last = dates.length - 1;

/** A price whose tick is so coarse that it moves every 50th day. */
const coarse = (close: number, t: number) => (t > 600 ? close : 100 + Math.floor(t / 50));

describe('checkQuality', () => {
  it('has nothing to say of ordinary prices', () => {
    expect(checkQuality(market)).toEqual([]);
  });

  it('refuses a price that stands still at the end, by its name and since when', () => {
    const prices = withColumn(market, 'CCC', frozen(560));
    expect(() => checkQuality(prices)).toThrow(
      expect.objectContaining({
        option: 'allow',
        code: 'quality.frozen',
        message: `CCC has not moved on any day since ${dates[560]} (60 trading days): a price that stands still says nothing about risk; leave it out, or allow frozen prices.`,
      }),
    );
    expect(checkQuality(prices, ['frozen'])).toEqual([
      `CCC does not move from ${dates[560]} to ${dates[619]} (60 trading days): those days do not count as calm.`,
    ]);
  });

  it('allows ten days without a move at the end, and not eleven', () => {
    expect(checkQuality(withColumn(market, 'CCC', frozen(last - 9)))).toEqual([]);
    expect(() => checkQuality(withColumn(market, 'CCC', frozen(last - 10)))).toThrow('(11 trading days)');
  });

  it('names all that stand still', () => {
    const both = withColumn(withColumn(market, 'BBB', frozen(600)), 'CCC', frozen(560));
    expect(() => checkQuality(both)).toThrow(
      `BBB has not moved on any day since ${dates[600]} (20 trading days), CCC has`,
    );
  });

  it('refuses a price that a coarse tick keeps still on most days', () => {
    expect(() => checkQuality(withColumn(market, 'CCC', coarse))).toThrow(
      /CCC stands still for more than 10 days at a time on 5\d\d of 619 days/,
    );
  });

  it('allows cash, whose price moves by little when it does', () => {
    const cash = withColumn(market, 'CCC', (_close, t) => 100 + 0.01 * Math.floor(t / 30));
    expect(checkQuality(cash)).toEqual([]);
  });

  it('says of stale days inside that they are no calm', () => {
    const once = withColumn(market, 'CCC', frozen(100, 30));
    expect(checkQuality(once)).toEqual([
      `CCC does not move from ${dates[100]} to ${dates[129]} (30 trading days): those days do not count as calm.`,
    ]);
    expect(checkQuality(withColumn(once, 'CCC', frozen(300, 12)))[0]).toContain(
      'and at 1 other time of more than 10 days: those',
    );
  });

  it('says which prices are coarse', () => {
    const seldom = withColumn(market, 'CCC', (close, t, before) => (t % 2 === 1 ? before[t - 1]! : close));
    expect(checkQuality(seldom)).toEqual(['CCC does not move on 50% of days: coarse or seldom traded prices.']);
  });

  it('refuses what no share does by itself, with its day and its ratio', () => {
    const split = withColumn(market, 'BBB', (close, t) => (t >= 300 ? close / 4 : close));
    expect(() => checkQuality(split)).toThrow(
      expect.objectContaining({
        option: 'allow',
        code: 'quality.jumps',
        message: expect.stringMatching(
          new RegExp(
            `^BBB is divided by (4|4\\.0\\d|3\\.9\\d) on ${dates[300]}, as by a split of 4:1 that is not adjusted for: `,
          ),
        ),
      }),
    );
    expect(checkQuality(split, ['jumps'])).toEqual([expect.stringContaining(`BBB −75% on ${dates[300]}`)]);
    expect(() => checkQuality(withColumn(market, 'BBB', scaled(300, 100)))).toThrow('between pounds and pence');
    const spike = withColumn(market, 'BBB', (close, t) => (t === 300 ? close * 3 : close));
    expect(() => checkQuality(spike)).toThrow('goes back the next day, as by a wrong price');
  });

  it.each([
    [3 / 2, '3:2'],
    [4 / 3, '4:3'],
    [2, '2:1'],
    [1 / 10, '1:10'],
  ])('names a split that the vendor reports, whatever the price did that day: %d', (ratio, words) => {
    const split = withColumn(market, 'BBB', (close, t) => (t >= 300 ? (close / ratio) * 1.02 : close));
    const splits = [undefined, [{ date: dates[300]!, ratio }], undefined];
    expect(() => checkQuality({ ...split, splits })).toThrow(`split of ${words} that is not adjusted for`);
  });

  it('only says what could be real', () => {
    const fall = withColumn(market, 'BBB', (close, t) => (t >= 300 ? close / 1.5 : close));
    expect(checkQuality(fall)).toEqual([
      `Very large moves: BBB −33% on ${dates[300]} (near a split of 3:2). They count as real: check that the prices are adjusted for splits.`,
    ]);
  });

  it('refuses weekly and monthly prices, whose rows are no trading days', () => {
    const weekly = { ...market, dates: dates.map((_, t) => new Date(t * 7 * 86_400_000).toISOString().slice(0, 10)) };
    expect(() => checkQuality(weekly)).toThrow('Expected daily prices, got weekly ones');
  });
});

describe('assessQuality', () => {
  it('describes each asset', () => {
    const [, , still] = assessQuality(withColumn(market, 'CCC', frozen(100, 30)));
    expect(still).toEqual({
      ticker: 'CCC',
      returns: 619,
      stillDays: 30,
      longestStill: { from: dates[100], until: dates[129], days: 30 },
      stale: [{ from: dates[100], until: dates[129], days: 30 }],
      isCashLike: false,
      jumps: [],
    });
  });

  it('does not count the days after an asset has ended', () => {
    const ended = { ...withColumn(market, 'CCC', frozen(400)), ended: [undefined, undefined, dates[399]] };
    expect(assessQuality(ended)[2]).toMatchObject({ returns: 399, stillDays: 0, stale: [] });
  });
});
