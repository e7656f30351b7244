// Commands beside allocate that begin with what is held.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePricesCsv } from '../support/prices-csv.ts';
import { randomPrices } from '../support/random-prices.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { tailcapHere } from '../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const market = { ...randomPrices({ days: 600, assets: 3 }), tickers: ['AAA', 'BBB', 'CCC'] };
const file = join(home, 'prices.csv');
const scenarios = join(home, 'scenarios.csv');
beforeAll(() => {
  writePricesCsv(file, market, 3, 600);
  // A earns most and loses most.
  writeFileSync(scenarios, 'A,B,C\n0.10,0.02,0.01\n-0.05,0.00,0.01\n0.06,0.01,0.00\n-0.03,-0.01,0.00\n');
});

async function ask(command: string, args: readonly string[]) {
  const { exitCode, stdout } = await tailcapHere([command, ...args, '--json'], home);
  return { exitCode, json: JSON.parse(stdout) };
}

const refused = (option: string, sentence: string, code?: string) => ({
  exitCode: 2,
  json: {
    status: 'error',
    error: { kind: 'input', option, message: expect.stringContaining(sentence), ...(code !== undefined && { code }) },
  },
});

/** Decisions of rows 540 and 570. */
const PAST = [
  '--prices',
  file,
  '--from',
  market.dates[540]!,
  '--horizon',
  '29',
  '--scenarios',
  '200',
  '--limits',
  '8%',
];
const TRADES = ['--max-turnover', '10%', '--cost', '0.1%'];
const HELD = ['--holdings', 'AAA 1, BBB 1, CCC 1'];

describe('backtest and record', () => {
  it('say what each decision traded, and at what cost', async () => {
    const csv = join(home, 'decisions.csv');
    const { exitCode, json } = await ask('backtest', [...PAST, ...TRADES, '--csv', csv]);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ costBps: 10, maxTurnover: 0.1, cost: 0.001 });
    const own: { limit: unknown; turnover?: number; tradingCost: number }[] = json.decisions.filter(
      ({ limit }: { limit: unknown }) => limit === 0.08,
    );
    expect(own.map(({ turnover }) => turnover)).toEqual([undefined, expect.any(Number)]);
    expect(own[1]!.turnover).toBeLessThan(0.1 + 1e-9);
    expect(own[0]!.tradingCost).toBeCloseTo(0.001, 9);
    expect(own[1]!.tradingCost).toBeCloseTo(0.002 * own[1]!.turnover!, 9);
    expect(json.byLimit.at(-1)).toMatchObject({ limit: 0.08, turnover: own[1]!.turnover });
    const [header, ...rows] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(header).toContain('realised,realisedNet,turnover,tradingCost,AAA,BBB,CCC');
    expect(rows.map((row) => row.split(',')[11])).toEqual([
      '',
      '',
      '',
      ...Array(3).fill(expect.stringMatching(/^0\./)),
    ]);
  });

  it('begin with what is held, and say so', async () => {
    const text = await tailcapHere(['backtest', ...PAST, ...TRADES, ...HELD], home);
    expect(text.stdout).toMatch(/^Held at first +CCC \d+\.\d%|^Held at first +[A-C]{3} \d+\.\d%, /m);
    expect(text.stdout).toMatch(/^Traded +\d+\.\d\d% of the money at a decision on average/m);
    expect(text.stdout).toContain('was realised after costs.');
    expect(text.stdout).toContain('By limit, after costs.');
    const { json } = await ask('record', [...PAST, ...TRADES, ...HELD]);
    expect(json).toMatchObject({ status: 'recorded', maxTurnover: 0.1, held: { cash: 0 }, overTurnover: 0 });
    expect(json.turnover).toBeGreaterThan(0);
    expect(json.turnover).toBeLessThan(0.1 + 1e-9);
  });

  it('fall as little behind a benchmark as can be where nothing keeps its limit, and count the dates', async () => {
    const csv = join(home, 'behind.csv');
    const behind = ['--max-weight', '50%', '--constraint', 'behind AAA <= 0.01%'];
    const { exitCode, json } = await ask('backtest', [...PAST, ...behind, '--csv', csv]);
    expect(exitCode).toBe(0);
    const own: { limit: unknown; leastBehind?: number }[] = json.decisions;
    for (const { limit, leastBehind = 0 } of own) expect(leastBehind > 0.0001).toBe(limit !== 'equal');
    expect(json.byLimit.map(({ overBehind }: { overBehind?: number }) => overBehind)).toEqual([undefined, 2, 2]);
    const [header, ...rows] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(header).toContain('realised,realisedNet,leastBehind,AAA,BBB,CCC');
    expect(rows.map((row) => row.split(',')[11])).toEqual(own.map((one) => String(one.leastBehind ?? '')));
    const sentence =
      'On 2 of 2 dates no split was found that falls so little behind: the least that could be kept was held';
    const { stdout } = await tailcapHere(['record', ...PAST, ...behind], home);
    expect(stdout).toMatch(new RegExp(`^Behind AAA +${sentence}$`, 'm'));
    const record = await ask('record', [...PAST, ...behind]);
    expect(record.json.overBehind).toBe(2);
    const [kept, without] = [['--constraint', 'behind AAA <= 90%'], []];
    expect((await ask('record', [...PAST, ...kept])).json.overBehind).toBe(0);
    expect((await ask('record', [...PAST, ...without])).json).not.toHaveProperty('overBehind');
  });

  it('keep up with one benchmark, before anything is trained', async () => {
    const two = ['--constraint', 'behind AAA <= 5%', '--constraint', 'behind BBB <= 5%'];
    const sentence = 'Only one benchmark at a time can be kept up with; got AAA and BBB.';
    for (const command of ['backtest', 'record'])
      expect(await ask(command, [...PAST, ...two])).toEqual(refused('constraint', sentence));
  });

  it('take one cost', async () => {
    const both = await ask('backtest', [...PAST, '--cost', '0.1%', '--cost-bps', '5']);
    expect(both).toEqual(refused('cost-bps', 'Give either --cost, which decisions weigh, or --cost-bps'));
    const { json } = await ask('backtest', [...PAST, '--cost-bps', '5']);
    expect(json.costBps).toBe(5);
    expect(json.decisions[0]).not.toHaveProperty('tradingCost');
  });
});

