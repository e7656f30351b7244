import { describe, expect, it } from 'vitest';
import { simulatePaths } from '../../../src/engine/filtered/paths.ts';
import { largestDifference } from '../../support/numbers.ts';
import { matrixOf, pathInput } from '../../support/path-input.ts';
import { referencePaths } from '../../support/reference-paths.ts';

/** C of one asset whose residual is z every day, so that what happens is certain. */
async function certain(z: number, { v = 1, largestMove = 1, horizon = 1 }): Promise<number> {
  const input = pathInput(1, { residuals: matrixOf(1, 1, () => z), paths: 1, horizon });
  const [startVariance, recursionBase] = [Float64Array.of(v), Float64Array.of(0.25)];
  const { data } = await simulatePaths({
    ...input,
    startVariance,
    recursionBase,
    largestMoves: Float64Array.of(largestMove),
  });
  return data[0]!;
}

/** The second day's move, where |z| is 1/2 on both days and r² counts with `share`. */
const second = (v: number, share: number): number => Math.sqrt(0.25 + 0.935 * v + share * 0.25 * v) / 2;

describe('simulatePaths', () => {
  it.each([1, 2, 3, 5, 12, 13].flatMap((n) => [1, 5, 97].flatMap((M) => [1, 21].map((H) => [n, M, H] as const))))(
    'gives what the model says for %i assets, %i paths, %i days',
    async (n, paths, horizon) => {
      const input = pathInput(n, { paths, horizon });
      const { rows, cols, data } = await simulatePaths(input);
      expect([rows, cols]).toEqual([paths, n]);
      expect(largestDifference(data, referencePaths(input))).toBeLessThan(1e-12);
    },
  );

  it.each([
    ['one row of residuals', { residuals: matrixOf(1, 3, (_, col) => col - 1) }],
    ['a year', { horizon: 252 }],
    ['more paths than a call of the kernel has', { paths: 2003 }],
    ['blocks of one day', { blockLength: 1 }],
    ['blocks of 2.5 days', { blockLength: 2.5 }],
    ['blocks that hardly end', { blockLength: 1e12 }],
  ])('gives what the model says with %s', async (_, changes) => {
    const input = pathInput(3, changes);
    expect(largestDifference((await simulatePaths(input)).data, referencePaths(input))).toBeLessThan(1e-12);
  });

  it('gives what the model says for 500 assets', async () => {
    const input = pathInput(500, { paths: 9 });
    expect(largestDifference((await simulatePaths(input)).data, referencePaths(input))).toBeLessThan(1e-12);
  });

  it('gives the same paths for the same seed, and others for another', async () => {
    const [first, again, other] = await Promise.all([7, 7, 8].map((seed) => simulatePaths(pathInput(5, { seed }))));
    expect(again).toEqual(first);
    expect(largestDifference(first!.data.subarray(0, 5), other!.data.subarray(0, 5))).toBeGreaterThan(1e-3);
  });

  it('only adds rows when there are more paths', async () => {
    const { data } = await simulatePaths(pathInput(3, { paths: 2003 }));
    for (const paths of [1, 6, 1000, 1001]) {
      expect((await simulatePaths(pathInput(3, { paths }))).data).toEqual(data.subarray(0, 3 * paths));
    }
  });

  it('takes the same rows however many assets there are', async () => {
    const [few, many] = [await simulatePaths(pathInput(5)), await simulatePaths(pathInput(12))];
    expect(few).toEqual(matrixOf(97, 5, (row, col) => many.data[row * 12 + col]!));
  });

  it('moves by no more than the largest move, and falls by no more than all', async () => {
    expect(await certain(3, { largestMove: 0.2 })).toBeCloseTo(0.2, 14);
    expect(await certain(-3, { largestMove: 0.2 })).toBeCloseTo(-0.2, 14);
    expect(await certain(3, { largestMove: 2 })).toBe(2);
    expect(await certain(-3, { largestMove: 2 })).toBe(-1);
    expect(await certain(-3, { largestMove: 2, horizon: 21 })).toBe(-1);
  });

  it('lets losses count more for the variance than gains, and a clipped move in full', async () => {
    const twoDays = { v: 0.64, horizon: 2 };
    expect(await certain(-0.5, twoDays)).toBeCloseTo(0.6 * (1 - second(0.64, 0.03 + 0.045)) - 1, 14);
    expect(await certain(0.5, twoDays)).toBeCloseTo(1.4 * (1 + second(0.64, 0.03)) - 1, 14);
    // 2, which is clipped, and then 1.96.
    const clipped = await certain(0.5, { v: 16, largestMove: 1.98, horizon: 2 });
    expect(clipped).toBeCloseTo(2.98 * (1 + second(16, 0.03)) - 1, 14);
  });

  it('stays finite where variances and wealths overflow', async () => {
    const data = Float64Array.of(1e200, 1e308, 0, -1e200, 20, 0, 0, -20, 0);
    const input = pathInput(3, { residuals: { rows: 3, cols: 3, data }, horizon: 252, paths: 500 });
    const { data: compounded } = await simulatePaths({ ...input, largestMoves: Float64Array.of(1e3, 0.5, 1e300) });
    expect(compounded.every((c) => Number.isFinite(c) && c >= -1)).toBe(true);
    const still = { startVariance: new Float64Array(3), recursionBase: new Float64Array(3) };
    expect((await simulatePaths({ ...input, ...still })).data.every((c) => c === 0)).toBe(true);
  });

  it('throws when sizes or numbers are wrong', async () => {
    const one = Float64Array.of(1);
    await expect(simulatePaths(pathInput(2, { startVariance: one }))).rejects.toThrow('expected 2 values, got 1');
    await expect(simulatePaths(pathInput(1, { largestMoves: one.map(() => NaN) }))).rejects.toThrow('got NaN');
    await expect(simulatePaths(pathInput(1, { recursionBase: one.map(() => -1) }))).rejects.toThrow('got -1');
    await expect(simulatePaths(pathInput(1, { horizon: 0 }))).rejects.toThrow('horizon: expected a positive integer');
    await expect(simulatePaths(pathInput(1, { paths: 1.5 }))).rejects.toThrow('paths: expected a positive integer');
    await expect(simulatePaths(pathInput(1, { blockLength: 0.5 }))).rejects.toThrow('expected at least 1, got 0.5');
  });
});

