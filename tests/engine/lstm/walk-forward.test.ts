import { beforeAll, describe, expect, it } from 'vitest';
import { historyUntil } from '../../../src/engine/history.ts';
import { forecastDays } from '../../../src/engine/lstm/forecasts.ts';
import type { NetworkForecasts, LstmModel } from '../../../src/engine/lstm/lstm-model.ts';
import { pastOn } from '../../../src/engine/lstm/walk-forward.ts';
import { codec } from '../../../src/engine/strategies/lstm-codec.ts';
import type { Prices, Progress } from '../../../src/engine/types.ts';
import { walks } from '../../support/quality-prices.ts';
import { changedFrom } from '../../support/random-prices.ts';
import { trainSmall, trainSmallWithPast } from '../../support/small-model.ts';

/** Yearly models end at rows 505 and 757, the newest at 1009. */
const prices = walks(['A', 'B'], 1060);
const until = (row: number, some: Prices = prices): Prices => historyUntil(some, some.dates[row]).prices;
const part = ({ rows, cols, data }: NetworkForecasts['month'], from: number, to = rows) => [
  ...data.subarray(from * cols, to * cols),
];
/** All forecasts of rows [from, to) of a past. */
const both = ({ nextDay, month }: NetworkForecasts, from: number, to?: number) => [
  part(nextDay, from, to),
  part(month, from, to),
];

let model: LstmModel;
const progress: Progress[] = [];
beforeAll(async () => {
  model = await trainSmallWithPast(until(1009), { onProgress: (one) => progress.push(one) });
});

describe('a model with a past', () => {
  it('is the model without it, with what those of the years before forecast until the day before its last', async () => {
    const { past: told, ...manifest } = model.manifest;
    const { past: forecasts, ...rest } = model;
    expect({ ...rest, manifest }).toEqual(await trainSmall(until(1009)));
    expect(told).toEqual({ from: prices.dates[505], days: 504 });
    for (const [from, to] of [
      [505, 757],
      [757, 1009],
    ] as const) {
      const yearly = await trainSmall(until(from));
      const own = await forecastDays(yearly, until(to - 1), from);
      expect(both(forecasts!, from - 505, to - 505)).toEqual(both(own, 0));
    }
  });

  it('begins after the last year in which a price stood still', async () => {
    const still = {
      ...until(1009),
      closes: until(1009).closes.map((row, t) => (t < 400 ? [100, row[1]!] : row)),
    };
    expect((await trainSmallWithPast(still)).manifest.past).toEqual({ from: prices.dates[757], days: 252 });
  });

  it('reports how far all of its trainings have come', () => {
    const done = progress.map((one) => one.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBe(1);
    const told = progress.map(({ detail = '' }) => detail.split(',')[0]);
    expect([...new Set(told)]).toEqual([1, 2, 3].map((k) => `training ${k} of 3`));
    expect(progress.find(({ detail = '' }) => detail.startsWith('training 2'))!.done).toBeGreaterThan(1 / 3);
    // The trainings that are left take as long as this one.
    const [first] = progress;
    const left = first!.secondsLeft!;
    expect(left).toBeGreaterThan(
      2 * progress.findLast(({ detail = '' }) => detail.startsWith('training 3'))!.secondsLeft!,
    );
  });

  it('has no forecast that knows a later price', async () => {
    const other = await trainSmallWithPast(until(1009, changedFrom(prices, 901)));
    expect(both(other.past!, 0, 901 - 505)).toEqual(both(model.past!, 0, 901 - 505));
    expect(both(other.past!, 901 - 505)).not.toEqual(both(model.past!, 901 - 505));
  });

  it('has none where the history is too short for another training', async () => {
    const short = await trainSmallWithPast(until(749));
    expect(short).not.toHaveProperty('past');
    expect(short.manifest).not.toHaveProperty('past');
    expect((await trainSmallWithPast(until(751))).manifest.past?.days).toBe(252);
  });

  it('goes on from the one before it, with what that one has forecast since, and trains no year again', async () => {
    const seen: Progress[] = [];
    const next = await trainSmallWithPast(until(1049), {
      previous: model,
      onProgress: (one) => seen.push(one),
    });
    expect(next.manifest.past).toEqual({ from: prices.dates[505], days: 544 });
    expect(both(next.past!, 0, 504)).toEqual(both(model.past!, 0));
    const own = await forecastDays(model, until(1048), 1009);
    expect(own.month.rows).toBe(40);
    expect(both(next.past!, 504)).toEqual(both(own, 0));
    for (const { detail = '' } of seen) expect(detail).not.toContain('training');
    const { past: _, ...rest } = next;
    const { past: __, ...manifest } = next.manifest;
    expect({ ...rest, manifest }).toEqual(await trainSmall(until(1049)));
  });

  it('goes on from a model of the same day, and from one without a past', async () => {
    expect(await trainSmallWithPast(until(1009), { previous: model })).toEqual(model);
    const bare = await trainSmall(until(1000));
    const next = await trainSmallWithPast(until(1009), { previous: bare });
    expect(next.manifest.past).toEqual({ from: prices.dates[1000], days: 9 });
  });

  it('does not go on from a later model, nor from one of other assets', async () => {
    const others = await trainSmall({ ...until(1000), tickers: ['A', 'X'] });
    for (const previous of [await trainSmall(until(1020)), others]) {
      expect(await trainSmallWithPast(until(1009), { previous })).toEqual(model);
    }
  });
});

describe('a past', () => {
  it('lies on the rows of the history that it was made on', () => {
    expect(pastOn(model, prices)).toEqual({ from: 505, forecasts: model.past });
    const shorter = { ...prices, dates: prices.dates.slice(100), closes: prices.closes.slice(100) };
    expect(pastOn(model, shorter)?.from).toBe(405);
  });

  it('is none of a history with other days, and of a model without one', async () => {
    const missing = { ...prices, dates: prices.dates.filter((_, t) => t !== 800) };
    expect(pastOn(model, missing)).toBeUndefined();
    expect(pastOn(model, { ...prices, dates: prices.dates.slice(0, 900) })).toBeUndefined();
    expect(pastOn(await trainSmall(until(600)), prices)).toBeUndefined();
  });

  it('is read as it was written', () => {
    const files = codec.encode(model);
    expect(Object.keys(files)).toEqual(codec.fileNames);
    expect(codec.decode(files)).toEqual(model);
    expect(codec.optionalFileNames).toEqual(['past.bin']);
  });

  it('is refused where it is missing, or not of the days that the manifest says', () => {
    const { 'past.bin': bytes, ...rest } = codec.encode(model);
    const { length } = bytes!;
    expect(() => codec.decode(rest)).toThrow('past.bin is missing');
    // A day of two assets, twice.
    const [day, number] = [2 * 8, 8];
    const read = (cut: number) => () => codec.decode({ ...rest, 'past.bin': bytes!.slice(0, length - cut) });
    expect(read(number)).toThrow('past.bin holds');
    expect(read(day)).toThrow('expected two times 504');
    expect(read(2 * day)).toThrow('expected two times 504');
  });
});
