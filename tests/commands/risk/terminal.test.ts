import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const FAST = ['--universe', 'sample', '--scenarios', '1000', '--horizon', '5'];
const WEIGHTS = 'NIMBIQ 30%, GROCEM 60%';

const runJson = async (args: readonly string[]) => {
  const { exitCode, stdout } = await tailcapHere([...args, '--json'], home);
  return { exitCode, json: JSON.parse(stdout) };
};

const sum = (values: Record<string, number>): number => Object.values(values).reduce((total, one) => total + one, 0);

const ask = (...more: string[]) => runJson(['allocate', ...FAST, '--loss', '4%', ...more]);
/** Without views; of several tests. */
const plain = ask();

describe('risk', () => {
  it('answers with the whole contract; the shares sum to the CVaR', async () => {
    const chart = join(home, 'risk.png');
    const asked = ['risk', ...FAST, '--weights', WEIGHTS, '--shock', 'NIMBIQ -5%', '--chart', chart];
    const { exitCode, json } = await runJson(asked);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ status: 'measured', horizonDays: 5, alpha: 0.95, scenarios: 1000, seed: 1 });
    expect(json.weights).toMatchObject({ NIMBIQ: 0.3, GROCEM: 0.6, AURIGO: 0 });
    expect(json.cash).toBeCloseTo(0.1, 12);
    expect(sum(json.tailShares)).toBeCloseTo(json.cvar, 12);
    expect(json.tailShares.NIMBIQ).toBeGreaterThan(json.tailShares.GROCEM);
    expect(json.correlations.of).toEqual(['NIMBIQ', 'GROCEM']);
    expect(json.correlations.falls[0][1]).toBeGreaterThan(0.05);
    expect(json.worst[0].loss).toBeGreaterThanOrEqual(json.worst[1].loss);
    // Its days are invented, and so are its months.
    expect(json.replays).toEqual([]);
    expect(json.worstDays.return).toBeLessThan(0);
    expect(json.shock).toMatchObject({ ticker: 'NIMBIQ', move: -0.05, returns: { NIMBIQ: -0.05 } });
    expect(json.past.periods).toBe(500);
    expect(readFileSync(chart).subarray(1, 4).toString()).toBe('PNG');
  });

  it('measures the weights of an answer as the answer did', async () => {
    const answer = await plain;
    const weights = Object.entries<number>(answer.json.weights)
      .filter(([, weight]) => weight > 0)
      .map(([ticker, weight]) => `${ticker} ${weight.toFixed(12)}`);
    const { json } = await runJson(['risk', ...FAST, '--weights', weights.join(', ')]);
    expect(json.cvar).toBeCloseTo(answer.json.cvar, 9);
    expect(json.valueAtRisk).toBeCloseTo(answer.json.valueAtRisk, 9);
    expect(json.expectedReturn).toBeCloseTo(answer.json.expectedReturn, 9);
  });

  it('measures what is held by units as it measures their weights', async () => {
    const { json } = await runJson(['risk', ...FAST, '--holdings', 'NIMBIQ 10, GROCEM 5, KO 1, cash 500 USD']);
    const weights = Object.entries<number>(json.weights)
      .filter(([, weight]) => weight > 0)
      .map(([ticker, weight]) => `${ticker} ${(100 * weight).toFixed(10)}%`);
    expect(weights).toHaveLength(2);
    expect(json.cash).toBeGreaterThan(0.1);
    expect(json['held']).toMatchObject({
      currency: 'USD',
      cash: 500,
      shares: { NIMBIQ: 10, GROCEM: 5 },
      keptOut: [{ ticker: 'KO', units: 1 }],
    });
    expect(json['held']['value']).toBeCloseTo(500 / json.cash, 6);
    const { json: same } = await runJson(['risk', ...FAST, '--weights', weights.join(', ')]);
    expect(json.cvar).toBeCloseTo(same.cvar, 9);
    const { stdout } = await tailcapHere(['risk', ...FAST, '--holdings', 'NIMBIQ 10, GROCEM 5, KO 1'], home);
    expect(stdout).toContain('Asked: what is held;');
    expect(stdout).toContain('1 KO (value not known) is not among these assets');
  });

  it('says it in words', async () => {
    const { exitCode, stdout } = await tailcapHere(['risk', ...FAST, '--weights', WEIGHTS], home);
    expect(exitCode).toBe(0);
    for (const part of [
      'Risk of a split · 5 trading days · sample',
      'NIMBIQ is 30.0% of the money and',
      'Asked: NIMBIQ 30%, GROCEM 60%; 5 trading days, alpha 95%.',
      'cash',
      'Fall together',
      'Correlation in the tail',
      'Worst 5 trading days',
      'Worst scenarios',
      'as if held all the time and bought anew every 5 trading days, without costs',
      'Equal weights over all assets',
      'it promises nothing',
      'Not investment advice',
    ]) {
      expect(stdout).toContain(part);
    }
  });

  it.each([
    [[], 'weights', 'or holdings, such as NVDA 10, KO 5.'],
    [['--weights', WEIGHTS, '--holdings', 'NIMBIQ 1'], 'holdings', 'Give either weights or holdings'],
    [['--weights', 'NIMBIQ 130%'], 'weights', 'must lie between 0% and 100%'],
    [['--weights', 'NVDA 30%, KO 70%'], 'weights', 'weights names NVDA, which is none of these assets: NIMBIQ'],
    [['--weights', WEIGHTS, '--shock', 'GROCEM -90%'], 'shock', 'and at least 30 are needed; the largest such move'],
  ])('refuses %j', async (args, option, sentence) => {
    const { exitCode, json } = await runJson(['risk', ...FAST, ...args]);
    expect(exitCode).toBe(2);
    expect(json.error).toMatchObject({ kind: 'input', option });
    expect(json.error.message).toContain(sentence);
  });
});

