import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import { openDecisionCache } from '../../../src/engine-service/decision-cache.ts';
import { writePricesCsv } from '../../support/prices-csv.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { startTailcap, tailcap, temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const market = { ...randomPrices({ days: 600, assets: 4 }), tickers: ['A', 'B', 'C', '^I'] };
const file = join(home, 'prices.csv');
beforeAll(() => writePricesCsv(file, market, 4, 600));

/** Four decisions: of rows 510, 530, 550 and 570. */
const FAST = ['--prices', file, '--from', market.dates[510]!, '--horizon', '20', '--scenarios', '200'];
const GRID = [...FAST, '--limits', '0.1%,8%', '--retrain', '40'];

/** Seventeen decisions, of which some wait while others are made. */
const LONG = [...FAST, '--horizon', '5', '--scenarios', '3000', '--limits', '2%,3%', '--retrain', '45'];

const runJson = async (args: readonly string[], where = home, start = tailcap) => {
  const { exitCode, stdout, stderr } = await start(['backtest', ...args, '--json'], where);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return { exitCode, stderr, json: JSON.parse(stdout) };
};

const FIGURES = ['annualReturn', 'volatility', 'sharpe', 'sortino', 'maxDrawdown', 'calmar'];

describe('backtest', () => {
  it('answers with the whole contract, in fractions', async () => {
    const { exitCode, json } = await runJson(GRID);
    expect(exitCode).toBe(0);
    for (const key of ['decisions', 'byLimit', 'paths', 'seconds']) expect(json).toHaveProperty(key);
    expect(json).toMatchObject({ status: 'tested', tickers: ['A', 'B', 'C'], index: '^I', alpha: 0.95, costBps: 10 });

    const dates = [510, 530, 550, 570].map((row) => market.dates[row]);
    const rules = ['equal', 'min', 0.001, 0.08, 'index'];
    const decided: { date: string; limit: string | number }[] = json.decisions;
    expect(decided.map(({ date, limit }) => [date, limit])).toEqual(
      dates.flatMap((date) => rules.map((limit) => [date, limit])),
    );
    expect(Object.keys(json.decisions[3]).toSorted()).toEqual(
      [
        'date',
        'until',
        'limit',
        'status',
        'predicted',
        'realised',
        'realisedNet',
        'valueAtRisk',
        'cvar',
        'freshCvar',
        'loosestLimit',
        'minCvar',
        'weights',
      ].toSorted(),
    );
    expect(Object.keys(json.decisions[3].weights)).toEqual(['A', 'B', 'C']);
    expect(json.decisions[2]).toMatchObject({ status: 'infeasible', weights: json.decisions[1].weights });
    expect(json.decisions[4]).toEqual({
      date: dates[0],
      until: dates[1],
      limit: 'index',
      realised: expect.closeTo(market.closes[530]![3]! / market.closes[510]![3]! - 1, 12),
      realisedNet: expect.any(Number),
    });

    expect(json.byLimit.map(({ limit }: { limit: unknown }) => limit)).toEqual(rules.slice(0, 4));
    expect(json.byLimit[2]).toEqual({ limit: 0.001, decisions: 4, feasible: 0, violations: 0 });
    expect(json.byLimit[3]).toMatchObject({
      decisions: 4,
      feasible: 4,
      predicted: expect.any(Number),
      realised: expect.any(Number),
      violations: expect.any(Number),
      kupiecP: expect.any(Number),
      christoffersenP: expect.any(Number),
      z2: expect.any(Number),
      z2Critical: expect.any(Number),
    });

    expect(Object.keys(json.paths)).toEqual(['equal', 'min', '0.1%', '8%', 'index']);
    for (const path of Object.values<Record<string, object>>(json.paths)) {
      expect(Object.keys(path)).toEqual([...FIGURES, 'turnover', 'gross']);
      expect(Object.keys(path['gross']!)).toEqual(FIGURES);
    }
    expect(json.paths.equal.annualReturn).toBeLessThan(json.paths.equal.gross.annualReturn);
  });

  it('prints the same as text, writes every decision and draws three pictures', async () => {
    const [csv, chart] = [join(home, 'out', 'decisions.csv'), join(home, 'out', 'profit.png')];
    const { exitCode, stdout } = await tailcapHere(['backtest', ...GRID, '--csv', csv, '--chart', chart], home);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Backtest · 20 trading days · prices.csv');
    expect(stdout).toMatch(/^[01] of 1 limit held, by Kupiec's test/m);
    expect(stdout).toContain('Could be kept: up to 0.1% on no date, from 8% on every date.');
    expect(stdout).toMatch(/^Limit +Kept +Predicted +Real .* Z2 +critical/m);
    expect(stdout).toMatch(/^Path +Return +before costs .* Turnover$/m);
    for (const rule of ['equal', 'min', '0.1%', '8%', 'index']) expect(stdout).toMatch(new RegExp(`^${rule} +`, 'm'));
    expect(stdout).toContain('Not investment advice');

    const lines = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe(
      'date,until,limit,status,predicted,valueAtRisk,cvar,freshCvar,minCvar,realised,realisedNet,A,B,C',
    );
    expect(lines).toHaveLength(1 + 4 * 4);
    const cells = lines[4]!.split(',');
    expect(cells.slice(0, 4)).toEqual([market.dates[510], market.dates[530], '0.08', 'optimal']);
    expect(cells.slice(-3).reduce((sum, weight) => sum + Number(weight), 0)).toBeCloseTo(1, 9);
    for (const name of ['profit', 'profit-equity', 'profit-violations']) {
      expect(
        readFileSync(join(home, 'out', `${name}.png`))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    }
  });

  it.each<[string[], string, string, string?]>([
    [FAST.slice(0, 2), 'from', '--from is needed'],
    [['--from', '2020-01-02'], 'universe', 'Say which assets'],
    [[...FAST, '--from', '2016-01-01'], 'from', 'begin on 2016-05-14 or later', 'backtest.from-too-early'],
    [[...FAST, '--from', 'monday'], 'from', 'YYYY-MM-DD'],
    [[...FAST, '--until', market.dates[520]!], 'until', 'until must leave room', 'backtest.until-too-early'],
    [
      [...FAST, '--offset', '20'],
      'offset',
      'offset must lie below the horizon of 20 days',
      'backtest.offset-beyond-horizon',
    ],
    [[...FAST, '--window', '499'], 'window', 'from 500 to'],
    [[...FAST, '--window', 'rolling'], 'window', 'expanding or a number of days'],
    [[...FAST, '--limits', '8'], 'limits', 'a bare 8 is unclear'],
    [[...FAST, '--retrain', '-1'], 'retrain', 'retrain'],
    [[...FAST, '--cost-bps', '1%'], 'cost-bps', 'whole number'],
    [[...FAST, '--max-weight', '20%'], 'max-weight', 'at most 20% per asset', 'constraints.max-weight-too-low'],
    [[...FAST, '--recipe', 'x'], 'recipe', 'filtered or plain', 'strategies.wrong-params'],
    [[...FAST, '--tickers', 'A,^I'], 'tickers', 'at least 2 assets beside indices', 'prices.too-few-assets'],
    [[...FAST, '--csv', '/dev/null/x.csv'], 'csv', 'Cannot write', 'files.cannot-write'],
    [[...FAST, '--chart', home], 'chart', 'it is a directory'],
    [
      [...FAST, '--window', '-x'],
      'window',
      '--window needs a value; one that begins with a dash is written --window=-x',
    ],
  ])('answers bad input %j with one sentence and exit code 2', async (args, option, sentence, code) => {
    const { exitCode, json } = await runJson(args, home, tailcapHere);
    expect(exitCode).toBe(2);
    // Constraints that contradict each other are named too.
    const conflicts: unknown = json.error.conflicts;
    expect(conflicts !== undefined).toBe(code?.startsWith('constraints.') === true);
    expect(json).toEqual({
      status: 'error',
      error: { kind: 'input', message: expect.stringContaining(sentence), option, code, conflicts },
    });
  });

  it('says what remains when it is interrupted, and resumes from there', async () => {
    // One training is enough, and spares time.
    const args = [...LONG, '--retrain', '200', '--seed', '2'];
    const where = join(home, 'interrupted');
    const { interrupt, run } = startTailcap(['backtest', ...args, '--json'], where);
    const made = await decisionsKept(where, 3);
    interrupt();
    const { exitCode, stdout, stderr } = await run;
    expect(exitCode).toBe(130);
    const message = expect.stringContaining('the same command resumes from them');
    expect(JSON.parse(stdout)).toEqual({ status: 'error', error: { kind: 'interrupted', message } });
    expect(stderr.trimEnd().split('\n').at(-1)).toEqual(message);
    expect(stderr).not.toMatch(/Fault|Error/);
    const { stderr: again } = await runJson(args, where);
    expect(Number(/decision (\d+) of 17/.exec(again)?.[1])).toBeGreaterThanOrEqual(made);
  });

  // Killed as from outside, with decisions on their way: what was kept is whole, and the rest is made again.
  it('resumes after it was killed', async () => {
    const args = [...LONG, '--warm-start'];
    const [killed, whole] = [join(home, 'killed'), join(home, 'whole')];
    const { kill, run } = startTailcap(['backtest', ...args, '--json'], killed);
    const made = await decisionsKept(killed, 5);
    kill();
    const { exitCode, stdout } = await run;
    expect([exitCode, stdout]).toEqual([null, '']);

    const { json, stderr } = await runJson(args, killed);
    const [, told] = /decision (\d+) of 17/.exec(stderr) ?? [];
    expect(Number(told)).toBeGreaterThanOrEqual(made);
    expect(Number(told)).toBeLessThan(17);
    const { json: uninterrupted } = await runJson(args, whole, tailcapHere);
    expect({ ...json, seconds: 0 }).toEqual({ ...uninterrupted, seconds: 0 });
    rmSync(killed, { recursive: true });
  });
});

/** Waits until so many decisions are on the disk. */
async function decisionsKept(where: string, wanted: number): Promise<number> {
  const path = join(where, 'store.sqlite');
  while (!existsSync(path)) await sleep(20);
  const store = await openStore(`sqlite:${path}`, { now: Date.now });
  try {
    const table = openDecisionCache(store);
    for (;;) {
      const { length } = await table.keys();
      if (length >= wanted) return length;
      await sleep(20);
    }
  } finally {
    await store.close();
  }
}
