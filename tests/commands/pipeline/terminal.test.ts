import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rankingWorth } from '../../../src/commands/pipeline/terminal.ts';
import { gaussianMarket } from '../../../src/prices/vendors/gaussian.ts';
import { writePricesCsv } from '../../support/prices-csv.ts';
import { temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const file = join(home, 'prices.csv');
writePricesCsv(file, gaussianMarket({ assets: 3, days: 510 }), 3, 510);
const ask = (...more: string[]) => tailcapHere(['pipeline', '--prices', file, '--trees', '20', ...more], home);

const sum = (values: Record<string, number>): number => Object.values(values).reduce((total, one) => total + one, 0);

describe('pipeline', () => {
  it('selects features, splits money in four ways, trains an LSTM and ranks the assets', async () => {
    const { exitCode, stdout } = await ask('--json');
    expect(exitCode).toBe(0);
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({ status: 'ran', params: { trees: 20, period: 5 }, seed: 1 });
    expect(Object.keys(json.features).length).toBe(21);
    expect(json.selected.length).toBe(10);
    expect(json.rSquared).toBeLessThan(0.05);
    const { sharpe, sharpeUnbounded, risk, riskUnbounded } = json.splits;
    for (const { weights } of [sharpe, sharpeUnbounded, risk, riskUnbounded]) expect(sum(weights)).toBeCloseTo(1, 9);
    for (const { weights } of [sharpe, risk])
      expect(Math.min(...Object.values<number>(weights))).toBeGreaterThanOrEqual(0);
    expect(sharpeUnbounded.sharpe).toBeGreaterThanOrEqual(sharpe.sharpe - 1e-6);
    expect(sharpe.sharpe).toBeGreaterThanOrEqual(risk.sharpe);
    expect(json.lstm.losses.map(({ epoch }: { epoch: number }) => epoch)).toEqual([0, 5, 10, 15, 20, 25]);
    expect(json.lstm.predictions.length).toBe(5);
    const expected = json.ranked.map((one: { expected: number }) => one.expected);
    expect(expected).toEqual(expected.toSorted((a: number, b: number) => b - a));
    expect(json.ranked[0].score).toBe(1);
  });

  it('says so in words, with the epochs as the document prints them', async () => {
    const { stdout } = await ask('--tickers', 'GAUSSA,GAUSSB', '--seed', '2');
    expect(stdout).toMatch(/^Epoch 0, Loss: 0\.\d{6}$/m);
    expect(stdout).toMatch(/^Epoch 25, Loss: 0\.\d{6}$/m);
    expect(stdout).toContain('expect less');
    expect(stdout).toContain('Ranked returns over 5 days ahead');
  });

  it('refuses a wrong number of trees', async () => {
    const { exitCode, stderr } = await ask('--trees', '0');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('from 1 to 2,000')]);
  });
});

describe('the sentence on skill', () => {
  it('says when the mean forecasts better, and that the Gaussian market has nothing to find', () => {
    const csv = { kind: 'csv', file } as const;
    expect(rankingWorth(-0.01, csv)).toContain('the mean forecasts better');
    expect(rankingWorth(0.02, csv)).not.toContain('independent draws');
    expect(rankingWorth(0.02, { kind: 'named', name: 'gaussian' })).toContain('independent draws');
  });
});
