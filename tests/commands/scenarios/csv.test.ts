import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenariosCsv, writeScenariosCsv } from '../../../src/commands/scenarios/csv.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailcap-scenarios-'));
  file = join(folder, 'c.csv');
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string | Uint8Array) {
  await writeFile(file, text);
  return readScenariosCsv(file);
}

const matrix = (rows: number, cols: number, value: (i: number) => number) => ({
  rows,
  cols,
  data: Float64Array.from({ length: rows * cols }, (_, i) => value(i)),
});

describe('readScenariosCsv', () => {
  it('reads the smallest case', async () => {
    expect(await read('A\n0.1\n-1')).toEqual({
      names: ['A'],
      scenarios: { rows: 2, cols: 1, data: Float64Array.of(0.1, -1) },
    });
  });

  it('reads what looks like those faults and is none', async () => {
    expect((await read('7203,600519\n0.1,-1\n0,0.2\n')).names).toEqual(['7203', '600519']);
    expect([...(await read('A,B\n0,0e0\n1,1000000\n')).scenarios.data]).toEqual([0, 0, 1, 1e6]);
  });

  it('reads what spreadsheets write', async () => {
    const { names, scenarios } = await read('\uFEFF"A, or so",B\r\n\r\n0.1, -2e-3\r\n"0.5",1\r\n\r\n');
    expect(names).toEqual(['A, or so', 'B']);
    expect([...scenarios.data]).toEqual([0.1, -0.002, 0.5, 1]);
  });

  it.each<[string, (text: string) => string | Uint8Array]>([
    ['between tabs', (text) => text.replaceAll(',', '\t')],
    ['in UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['in UTF-16, big end first', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['in UTF-16 between tabs', (text) => Buffer.from(`\uFEFF${text.replaceAll(',', '\t')}`, 'utf16le')],
  ])('reads a file %s', async (_what, write) => {
    const { names, scenarios } = await read(write('Ä,B\r\n0.1,-0.2\r\n0,0.3'));
    expect(names).toEqual(['Ä', 'B']);
    expect([...scenarios.data]).toEqual([0.1, -0.2, 0, 0.3]);
  });

  it('refuses a file that breaks off within a letter', async () => {
    const text = Buffer.concat([Buffer.from('A\n0.1\n0.2'), Buffer.of(0xc3)]);
    await expect(read(text)).rejects.toMatchObject({ message: expect.stringContaining('c.csv, line 3, A:') });
  });

  it('takes for returns what looks like a counter and is none', async () => {
    const columns = 'twice,gap,fall,part\n1,5,-1,0\n3,7,0,0.5\n3,8,1,2\n';
    expect((await read(columns)).names).toEqual(['twice', 'gap', 'fall', 'part']);
  });

  it.each(['0,1,2', '100,101,102', '60,59,58', '3,1,2', '0.0,1.0,2.0'])(
    'refuses a counter whatever its name: %s',
    async (counter) => {
      const rows = counter.split(',').map((count) => `0.1,${count}\n`);
      await expect(read(`A,k\n${rows.join('')}`)).rejects.toMatchObject({
        message: 'c.csv: the column k counts the rows; leave it out.',
      });
    },
  );

  it.each([
    ['nothing', '', 'c.csv is empty: expected a header of names, then a row of returns for each scenario.'],
    ['one scenario', 'A,B\n0.1,0.2\n', 'c.csv: expected at least 2 scenarios, got 1.'],
    ['a short row', 'A,B\n0.1,0.2\n\n0.1\n', 'c.csv, line 4: expected 2 returns as in the header, got 1.'],
    ['a blank cell', 'A,B\n0.1,0.2\n0.1,\n', 'c.csv, line 3, B: expected a return as a fraction (0.05 is 5%), got "".'],
    ['text', 'A,B\n0.1,x\n', 'c.csv, line 2, B: expected a return as a fraction (0.05 is 5%), got "x".'],
    [
      'an infinite return',
      'A,B\nInfinity,0\n',
      'c.csv, line 2, A: expected a return as a fraction (0.05 is 5%), got "Infinity".',
    ],
    ['no header', '0.1,0.2\n0.1,0.2\n', 'c.csv: expected a header of names in the first line, got numbers.'],
    ['a name twice', 'A,A\n0.1,0.2\n', 'c.csv has A more than once; each name may come only once.'],
    ['a column without a name', 'A,\n0.1,0.2\n', 'c.csv: column 2 has no name; name every column.'],
    [
      'a hexadecimal return',
      'A,B\n0x10,0.02\n',
      'c.csv, line 2, A: expected a return as a fraction (0.05 is 5%), got "0x10".',
    ],
    [
      'a binary return',
      'A,B\n0.1,0B11\n',
      'c.csv, line 2, B: expected a return as a fraction (0.05 is 5%), got "0B11".',
    ],
    [
      'returns in percent',
      'A,B\n0.5,0.2\n-4.1,3.2\n',
      'c.csv, line 3, A: nothing can fall by more than 100%, got -4.1: are these percent? Give fractions (0.05 is 5%).',
    ],
    [
      'a return beyond computing',
      'A,B\n0.1,1e300\n',
      'c.csv, line 2, B: expected a return of at most 1,000,000 (a fraction: 0.05 is 5%), got 1e300.',
    ],
    [
      'semicolons',
      'A;B\n0,01;0,02\n',
      'c.csv: the columns are separated by semicolons; expected commas between columns and a point in numbers, as in 0.05.',
    ],
    [
      'decimal commas between tabs',
      'A\tB\n0,01\t0,02\n',
      'c.csv, line 2, A: expected a return as a fraction (0.05 is 5%), got "0,01".',
    ],
    [
      'a counter by its name',
      'Scenario,A\n0,0.1\n1,0.2\n',
      'c.csv: the column Scenario counts the rows; leave it out.',
    ],
    ['a counter by its numbers', 'A,B\n0.1,1\n0.2,2\n0.1,3\n', 'c.csv: the column B counts the rows; leave it out.'],
    [
      'a counter without a name',
      ',A\n0,0.1\n1,0.2\n',
      'c.csv: the first column has no name; name it, or leave it out if it counts the rows.',
    ],
    [
      'too many columns',
      `${Array.from({ length: 5001 }, (_, j) => `A${j}`).join(',')}\n`,
      'c.csv: expected at most 5000 assets, got 5001.',
    ],
  ])('refuses %s', async (_what, text, message) => {
    await expect(read(text)).rejects.toMatchObject({ name: 'UserError', option: 'scenarios-file', message });
  });

  it('refuses a missing file', async () => {
    const missing = join(folder, 'none.csv');
    await expect(readScenariosCsv(missing)).rejects.toMatchObject({
      option: 'scenarios-file',
      message: `Cannot read ${missing}: there is no such file.`,
    });
  });
});

describe('writeScenariosCsv', () => {
  it('gives back the very same numbers, across many pieces of the file', async () => {
    const scenarios = matrix(30_000, 3, (i) => Math.sin(i * i) / 3);
    const names = ['A', 'B "b"', 'C, c'];
    await writeScenariosCsv(file, names, scenarios);
    expect(await readScenariosCsv(file)).toEqual({ names, scenarios });
  });

  it('replaces a file and leaves nothing beside it', async () => {
    await writeFile(file, 'old');
    await writeScenariosCsv(
      file,
      ['A'],
      matrix(2, 1, (i) => i),
    );
    expect(await readFile(file, 'utf8')).toBe('A\n0\n1\n');
    expect(await readdir(folder)).toEqual(['c.csv']);
  });

  it('says when a file cannot be written', async () => {
    const lost = join(folder, 'no', 'c.csv');
    await expect(
      writeScenariosCsv(
        lost,
        ['A'],
        matrix(2, 1, (i) => i),
      ),
    ).rejects.toMatchObject({
      name: 'UserError',
      option: 'out',
      message: `Cannot write ${lost}: there is no such directory.`,
    });
  });
});
