// Every option reads the name of an asset alike. tests/commands/asset-names.test.ts is the same in Discord.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePricesCsv } from '../support/prices-csv.ts';
import { randomPrices } from '../support/random-prices.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { tailcapHere } from '../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const tickers = ['BRK-B', 'ETH-USD', 'BTC', 'BTC-USD', '^gspc'];
const prices = { ...randomPrices({ days: 600, assets: tickers.length }), tickers };
const [file, withCash] = [join(home, 'prices.csv'), join(home, 'cash.csv')];
beforeAll(() => {
  writePricesCsv(file, prices, tickers.length, 600);
  writePricesCsv(withCash, { ...prices, tickers: ['BRK-B', 'Cash', 'BTC', 'BTC-USD', '^gspc'] }, 4, 600);
});

const FAST = ['--prices', file, '--scenarios', '400', '--horizon', '5'];

async function runJson(args: readonly string[]) {
  const { exitCode, stdout } = await tailcapHere([...args, '--json'], home);
  return { exitCode, json: JSON.parse(stdout) };
}
const risk = (weights: string, ...more: readonly string[]) => runJson(['risk', ...FAST, '--weights', weights, ...more]);
const allocate = (...more: readonly string[]) => runJson(['allocate', ...FAST, '--loss', '50%', ...more]);

describe('the name of an asset', () => {
  it('may have another spelling in weights and in a shock; cash is what is in none', async () => {
    const { json } = await risk('BRK.B 40%, $eth 30%, cash 10%', '--shock', 'ETH -1%');
    expect(json.weights).toEqual({ 'BRK-B': 0.4, 'ETH-USD': 0.3, BTC: 0, 'BTC-USD': 0 });
    expect(json.cash).toBeCloseTo(0.3, 12);
    expect(json.shock).toMatchObject({ ticker: 'ETH-USD', returns: { 'ETH-USD': -0.01 } });
  });

  it('means the very ticker where there is one', async () => {
    const { json } = await risk('btc 50%, BTC-USD 10%');
    expect(json.weights).toMatchObject({ BTC: 0.5, 'BTC-USD': 0.1 });
  });

  it('means an asset called cash where there is one', async () => {
    const { json } = await risk('BTC 50%, cash 10%', '--prices', withCash);
    expect(json.weights).toMatchObject({ BTC: 0.5, Cash: 0.1 });
  });

  it.each([
    ['BRK.B 40%, BRK-B 30%', 'names BRK-B twice'],
    ['cash 100%', 'takes at least one asset beside cash'],
    ['KO 40%', 'weights names KO, which is none of these assets: BRK-B, ETH-USD, BTC, BTC-USD.'],
  ])('is refused in %s', async (weights, sentence) => {
    const { exitCode, json } = await risk(weights);
    expect(exitCode).toBe(2);
    expect(json.error).toMatchObject({ option: 'weights', message: expect.stringContaining(sentence) });
  });

  it('is read alike in constraints, benchmarks and views', async () => {
    const constraints = ['BTC <= 10%', 'BTC-USD = 30%', 'brk.b + $eth >= 60%', 'behind ^GSPC <= 90%'];
    const flags = constraints.flatMap((text) => ['--constraint', text]);
    const { json } = await allocate(...flags, '--views', '$BRK.B > BTC, eth >= -50%');
    expect(json.weights.BTC).toBeLessThan(0.1 + 1e-9);
    expect(json.weights['BTC-USD']).toBeCloseTo(0.3, 8);
    expect(json.weights['BRK-B'] + json.weights['ETH-USD']).toBeGreaterThan(0.6 - 1e-9);
    expect(json.model.viewedShare).toBeGreaterThan(0.1);
  });

  it('is read alike in holdings', async () => {
    const { json } = await allocate('--holdings', '$BRK.B 3, ETH 1, BTC 4, BTC-USD 2, cash 10');
    expect(json.held.shares).toEqual({ 'BRK-B': 3, 'ETH-USD': 1, BTC: 4, 'BTC-USD': 2 });
  });

  it('is read alike in past decisions', async () => {
    const dates = ['--from', prices.dates[560]!, '--horizon', '20', '--scenarios', '200', '--limits', '50%'];
    const args = ['backtest', '--prices', file, ...dates, '--constraint', 'brk.b >= 40%', '--constraint', 'BTC = 10%'];
    const { json } = await runJson(args);
    const { weights } = json.decisions.find(({ limit }: { limit: unknown }) => limit === 0.5);
    expect(weights.BTC).toBeCloseTo(0.1, 8);
    expect(weights['BRK-B']).toBeGreaterThan(0.4 - 1e-9);
  });

  it("is read alike on anybody's scenarios", async () => {
    const scenarios = join(home, 'scenarios.csv');
    const rows = Array.from({ length: 40 }, (_, m) => `${0.01 * Math.sin(m)},${0.02 * Math.cos(m)},${0.001 * (m % 5)}`);
    writeFileSync(scenarios, ['BRK-B,BTC,BTC-USD', ...rows].join('\n'));
    const args = ['solve', '--scenarios-file', scenarios, '--loss', '5%', '--constraint', 'brk.b = 20%'];
    const { json } = await runJson([...args, '--constraint', 'BTC = 70%', '--constraint', 'behind $BRK.B <= 50%']);
    expect(json.weights).toMatchObject({ 'BRK-B': expect.closeTo(0.2, 8), BTC: expect.closeTo(0.7, 8) });
    const refused = await runJson([...args, '--constraint', 'behind KO <= 50%']);
    expect(refused.json.error.message).toBe('constraint names KO, which is none of these assets: BRK-B, BTC, BTC-USD.');
  });
});
