import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../src/engine/strategies/index.ts';
import { createPriceSources } from '../../src/prices/vendors/index.ts';
import { sampleMarket } from '../../src/prices/vendors/sample.ts';
import { writePricesCsv } from '../support/prices-csv.ts';
import { tailcap, temporaryHome } from '../support/tailcap.ts';
import { tailcapHere } from '../support/tailcap-here.ts';
import { chartBody, startVendor, weekdayBars } from '../support/vendor.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const run = (args: string[], env?: Record<string, string>) => tailcapHere(args, home, env);
/** With all that a process of its own has to do with it: what reaches its standard output, and its end. */
const runAsProcess = (args: string[]) => tailcap(args, home);
const runJson = async (args: string[], env?: Record<string, string>, start = tailcapHere) => {
  const { exitCode, stdout, stderr } = await start([...args, '--json'], home, env);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return { exitCode, stderr, json: JSON.parse(stdout) };
};

const VENDORS = [...createPriceSources({}, Date.now).values()].flatMap(({ kind, name }) =>
  kind === 'vendor' ? [name] : [],
);

const FAST = ['--universe', 'sample', '--scenarios', '400', '--horizon', '5'];

describe('the terminal', () => {
  it('lists its commands, and the options of each', async () => {
    const { exitCode, stdout } = await runAsProcess(['--help']);
    expect(exitCode).toBe(0);
    const names = [
      'allocate',
      'frontier',
      'risk',
      'backtest',
      'compare',
      'solve',
      'train',
      'scenarios',
      'prices',
      'metrics',
      'universes',
      'strategies',
      'backup',
      'restore',
      'demo',
    ];
    for (const name of names) expect(stdout).toContain(`\n  ${name}`);
    const helps = await Promise.all(names.map((name) => run([name, '--help'])));
    for (const [k, help] of helps.entries()) {
      expect(help.exitCode).toBe(0);
      expect(help.stdout).toContain(`npm run -s tailcap -- ${names[k]}`);
    }
  });

  it.each<[string[], string | undefined, string, string?]>([
    [['allocte'], undefined, 'There is no command "allocte"'],
    [['allocate', '--universe', 'sample'], 'loss', '--loss is needed, such as --loss 8%.'],
    [['allocate', '--universe', 'sample', '--loss', '8'], 'loss', 'a bare 8 is unclear: write 8% or 0.08.'],
    [['allocate', '--universe', 'sample', '--loss', '8%', '--alpha', '40%'], 'alpha', 'between 50% and 99.9%'],
    [['allocate', '--universe', 'sample', '--loss', '8%', '--horizon', '253'], 'horizon', 'from 1 to 252; got "253"'],
    [['allocate', '--universe', 'sample', '--loss', '8%', '--scenarios', '99'], 'scenarios', 'from 100 to 1,000,000'],
    [
      ['allocate', '--universe', 'sample', '--loss', '8%', '--recipe', 'x'],
      'recipe',
      'recipe takes filtered or plain; got "x".',
      'strategies.wrong-params',
    ],
    [
      ['allocate', '--universe', 'sample', '--loss', '8%', '--strategy', 'x'],
      'strategy',
      `There is no strategy "x": expected one of ${STRATEGIES.map(({ id }) => id).join(', ')}.`,
      'strategies.unknown',
    ],
    [
      ['allocate', '--universe', 'nikkei', '--loss', '8%'],
      'universe',
      'There is no universe "nikkei"',
      'universes.unknown',
    ],
    [['allocate', '--loss', '8%'], 'universe', 'Say which assets'],
    [
      ['prices', '--tickers', 'AAA,BBB', '--vendor', 'nobody'],
      'vendor',
      `There is no price vendor "nobody": expected one of ${VENDORS.join(', ')}.`,
      'vendor.unknown',
    ],
    [['prices', '--prices', 'own.csv', '--tickers', 'A,B', '--vendor', 'yahoo'], 'vendor', 'without --prices'],
    [['prices', '--universe', 'us12', '--vendor', 'yahoo'], 'vendor', '--vendor says who is asked'],
    [['allocate', '--prices', 'missing.csv', '--loss', '8%'], 'prices', 'missing.csv', 'files.cannot-read'],
    [
      ['allocate', ...FAST, '--loss', '8%', '--max-weight', '5%'],
      'max-weight',
      'at most 8.34%',
      'constraints.max-weight-too-low',
    ],
    [['allocate', ...FAST, '--loss', '8%', '--as-of', '2016-07-01'], 'as-of', '500', 'history.too-short'],
    [['allocate', ...FAST, '--loss', '8%', '--currency', 'EUR'], 'currency', 'give it with --amount or --holdings'],
    [['allocate', ...FAST, '--loss', '8%', '--fractional'], 'fractional', 'give it with --amount or --holdings'],
    [['allocate', ...FAST, '--loss', '8%', '--amount', '9', '--currency', 'XXZ'], 'currency', 'ISO 4217'],
    [['allocate', '--unversed', 'x'], 'unversed', "Unknown option '--unversed'"],
    [
      ['train', '--universe', 'sample', '--memory', 'x'],
      'memory',
      'memory takes window or carried; got "x".',
      'strategies.wrong-params',
    ],
    // Refused before the prices are loaded.
    [
      ['train', '--prices', 'missing.csv', '--recipe', 'plain', '--memory', 'carried'],
      'memory',
      'memory takes window with recipe plain; got "carried".',
      'strategies.wrong-params',
    ],
    [['frontier', '--universe', 'sample', '--strategy', 'equal-weight'], 'strategy', "Unknown option '--strategy'"],
    [
      ['scenarios', '--universe', 'sample', '--out', 'x.csv', '--strategy', 'equal-weight'],
      'strategy',
      "Unknown option '--strategy'",
    ],
    [['solve', '--loss', '8%'], 'scenarios-file', '--scenarios-file is needed'],
    [['scenarios', '--universe', 'sample'], 'out', '--out is needed'],
    [['backup'], 'out', '--out is needed'],
    [['restore'], 'from', '--from is needed'],
    [
      ['restore', '--from', 'missing.backup'],
      'from',
      'Cannot read missing.backup: there is no such file',
      'files.cannot-read',
    ],
  ])('answers bad input %j with one sentence and exit code 2', async (args, option, sentence, code) => {
    const { exitCode, json, stderr } = await runJson(args);
    expect(exitCode).toBe(2);
    const { conflicts: _, ...error } = json.error;
    expect({ ...json, error }).toEqual({
      status: 'error',
      error: { kind: 'input', message: expect.stringContaining(sentence), option, code },
    });
    expect(stderr).toContain(json.error.message);
    expect(stderr).not.toContain('    at ');
  });

  it('names the bounds that contradict each other, and what would mend them', async () => {
    const bounds = ['--min-weight', '6%', '--max-weight', '5%'];
    const { exitCode, json } = await runJson(['allocate', ...FAST, '--loss', '8%', ...bounds]);
    const [conflict, ...others] = json.error.conflicts;
    expect([exitCode, json.error.code, others]).toEqual([2, 'constraints.bounds-cross', []]);
    expect(conflict).toEqual({
      constraints: [{ kind: 'max-weight', weight: 0.05 }],
      given: ['all-invested'],
      mend: [{ constraint: { kind: 'max-weight', weight: 0.05 }, to: { kind: 'max-weight', weight: 0.0834 } }],
    });
    expect(json.error.message).toBe(
      'No split keeps at most 5% per asset, since all money is invested: at most 8.34% per asset would do.',
    );
  });

  it('ends its process with the exit code of bad input', async () => {
    const args = ['allocate', '--universe', 'nikkei', '--loss', '8%', '--json'];
    const asked = await runAsProcess(args);
    expect(asked).toEqual(await run(args));
    expect(asked.exitCode).toBe(2);
  });

  it('answers a fault with exit code 1', async () => {
    // A directory that cannot be read, as it leads to itself.
    const endless = `${home}/endless`;
    symlinkSync('endless', endless);
    const { exitCode, json, stderr } = await runJson(['allocate', ...FAST, '--loss', '8%'], { MODELS_DIR: endless });
    expect(exitCode).toBe(1);
    expect(json).toEqual({ status: 'error', error: { kind: 'fault', message: expect.stringContaining('ELOOP') } });
    expect(stderr).toContain('    at ');
  });
});