describe('views', () => {
  it('are taken by whatever looks at scenarios', async () => {
    const views = ['--views', 'GROCEM +2%'];
    const out = join(home, 'viewed.csv');
    const lines = [
      ['frontier', '--points', '2'],
      ['risk', '--weights', 'GROCEM 100%'],
      ['scenarios', '--out', out],
    ];
    const [frontier, risk, scenarios] = await Promise.all(lines.map((line) => runJson([...line, ...FAST, ...views])));
    for (const { json } of [frontier!, risk!, scenarios!]) {
      expect(json.views).toEqual(['GROCEM +2%']);
      expect(json.model.viewedShare).toBeLessThan(1);
    }
    expect(risk!.json.expectedReturn).toBeCloseTo(0.02, 2);
    const { exitCode, stdout } = await tailcapHere(['risk', '--weights', 'GROCEM 100%', ...FAST, ...views], home);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Scenarios that fit GROCEM +2% count more.');
  });

  it('expects what the views say, and says what they leave of the scenarios', async () => {
    const [without, viewed] = [await plain, await ask('--views', 'GROCEM +2%, AURIGO < GROCEM')];
    expect(viewed.json).toMatchObject({ views: ['GROCEM +2%', 'AURIGO < GROCEM'], past: null });
    expect(viewed.json.model.viewedShare).toBeGreaterThan(0.1);
    expect(viewed.json.model.viewedShare).toBeLessThan(1);
    expect(viewed.json.weights.GROCEM).toBeGreaterThan(without.json.weights.GROCEM);
    expect(viewed.json.expectedReturn).toBeGreaterThan(without.json.expectedReturn);
    expect(viewed.json.model.kappa).toBe(without.json.model.kappa);
  });

  it('says that the record does not cover it', async () => {
    const { stdout } = await tailcapHere(['allocate', ...FAST, '--loss', '4%', '--views', 'GROCEM > 2%'], home);
    expect(stdout).toContain('It does not cover answers with views.');
    expect(stdout).toContain('views GROCEM > 2%');
    expect(stdout).toContain('errors of simulation are');
  });

  it.each([
    ['GROCEM +40%', 'less than 10%'],
    ['GROCEM', 'views takes views such as'],
  ])('refuses %s', async (views, sentence) => {
    const { exitCode, json } = await ask('--views', views);
    expect(exitCode).toBe(2);
    expect(json.error).toMatchObject({ option: 'views' });
    expect(json.error.message).toContain(sentence);
  });
});