describe('frontier', () => {
  const ASKED = ['--prices', file, '--scenarios', '300', '--points', '3', '--horizon', '5'];

  it('trades every split from what is held', async () => {
    const { exitCode, json } = await ask('frontier', [...ASKED, ...HELD, '--max-turnover', '15%', '--cost', '0.2%']);
    expect(exitCode).toBe(0);
    const before = market.closes.at(-1)!;
    const all = before[0]! + before[1]! + before[2]!;
    for (const { weights, turnover, tradingCost } of json.points) {
      const bought = market.tickers.map((ticker, j) => Math.max(0, weights[ticker] - before[j]! / all));
      expect(turnover).toBeCloseTo(bought[0]! + bought[1]! + bought[2]!, 9);
      expect(turnover).toBeLessThan(0.15 + 1e-9);
      expect(tradingCost).toBeCloseTo(0.002 * 2 * turnover, 9);
    }
    expect(json.held.weights.AAA).toBeCloseTo(before[0]! / all, 9);
    const { stdout } = await tailcapHere(['frontier', ...ASKED, ...HELD], home);
    expect(stdout).toMatch(/^ +CVaR +Profit +Traded +Largest weights/m);
    expect(stdout).toMatch(/^Held today +[A-C]{3} \d/m);
  });

  it('needs what is held for a limit on trades, and refuses one that is too low for its cash', async () => {
    const nothing = await ask('frontier', [...ASKED, '--max-turnover', '15%']);
    expect(nothing).toEqual(refused('max-turnover', 'holdings says what that is', 'constraints.nothing-held'));
    const cash = await ask('frontier', [...ASKED, '--holdings', 'AAA 1, cash 1000', '--max-turnover', '15%']);
    expect(cash).toMatchObject(refused('max-turnover', '% traded would do', 'constraints.turnover-too-low'));
  });
});

describe('solve', () => {
  const ASKED = ['--scenarios-file', scenarios, '--loss', '50%', '--alpha', '50%'];
  const SOME = ['--holdings', 'a 20%, B 0.5, cash 30%'];

  it('trades from weights', async () => {
    const { exitCode, json } = await ask('solve', [...ASKED, ...SOME, '--max-turnover', '40%', '--cost', '0.1%']);
    expect(exitCode).toBe(0);
    // A earns most: all cash buys it, and a tenth of the money more from B.
    expect(json.weights).toEqual({ A: expect.closeTo(0.6, 6), B: expect.closeTo(0.4, 6), C: expect.closeTo(0, 6) });
    expect(json).toMatchObject({
      held: { A: 0.2, B: 0.5, C: 0 },
      trades: [
        { ticker: 'A', weight: expect.closeTo(0.4, 6) },
        { ticker: 'B', weight: expect.closeTo(-0.1, 6) },
      ],
      turnover: expect.closeTo(0.4, 6),
      tradingCost: expect.closeTo(0.0005, 6),
    });
    const { stdout } = await tailcapHere(['solve', ...ASKED, ...SOME, '--max-turnover', '40%', '--cost', '0.1%'], home);
    expect(stdout).toMatch(/^A +20\.0% +60\.0% +\+40\.00%$/m);
    expect(stdout).toMatch(/^B +50\.0% +40\.0% +−10\.00%$/m);
    expect(stdout).toMatch(/^Traded +40\.00%$/m);
    expect(stdout).toMatch(/^Trading cost +0\.05%$/m);
  });

  it('says how much must be traded where the limit is too little', async () => {
    const refusal = await ask('solve', [...ASKED, ...SOME, '--max-turnover', '20%']);
    const sentence = 'No split keeps at most 20% traded, since all money is invested: at most 30% traded would do.';
    expect(refusal).toMatchObject(refused('max-turnover', sentence));
    expect(refusal.json.error).toMatchObject({
      code: 'constraints.turnover-too-low',
      conflicts: [{ mend: [{ to: { kind: 'max-turnover', weight: 0.3 } }] }],
    });
  });

  it('keeps up with one benchmark at a time', async () => {
    const two = ['--constraint', 'behind A <= 5%', '--constraint', 'behind B <= 5%'];
    const sentence = 'Only one benchmark at a time can be kept up with; got A and B.';
    expect(await ask('solve', [...ASKED, ...two])).toMatchObject(refused('constraint', sentence));
  });

  it.each([
    ['A 30, cash 500 USD', 'Scenarios have no prices, so that --holdings takes parts of the money'],
    ['A 30%, D 20%', 'holdings names D, which is none of these assets: A, B, C.'],
    ['A 80%, B 30%', 'holdings must sum to 100% at most, the rest is cash; got 110%.'],
    ['A 10%, A 20%', 'holdings names A twice.'],
    ['A 10%, $A 20%', 'holdings names A twice.'],
  ])('refuses %j', async (holdings, sentence) => {
    expect(await ask('solve', [...ASKED, '--holdings', holdings])).toMatchObject(refused('holdings', sentence));
  });
});
