// The rows of the residuals that paths take: a stationary bootstrap.
import { describe, expect, it } from 'vitest';
import { type SimulationInput, simulatePaths } from '../../../src/engine/filtered/paths.ts';
import { matrixOf, pathInput } from '../../support/path-input.ts';
import { referenceRows } from '../../support/reference-paths.ts';

/** Row k of the residuals moves asset k alone, by 1 %, so that C tells which rows a path took. */
const oneHot = (rows: number, changes: Partial<SimulationInput>): SimulationInput =>
  pathInput(rows, {
    residuals: matrixOf(rows, rows, (row, col) => Number(row === col)),
    startVariance: new Float64Array(rows).fill(1e-4),
    recursionBase: new Float64Array(rows),
    recursion: { persistence: 1, shock: 0, leverage: 0 },
    ...changes,
  });

/** The rows that each path took; one that it took twice is there once. */
async function rowsTaken(input: SimulationInput): Promise<number[][]> {
  const { rows, cols, data } = await simulatePaths(input);
  return Array.from({ length: rows }, (_, path) =>
    Array.from({ length: cols }, (_row, row) => row).filter((row) => data[path * cols + row]! > 0.005),
  );
}

/** Whether a share lies within four standard errors of what is expected of it. */
const isNear = (share: number, expected: number, count: number): boolean =>
  Math.abs(share - expected) < 4 * Math.sqrt((expected * (1 - expected)) / count);

const [paths, length] = [20_000, 20];

describe('the rows that paths take', () => {
  it('begin anywhere, equally often', async () => {
    const counts = new Float64Array(length);
    for (const [row] of await rowsTaken(oneHot(length, { horizon: 1, paths }))) counts[row!]! += 1;
    const expected = paths / length;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // The 99.9 % quantile with 19 degrees of freedom.
    expect(chiSquared).toBeLessThan(43.8);
  });

  it('go on with the next day unless a block ends, and after the last day with the first', async () => {
    const taken = await rowsTaken(oneHot(length, { horizon: 2, paths }));
    const shareOf = (isCounted: (rows: number[]) => boolean) => taken.filter(isCounted).length / paths;
    const wraps = ([a, b]: number[]) => a === 0 && b === length - 1;
    const next = 4 / 5 + (2 / length) * (1 / 5);
    expect(
      isNear(
        shareOf(([a, b]) => b === a! + 1 || wraps([a!, b!])),
        next,
        paths,
      ),
    ).toBe(true);
    expect(isNear(shareOf(wraps), next / length, paths)).toBe(true);
  });

  // On the reference, whose rows are the kernel's: paths.test.ts.
  it('run for five days on average', () => {
    const [days, rows] = [251, 250];
    const taken = referenceRows(pathInput(1, { paths: 400, horizon: days + 1 }));
    const ends = taken.flatMap((path) => path.slice(1).filter((row, day) => row !== (path[day]! + 1) % rows));
    expect(isNear(ends.length / (400 * days), (1 / 5) * (1 - 1 / rows), 400 * days)).toBe(true);
  });
});
