import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { describeStudy } from '../../../src/commands/weekly/words.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { writePricesCsv } from '../../support/prices-csv.ts';
import { describeShared, sharedFile } from '../../support/shared.ts';
import { temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';
import { studyAnswer } from './study-answer.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const file = `${home}/prices.csv`;
writePricesCsv(file, randomPrices({ assets: 3, days: 900 }), 3, 900);

const weekly = async (...args: string[]) => {
  const { exitCode, stdout } = await tailcapHere(['weekly', ...args, '--json'], home);
  return { exitCode, json: JSON.parse(stdout) };
};

const small = ['--units', '3', '--seeds', '2', '--from', '2017-03-05', '--until', '2017-05-07'];

describe('weekly', () => {
  it('studies a file, the same each time, and draws three pictures', async () => {
    const chart = `${home}/study.png`;
    const { exitCode, json } = await weekly('--prices', file, ...small, '--chart', chart);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      status: 'studied',
      from: '2017-03-05',
      until: '2017-05-07',
      weeks: 9,
      trainedUntil: '2017-02-26',
      target: 'return',
      units: 3,
      costRate: 0.001,
      capital: 10_000_000,
    });
    expect(json.printed).toBeUndefined();
    expect(json.seeds.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2]);
    const { least, median, most } = json.strategy.longOnly.totalReturn;
    expect(least).toBeLessThan(most);
    expect(median).toBeCloseTo((least + most) / 2, 12);
    for (const name of ['study.png', 'study-forecasts.png', 'study-shares.png'])
      expect(existsSync(`${home}/${name}`)).toBe(true);
    const again = await weekly('--prices', file, ...small);
    expect({ ...again.json, seconds: 0 }).toEqual({ ...json, seconds: 0 });
  });

  it.each([
    [['--target', 'level'], 'target', 'target takes price or return; got "level".'],
    [['--seeds', '0'], 'seeds', 'seeds takes a whole number from 1 to 100'],
    [['--from', '2016-06-01'], 'from', 'the networks need 104'],
    [['--from', '2017-05-01'], 'from', 'a study needs three'],
  ])('answers bad input %j with one sentence', async (args, option, sentence) => {
    const { exitCode, json } = await weekly('--prices', file, ...small, ...args);
    expect(exitCode).toBe(2);
    expect(json.error).toMatchObject({ kind: 'input', option, message: expect.stringContaining(sentence) });
  });

  it('says whether the forecasts beat no change, and what seeds came to', () => {
    const text = describeStudy(studyAnswer());
    expect(text).toContain(
      'No better than "next week\'s price is this week\'s": skill −0.200 (−0.300 to −0.100); no more than a constant, the mean change before, which has 0.100',
    );
    expect(text.match(/least to most/g)).toHaveLength(4);
    expect(text).toContain(`Rows of LSTM are medians of ${studyAnswer().seeds.length} seeds.`);
    expect(text).toMatch(/Not investment advice\.\n$/);
    const [only] = studyAnswer().seeds;
    expect(describeStudy(studyAnswer({ seeds: [only!] }))).not.toMatch(/least to most|medians/);
    expect(text).not.toContain('printed');
  });
});

const rounded = ({ totalReturn, volatility, sharpe, maxDrawdown }: Record<string, number>) =>
  [100 * totalReturn!, 100 * volatility!]
    .map((one) => one.toFixed(2))
    .concat(sharpe!.toFixed(3), (100 * maxDrawdown!).toFixed(1));

describeShared('the benchmarks of Table 2 in "Portfolio Management Strategy Based on LSTM"', () => {
  it('are reproduced to the digit where the document prints what can be, and named where not', async () => {
    const study = sharedFile('data/prices/study12_ixic_2010_2024.csv');
    const { json } = await weekly('--prices', study, '--units', '1', '--seeds', '1');
    const { index, rebalanced, held, heldEarlier } = json.benchmarks;
    expect(rounded(index)).toEqual(['21.25', '23.46', '0.780', '20.9']);
    expect(rounded(rebalanced)).toEqual(['50.42', '25.98', '1.578', '20.6']);
    expect(rounded(held)).toEqual(['51.22', '26.18', '1.588', '21.0']);
    expect(rounded(heldEarlier)).toEqual(['40.59', '25.81', '1.292', '20.4']);
    expect(json).toMatchObject({ weeks: 51, trainedUntil: '2022-06-24' });
    expect(rounded(json.printed.strategy)).toEqual(['116.21', '26.68', '2.944', '13.1']);
  });
});
