import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePricesCsv } from '../../support/prices-csv.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const market = randomPrices({ days: 600 });
const file = join(home, 'prices.csv');
beforeAll(() => writePricesCsv(file, market, 3, 600));

/** Decisions of rows 540 and 570, and 10 days later. */
const FAST = ['--prices', file, '--from', market.dates[540]!, '--horizon', '29', '--scenarios', '200'];

describe('record', () => {
  it('answers with the whole contract, in fractions, and draws two pictures', async () => {
    const chart = join(home, 'pictures', 'record.png');
    const args = [...FAST, '--limits', '0.1%,40%', '--offsets', '0,10', '--chart', chart, '--json'];
    const { exitCode, stdout, stderr } = await tailcapHere(['record', ...args], home);
    expect(exitCode).toBe(0);
    const json = JSON.parse(stdout);
    expect(Object.keys(json)).toEqual(
      expect.arrayContaining(['universe', 'decisions', 'offsets', 'byLimit', 'pooled', 'worst', 'recipe', 'seconds']),
    );
    expect(json).toMatchObject({ status: 'recorded', offsets: [0, 10], recipe: 'filtered', horizonDays: 29 });
    const [tight, loose] = json.byLimit;
    expect(tight).toEqual({ limit: 0.001, feasible: 0, violations: 0 });
    expect(loose).toMatchObject({ limit: 0.4, feasible: json.decisions });
    for (const key of ['kupiecP', 'z2', 'z2Critical', 'realisedToLimit', 'predicted', 'realised']) {
      expect(loose).toHaveProperty(key, expect.any(Number));
    }
    expect(json.pooled).toMatchObject({ feasible: json.decisions, kappa: expect.any(Number) });
    expect(json.worst[0]).toEqual({ date: expect.any(String), limit: 0.4, loss: expect.any(Number) });
    for (const picture of [chart, chart.replace('.png', '-experts.png')]) {
      expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG');
      expect(stderr).toContain(picture);
    }
  });

  it('draws nothing over time when no limit could be kept', async () => {
    const chart = join(home, 'none.png');
    const { exitCode, stdout } = await tailcapHere(
      ['record', ...FAST, '--limits', '0.1%,0.2%', '--chart', chart],
      home,
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('None of these limits could be kept');
    expect([existsSync(chart), existsSync(join(home, 'none-experts.png'))]).toEqual([true, false]);
  });

  it.each([
    ['--offsets', 'soon', 'offsets takes a whole number from 0 to 28; got "soon".'],
    ['--offsets', '29', 'offsets takes a whole number from 0 to 28; got "29".'],
    ['--offsets', ',', '--offsets takes numbers of days separated by commas, such as 0,5,10,15; got ",".'],
    ['--limits', '8', 'limits'],
  ])('refuses %s %s', async (option, value, sentence) => {
    const { exitCode, stderr } = await tailcapHere(['record', ...FAST, option, value], home);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