describe('allocate', () => {
  it('answers with the whole contract, in fractions', async () => {
    const args = ['allocate', ...FAST, '--loss', '8%', '--amount', '10000', '--max-weight', '40%'];
    const { exitCode, json } = await runJson(args, {}, tailcap);
    expect(exitCode).toBe(0);
    expect(Object.keys(json).toSorted()).toEqual(
      [
        'status',
        'weights',
        'expectedReturn',
        'cvar',
        'valueAtRisk',
        'freshCvar',
        'standardError',
        'equalWeight',
        'past',
        'minCvar',
        'minCvarWeights',
        'binding',
        'horizonDays',
        'alpha',
        'lossLimit',
        'maxWeight',
        'scenarios',
        'seed',
        'shares',
        'cash',
        'bought',
        'model',
        'prices',
        'seconds',
      ].toSorted(),
    );
    const weights = Object.values<number>(json.weights);
    expect(weights).toHaveLength(12);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
    expect(Math.max(...weights)).toBeLessThanOrEqual(0.4 + 1e-9);
    expect(json.cvar).toBeLessThanOrEqual(0.08 + 1e-7);
    expect(json.minCvar).toBeLessThanOrEqual(json.lossLimit);
    expect(json.cvar).toBeGreaterThan(json.valueAtRisk);
    expect(json).toMatchObject({
      status: 'optimal',
      horizonDays: 5,
      alpha: 0.95,
      lossLimit: 0.08,
      scenarios: 400,
      seed: 1,
    });
    const skill = { value: expect.any(Number), meanCoefficient: expect.any(Number), dates: expect.any(Number) };
    expect(json.model).toEqual({
      trainedUntil: '2025-12-31',
      skill: expect.any(Number),
      recipe: 'filtered',
      forecastSkill: { composite: skill, lstm: skill },
      kappa: 1,
    });
    expect(json.prices).toMatchObject({ from: expect.any(String), until: '2025-12-31', stale: false });
    expect(Object.keys(json.seconds)).toEqual(['prices', 'model', 'scenarios', 'optimize', 'total']);
    const { closes, tickers } = sampleMarket();
    const spent = tickers.reduce((sum, ticker, j) => sum + json.shares[ticker] * (closes.at(-1)?.[j] ?? NaN), 0);
    expect(spent + json.cash).toBeCloseTo(10_000, 6);
    expect(json.bought.currency).toBe('USD');
    expect(json.bought.cvar).toBeLessThanOrEqual(0.08 + 1.01e-7);
    expect(json.bought.money.cvar).toBeCloseTo(10_000 * json.bought.cvar, 9);
  });

  it('says when an amount is too small for a share', async () => {
    const args = ['allocate', ...FAST, '--loss', '8%', '--amount', '10'];
    expect((await run(args)).stdout).toMatch(
      /10\.00 USD buys no share of anything; the cheapest here, a share of \w+, costs [\d.,]+ USD\./,
    );
  });

  it('takes an amount without a currency for pounds where shares are quoted in pence', async () => {
    const vendor = await startVendor();
    const bars = weekdayBars('2022-01-03', 600);
    for (const [k, ticker] of ['AAA.L', 'BBB.L'].entries()) {
      const wandering = bars.map(([day], t) => [day, 625 + 5 * Math.sin((k + 1) * t) + 3 * Math.cos(t * t)] as const);
      vendor.answer(ticker, [{ body: chartBody(wandering, { currency: 'GBp' }) }]);
    }
    const args = ['allocate', '--tickers', 'AAA.L,BBB.L', '--loss', '50%', '--amount', '5000', '--scenarios', '400'];
    const env = { YAHOO_URL: vendor.url, MODELS_DIR: `${home}/london` };
    const { exitCode, json } = await runJson(args, env);
    const { stdout } = await run(args, env);
    await vendor.close();
    expect(exitCode).toBe(0);
    // About 800 shares at 6.25 pounds.
    expect(json.shares['AAA.L'] + json.shares['BBB.L']).toBeGreaterThan(780);
    expect(json.cash).toBeLessThan(6.5);
    expect(json.bought.currency).toBe('GBP');
    expect(json.conversion).toEqual({ kind: 'converted', from: 'GBP', to: 'GBp', rate: 100, stale: false });
    expect(stdout).toMatch(/^Amount +5,000\.00 GBP at 100 GBp for 1 GBP\.$/m);
    expect(stdout).toMatch(/in the worst 5% of scenarios you (lose|gain) [\d.,]+ GBP on average/);
  });

  it('says that an amount was not converted into the money of fictional prices', async () => {
    const args = ['allocate', ...FAST, '--loss', '8%', '--amount', '10000', '--currency', 'eur'];
    expect((await runJson(args)).json.conversion).toEqual({ kind: 'assumed', from: 'EUR', to: 'USD' });
    expect((await run(args)).stdout).toContain('(fictional USD), not converted from EUR');
  });

  it('gives the same answer for the same seed, and another for another', async () => {
    const starts = [
      ['1', tailcapHere],
      ['1', tailcap],
      ['2', tailcapHere],
    ] as const;
    const runs = await Promise.all(
      starts.map(([seed, start]) => runJson(['allocate', ...FAST, '--loss', '8%', '--seed', seed], {}, start)),
    );
    for (const { json } of runs) delete json.seconds;
    const [one, again, other] = runs.map(({ json }) => json);
    expect(again).toEqual(one);
    expect(other.minCvar).not.toBe(one.minCvar);
  });

  it('answers an impossible limit with the smallest one and exit code 3', async () => {
    const { exitCode, json } = await runJson(['allocate', ...FAST, '--loss', '0.1%']);
    expect(exitCode).toBe(3);
    expect(json.status).toBe('infeasible');
    expect(json.minCvar).toBeGreaterThan(0.001);
    expect(Object.values<number>(json.minCvarWeights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
    for (const absent of ['weights', 'expectedReturn', 'cvar', 'valueAtRisk', 'freshCvar']) {
      expect(json).not.toHaveProperty(absent);
    }
  });

  it('splits by another strategy, and names it', async () => {
    const asked = [
      ['equal-weight', '8%'],
      ['equal-weight', '0.1%'],
      ['minimum-cvar', '8%'],
    ] as const;
    const runs = await Promise.all(
      asked.map(([strategy, loss]) => runJson(['allocate', ...FAST, '--loss', loss, '--strategy', strategy])),
    );
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 3, 0]);
    const [equal, broken, least] = runs.map(({ json }) => json);
    expect(equal).toMatchObject({ status: 'optimal', strategy: 'equal-weight', lossLimit: 0.08 });
    expect(Object.values<number>(equal.weights)).toEqual(Array.from({ length: 12 }, () => 1 / 12));
    expect(equal.cvar).toBeGreaterThan(equal.minCvar);
    expect(broken).toMatchObject({ status: 'infeasible', strategy: 'equal-weight', minCvar: equal.minCvar });
    expect(Object.values<number>(broken.weights)).toEqual(Object.values<number>(equal.weights));
    expect(least).toMatchObject({ status: 'optimal', strategy: 'minimum-cvar', minCvar: equal.minCvar });
    expect(least.cvar).toBeLessThan(least.minCvar);
    expect(least.weights).toEqual(least.minCvarWeights);
    expect(least.minCvarWeights).toEqual(equal.minCvarWeights);
  });

  it('keeps a limit with weights of its own, and says how far it has moved for it', async () => {
    const asked = ['allocate', ...FAST, '--strategy', 'risk-parity'];
    const { json: own } = await runJson([...asked, '--loss', '50%']);
    expect(own).not.toHaveProperty('moved');
    const limit = (own.cvar + own.minCvar) / 2;
    const loss = `${(100 * limit).toFixed(4)}%`;
    const [{ exitCode, json }, { stdout }] = await Promise.all([
      runJson([...asked, '--loss', loss]),
      run([...asked, '--loss', loss]),
    ]);
    expect(exitCode).toBe(0);
    expect(json.cvar).toBeLessThan(limit);
    const tickers = Object.keys(own.weights);
    const distance = tickers.reduce((sum, ticker) => sum + Math.abs(json.weights[ticker] - own.weights[ticker]) / 2, 0);
    expect(json.moved).toBeCloseTo(distance, 9);
    expect(stdout).toMatch(/To keep the limit, [\d.]+% of the money is placed otherwise/);
  });

  it('says that a strategy is above the limit', async () => {
    const { exitCode, stdout } = await run(['allocate', ...FAST, '--loss', '0.1%', '--strategy', 'equal-weight']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^Equal weights: above the limit of 0\.1% · 5 trading days · sample\n/);
    expect(stdout).toMatch(/, above the limit of 0\.1%\.\n/);
  });

  it('prints the same as text, and draws it', async () => {
    const chart = `${home}/pictures/answer.png`;
    const { exitCode, stdout, stderr } = await runAsProcess(['allocate', ...FAST, '--loss', '8%', '--chart', chart]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Split within 8% · 5 trading days · sample');
    expect(stdout).toContain('Not investment advice');
    expect(stderr).toContain('answer.png');
    expect(readFileSync(chart).subarray(1, 4).toString()).toBe('PNG');
  });
});

describe('scenarios and solve', () => {
  it('write what the optimiser reads: both find the same least risky split', async () => {
    const file = `${home}/scenarios.csv`;
    expect((await run(['scenarios', ...FAST, '--out', file])).exitCode).toBe(0);
    const [{ json: solved }, { json: allocated }] = await Promise.all([
      runJson(['solve', '--scenarios-file', file, '--loss', '6%']),
      runJson(['allocate', ...FAST, '--loss', '6%']),
    ]);
    expect(Object.keys(solved).toSorted()).toEqual(
      [
        'status',
        'weights',
        'expectedReturn',
        'cvar',
        'valueAtRisk',
        'minCvar',
        'minCvarWeights',
        'binding',
        'gap',
        'seconds',
      ].toSorted(),
    );
    expect(solved.minCvarWeights).toEqual(allocated.minCvarWeights);
    // What allocate answers is priced on other scenarios, and leaves a margin.
    expect(solved.cvar).toBeCloseTo(0.06, 6);
    expect(allocated.cvar).toBeLessThan(0.06);
    expect(allocated.minCvar).toBeGreaterThan(solved.minCvar);
    expect(solved.gap).toBeLessThanOrEqual(1e-7);
  });

  it('shows no weight that is only the noise of the solver', async () => {
    const file = `${home}/dominated.csv`;
    writeFileSync(file, 'AAA,BBB\n0.1,0.05\n-0.02,-0.04\n0.03,0.01\n');
    const { stdout } = await run(['solve', '--scenarios-file', file, '--loss', '5%']);
    expect(stdout).toMatch(/^AAA +100\.0%$/m);
    expect(stdout).not.toContain('BBB');
  });

  it('solves for a single asset', async () => {
    const file = `${home}/one.csv`;
    writeFileSync(file, 'ONLY\n0.1\n-0.02\n0.03\n');
    const { exitCode, json } = await runJson(['solve', '--scenarios-file', file, '--loss', '5%']);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ status: 'optimal', weights: { ONLY: 1 }, cvar: 0.02 });
  });
});