describe('the compounded returns', () => {
  it('are a martingale, and as variable as all days together, where days are independent', async () => {
    const base = pathInput(1, { blockLength: 1, paths: 100_000 });
    const raw = base.residuals.data;
    const mean = raw.reduce((sum, z) => sum + z, 0) / raw.length;
    const deviation = Math.sqrt(raw.reduce((sum, z) => sum + (z - mean) ** 2, 0) / raw.length);
    const z = raw.map((value) => (value - mean) / deviation);
    const small = { startVariance: Float64Array.of(3e-6), recursionBase: Float64Array.of(1.25e-8) };
    const { data } = await simulatePaths({ ...base, ...small, residuals: { ...base.residuals, data: z } });
    const losses = z.reduce((sum, value) => sum + (value < 0 ? value ** 2 : 0), 0) / z.length;
    let [v, variance] = [3e-6, 0];
    for (let day = 0; day < 21; day += 1) {
      variance += v;
      v = 1.25e-8 + (0.935 + 0.03 + 0.045 * losses) * v;
    }
    const sampleMean = data.reduce((sum, c) => sum + c, 0) / data.length;
    const sampleVariance = data.reduce((sum, c) => sum + (c - sampleMean) ** 2, 0) / data.length;
    expect(Math.abs(sampleMean)).toBeLessThan(4 * Math.sqrt(variance / data.length));
    // The kurtosis is between 3 and 4.
    expect(Math.abs(sampleVariance / variance - 1)).toBeLessThan(4 * Math.sqrt(3 / data.length));
  });
});
