import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { forecastsWorth } from '../../../src/commands/forecast/terminal.ts';
import { writePricesCsv } from '../../support/prices-csv.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const file = join(home, 'prices.csv');
writePricesCsv(file, randomPrices({ days: 505, assets: 2, momentum: 0.5 }), 2, 505);
const ask = (...more: string[]) => tailcapHere(['forecast', '--prices', file, ...more], home);

describe('forecast', () => {
  it('tells the next day of each asset, and what that is worth', async () => {
    const { exitCode, stdout } = await ask('--json');
    expect(exitCode).toBe(0);
    const { forecasts, ...rest } = JSON.parse(stdout);
    expect(rest).toMatchObject({ status: 'forecast', seed: 1, prices: { source: 'prices.csv' } });
    expect(Object.keys(forecasts)).toEqual(['T0', 'T1']);
    for (const { nextDay, mean, skill, days, beatsMean } of Object.values<Record<string, number | boolean>>(
      forecasts,
    )) {
      expect([nextDay, mean, skill].every(Number.isFinite)).toBe(true);
      expect(days).toBe(378);
      expect(beatsMean).toBe(true);
    }
    const { stdout: text } = await ask();
    expect(text).toContain('forecasts of T0, T1 beat the mean of the returns before them by more than chance.');
  });

  it('takes a day of the past, and no wrong one', async () => {
    const { exitCode, stderr } = await ask('--as-of', '2015-06-01');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('A model needs at least 500 days of prices');
  });
});

const of = (value: number, chance: number | undefined, ticker = 'A') => ({
  ticker,
  nextDay: 0.01,
  mean: 0.001,
  skill: { value, days: 1350, ...(chance !== undefined && { chance }) },
});

describe('the sentence on what forecasts are worth', () => {
  it.each([
    [[of(-0.01, undefined), of(0.002, 0.3)], 'no forecast beat the mean'],
    // 4 % in one of two assets is 8 %.
    [[of(0.01, 0.04), of(-0.01, undefined)], 'no forecast beat the mean'],
    [
      [of(0.01, 0.001), of(-0.01, undefined, 'B')],
      'forecasts of A beat the mean of the returns before them by more than chance; of 1 asset expect',
    ],
  ])('%#', (forecasts, said) => {
    expect(forecastsWorth(forecasts)).toContain(`On 1,350 past days, ${said}`);
  });
});
