import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { ANSWER_LINES, SOLVE_LINES, writeSamplePrices } from '../support/answer-lines.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { tailcapHere } from '../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

writeSamplePrices(home);

/** Asks with the files of the line in `home`. */
async function ask(line: string): Promise<unknown> {
  const args = line.replaceAll(/\S+\.csv/g, (file) => `${home}/${file}`).split(' ');
  const { exitCode, stdout } = await tailcapHere([...args, '--json'], home);
  const answer: { status: string } = JSON.parse(stdout.replaceAll(`${home}/`, ''));
  expect([answer.status, exitCode]).toEqual([answer.status, answer.status === 'infeasible' ? 3 : 0]);
  return answer;
}

/** Recorded by bench/answers.ts. */
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
const drawn = ask(ANSWER_LINES.scenarios);

it.concurrent.each(Object.entries(ANSWER_LINES))('%s answers as before', async (name, line) => {
  const answer = await (name === 'scenarios' ? drawn : ask(line));
  expect(differences(answer, golden(name))).toEqual([]);
});

it.concurrent.each(Object.entries(SOLVE_LINES))('%s answers as before', async (name, line) => {
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