describe('prices and universes', () => {
  it('describe a file', async () => {
    const file = `${home}/described.csv`;
    writePricesCsv(file, sampleMarket(), 3, 600);
    const { exitCode, json } = await runJson(['prices', '--prices', file]);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ source: 'described.csv', days: 600, until: '2025-12-31' });
    expect(json.assets).toHaveLength(3);
  });

  it('come from the named vendor, which is Yahoo if none is named', async () => {
    const vendor = await startVendor();
    try {
      for (const [k, ticker] of ['AAA', 'BBB'].entries())
        vendor.answer(ticker, [{ body: chartBody(weekdayBars('2022-01-03', 600, k + 1)) }]);
      const prices = ['prices', '--tickers', 'AAA,BBB'];
      const { json: usual } = await runJson(prices, { YAHOO_URL: vendor.url });
      const { exitCode, json } = await runJson([...prices, '--vendor', 'yahoo'], { YAHOO_URL: vendor.url });
      expect([exitCode, json]).toEqual([0, usual]);
      expect(json).toMatchObject({ source: 'Yahoo Finance', days: 600 });
      // The second answer comes from the series that the first one has stored.
      expect(vendor.requests).toHaveLength(2);
    } finally {
      await vendor.close();
    }
  });

  it('list all universes', async () => {
    const { json } = await runJson(['universes']);
    expect(json.universes.map(({ name }: { name: string }) => name)).toEqual(['sample', 'us12', 'gaussian']);
    expect(json.universes[0].models).toEqual([{ recipe: 'filtered', trainedUntil: '2025-12-31' }]);
  });
});

