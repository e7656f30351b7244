import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { temporaryHome } from '../support/tailcap.ts';
import { tailcapHere } from '../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const SCENARIOS = `${home}/scenarios.csv`;

/** Their golden files were recorded before there were strategies and mandates. `bench/answers.ts` asks more, and compares bytes. */
const LINES = {
  allocate:
    'allocate --universe sample --loss 7% --max-weight 30% --min-weight 2% --amount 10000 --horizon 42 --alpha 97.5% --scenarios 4000 --seed 3',
  'allocate-infeasible': 'allocate --universe sample --loss 1%',
  frontier: 'frontier --universe sample --points 7 --max-weight 25% --min-weight 1% --alpha 90%',
  backtest:
    'backtest --universe sample --from 2025-06-02 --until 2025-09-30 --window 500 --retrain 252 --limits 4%,8% --scenarios 300',
  prices: 'prices --universe sample',
  universes: 'universes',
  scenarios: `scenarios --universe sample --scenarios 3000 --horizon 21 --out ${SCENARIOS}`,
} as const;

/** What reads the file that `scenarios` writes. */
const SOLVE = {
  solve: `solve --scenarios-file ${SCENARIOS} --loss 8% --max-weight 40%`,
  'solve-infeasible': `solve --scenarios-file ${SCENARIOS} --loss 0.5%`,
} as const;

async function ask(line: string): Promise<unknown> {
  const { exitCode, stdout } = await tailcapHere([...line.split(' '), '--json'], home);
  const answer: { status: string } = JSON.parse(stdout.replaceAll(`${home}/`, ''));
  expect([answer.status, exitCode]).toEqual([answer.status, answer.status === 'infeasible' ? 3 : 0]);
  return answer;
}

const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8'));

/** Other processors round differently: the two builds of the kernel are 2e-7 apart here. */
const TOLERANCE = 1e-6;

const isNear = (one: number, other: number): boolean =>
  Math.abs(one - other) <= TOLERANCE * Math.max(1, Math.abs(other));

/** Where two answers differ: in what they hold, in the order of keys, or in numbers by more than they may. */
function differences(answer: unknown, expected: unknown, path = ''): string[] {
  if (typeof answer === 'number' && typeof expected === 'number' && isNear(answer, expected)) return [];
  if (isObject(answer) && isObject(expected)) {
    const [keys, wanted] = [Object.keys(answer), Object.keys(expected)];
    if (keys.join() !== wanted.join() || Array.isArray(answer) !== Array.isArray(expected)) {
      return [`${path}: expected ${wanted.join()}, got ${keys.join()}`];
    }
    // How long something took differs from run to run.
    return wanted.flatMap((key) =>
      key === 'seconds' ? [] : differences(answer[key], expected[key], `${path}/${key}`),
    );
  }
  return answer === expected ? [] : [`${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(answer)}`];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The first, as others wait for its file. */
const drawn = ask(LINES.scenarios);

it.concurrent.each(Object.entries(LINES))('%s answers as before', async (name, line) => {
  const answer = await (name === 'scenarios' ? drawn : ask(line));
  expect(differences(answer, golden(name))).toEqual([]);
});

it.concurrent.each(Object.entries(SOLVE))('%s answers as before', async (name, line) => {
  await drawn;
  expect(differences(await ask(line), golden(name))).toEqual([]);
});

it('finds what differs, and forgives rounding alone', () => {
  const one = { a: 1, list: [{ b: 'x' }, 2], seconds: 3 };
  expect(differences({ ...one, a: 1 + 1e-7, seconds: 4 }, one)).toEqual([]);
  for (const other of [
    { ...one, a: 1 + 1e-5 },
    { list: one.list, a: 1, seconds: 3 },
    { a: 1, list: [{ b: 'y' }, 2], seconds: 3 },
    { a: 1, list: [{ b: 'x' }], seconds: 3 },
    { a: 1, list: { 0: { b: 'x' }, 1: 2 }, seconds: 3 },
    { a: 1, list: one.list },
  ]) {
    expect(differences(other, one)).toHaveLength(1);
  }
});
