import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { tailcap, temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const FAST = ['--universe', 'sample', '--scenarios', '400', '--horizon', '5'];

const runJson = async (command: string, args: readonly string[], start = tailcapHere) => {
  const { exitCode, stdout } = await start([command, ...args, '--json'], home);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return { exitCode, json: JSON.parse(stdout) };
};

interface Point {
  readonly cvar: number;
  readonly leastLimit: number;
  readonly expectedReturn: number;
  readonly valueAtRisk: number;
  readonly weights: Readonly<Record<string, number>>;
}

describe('frontier', () => {
  it('answers with the whole contract, in fractions, and agrees with allocate', async () => {
    const args = [...FAST, '--points', '5', '--max-weight', '40%', '--loss', '4%'];
    const { exitCode, json } = await runJson('frontier', args, tailcap);
    expect(exitCode).toBe(0);
    expect(Object.keys(json).toSorted()).toEqual(
      [
        'status',
        'points',
        'minCvar',
        'equalWeight',
        'gap',
        'past',
        'horizonDays',
        'alpha',
        'lossLimit',
        'maxWeight',
        'scenarios',
        'seed',
        'model',
        'prices',
        'seconds',
      ].toSorted(),
    );
    expect(json).toMatchObject({
      status: 'traced',
      horizonDays: 5,
      alpha: 0.95,
      lossLimit: 0.04,
      scenarios: 400,
      seed: 1,
    });
    expect(Object.keys(json.seconds)).toEqual(['prices', 'model', 'scenarios', 'optimize', 'total']);
    const points: Point[] = json.points;
    expect(points).toHaveLength(5);
    expect(points[0]?.leastLimit).toBeCloseTo(json.minCvar, 7);
    for (const [at, { cvar, leastLimit, expectedReturn, valueAtRisk, weights }] of points.entries()) {
      const shares = Object.values(weights);
      expect(shares).toHaveLength(12);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(Math.max(...shares)).toBeLessThanOrEqual(0.4 + 1e-9);
      expect(cvar).toBeGreaterThan(valueAtRisk);
      expect(leastLimit).toBeGreaterThan(cvar);
      expect(leastLimit).toBeGreaterThan(points[at - 1]?.leastLimit ?? -Infinity);
      expect(expectedReturn).toBeGreaterThan(points[at - 1]?.expectedReturn ?? -Infinity);
    }

    const limit = points[2]?.leastLimit ?? Number.NaN;
    const { json: allocated } = await runJson('allocate', [...FAST, '--max-weight', '40%', '--loss', String(limit)]);
    // A share of a limit may stay unused.
    expect(allocated.expectedReturn / points[2]!.expectedReturn).toBeCloseTo(1, 2);
    expect(allocated.minCvar).toBe(json.minCvar);
  });

  it('has 20 points by default, and only marks a limit that no split keeps', async () => {
    const { exitCode, json } = await runJson('frontier', [...FAST, '--loss', '0.1%']);
    expect(exitCode).toBe(0);
    expect(json.points).toHaveLength(20);
    expect(json.lossLimit).toBe(0.001);
  });

  it('prints the same as text, and draws it', async () => {
    const chart = `${home}/pictures/frontier.png`;
    const { exitCode, stdout, stderr } = await tailcap(['frontier', ...FAST, '--loss', '4%', '--chart', chart], home);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Efficient frontier · 5 trading days · sample');
    for (const marked of ['lowest', 'equal', 'limit', 'highest'])
      expect(stdout).toMatch(new RegExp(`^${marked} +\\d`, 'm'));
    expect(stdout).toContain('Not investment advice');
    expect(stderr).toContain('frontier.png');
    expect(readFileSync(chart).subarray(1, 4).toString()).toBe('PNG');
  });

  it.each<[string[], string, string, string?]>([
    [[...FAST, '--points', '1'], 'points', 'from 2 to 100; got "1"'],
    [[...FAST, '--points', '101'], 'points', 'from 2 to 100'],
    [[...FAST, '--loss', '8'], 'loss', 'a bare 8 is unclear'],
    [[...FAST, '--max-weight', '5%'], 'max-weight', 'at most 5% per asset', 'constraints.max-weight-too-low'],
    [[], 'universe', 'Say which assets'],
  ])('answers bad input %j with one sentence and exit code 2', async (args, option, sentence, code) => {
    const { exitCode, json } = await runJson('frontier', args);
    expect(exitCode).toBe(2);
    // Constraints that contradict each other are named too.
    const conflicts: unknown = json.error.conflicts;
    expect(conflicts !== undefined).toBe(code?.startsWith('constraints.') === true);
    expect(json).toEqual({
      status: 'error',
      error: { kind: 'input', message: expect.stringContaining(sentence), option, code, conflicts },
    });
  });
});