describe('train', () => {
  it('reproduces the model that ships', async () => {
    const [version = ''] = readdirSync(fileURLToPath(new URL('../../models/sample/filtered', import.meta.url)));
    const manifest = new URL(`../../models/sample/filtered/${version}/manifest.json`, import.meta.url);
    const shipped = JSON.parse(readFileSync(manifest, 'utf8'));
    const { exitCode, json } = await runJson(['train', '--universe', 'sample'], { MODELS_DIR: `${home}/trained` });
    expect(exitCode).toBe(0);
    // To the bit on a machine that rounds multiply-adds as ours does, and nearly so on any other.
    expect(json.skill).toBeCloseTo(shipped.skill, 3);
    expect(json.losses.validation).toBeCloseTo(shipped.losses.validation, 3);
    expect(json).toMatchObject({ trainedUntil: shipped.trainedUntil, seed: shipped.seed, memory: 'carried' });
  });
});

describe('a universe without a model', () => {
  const file = `${home}/small.csv`;
  const models = `${home}/models`;
  const env = { MODELS_DIR: models };
  const ask = (...more: string[]) =>
    runJson(
      [
        'allocate',
        '--prices',
        file,
        '--loss',
        '20%',
        '--scenarios',
        '200',
        '--horizon',
        '3',
        '--recipe',
        'plain',
        ...more,
      ],
      env,
    );

  const train = (...more: string[]) => runJson(['train', '--prices', file, ...more], env);

  beforeAll(() => writePricesCsv(file, sampleMarket(), 2, 560));

  it('is trained when first needed; a past day gets a model of its own', async () => {
    const first = await ask();
    expect(first.exitCode).toBe(0);
    expect(first.stderr).toContain('Training a model');
    expect(first.json.model).toMatchObject({ trainedUntil: '2025-12-31', recipe: 'plain' });

    const again = await ask();
    expect(again.stderr).not.toContain('Training a model');
    expect({ ...again.json, seconds: 0 }).toEqual({ ...first.json, seconds: 0 });

    const past = await ask('--as-of', '2025-11-28');
    expect(past.json.model.trainedUntil).toBe('2025-11-28');
    expect(past.json.prices.until).toBe('2025-11-28');
    expect((await ask()).json.model.trainedUntil).toBe('2025-12-31');
    expect(existsSync(models)).toBe(true);
  }, 240_000);

  it('is trained with the requested memory, or carries its state', async () => {
    const [plain, asked] = [await train(), await train('--memory', 'window')];
    expect([plain.json.memory, asked.json.memory]).toEqual(['carried', 'window']);
    expect(asked.json).toMatchObject({ status: 'trained', recipe: 'filtered', unchanged: false });
  }, 240_000);
});
