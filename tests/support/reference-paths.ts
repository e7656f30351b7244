// The paths of a filtered historical simulation, written as the model reads, on pure-rand's generator.
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { SimulationInput } from '../../src/engine/filtered/paths.ts';
import { subSeed } from '../../src/engine/random.ts';

/** A word of the generator's state, which it keeps in halves. */
const wordOf = (high: number, low: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

/** @returns a function that gives the next two numbers, uniform on [0, 1), of 32 bits each: where, and whether */
function pairs(seed: number): () => [number, number] {
  const [low0, high0, low1, high1] = [0, 1, 2, 3].map((word) => subSeed(seed, `paths ${word}`) | 0);
  const generator = xoroshiro128plusFromState([high0!, low0!, high1!, low1!]);
  return () => {
    const [h0, l0, h1, l1] = generator.getState();
    generator.next();
    const sum = BigInt.asUintN(64, wordOf(h0!, l0!) + wordOf(h1!, l1!));
    return [Number(sum >> 32n) / 2 ** 32, Number(sum & 0xffff_ffffn) / 2 ** 32];
  };
}

/** (M, H) The rows of the residuals that each path takes. */
export function referenceRows({ residuals: { rows }, horizon, paths, blockLength, seed }: SimulationInput): number[][] {
  const next = pairs(seed);
  return Array.from({ length: paths }, () => {
    const taken: number[] = [];
    while (taken.length < horizon) {
      const [where, whether] = next();
      const last = taken.at(-1);
      const isNew = last === undefined || whether * blockLength < 1;
      taken.push(isNew ? Math.floor(where * rows) : (last + 1) % rows);
    }
    return taken;
  });
}

/** C (M, n), row by row. */
export function referencePaths(input: SimulationInput): number[] {
  const { cols, data } = input.residuals;
  const { persistence, shock, leverage } = input.recursion;
  return referenceRows(input).flatMap((rows) =>
    Array.from({ length: cols }, (_, asset) => {
      let [v, wealth] = [input.startVariance[asset]!, 1];
      for (const row of rows) {
        const r = Math.sqrt(v) * data[row * cols + asset]!;
        v = input.recursionBase[asset]! + persistence * v + (shock + (r < 0 ? leverage : 0)) * r * r;
        wealth *= 1 + Math.min(Math.max(r, -input.largestMoves[asset]!, -1), input.largestMoves[asset]!);
      }
      return wealth - 1;
    }),
  );
}
