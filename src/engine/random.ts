// Seeded random numbers. A seed gives the same numbers on every machine.
import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Derives a seed for one use of a caller's seed, independent of its other uses: a layer's kernel and its recurrent
 * kernel, for example.
 *
 * @returns an integer in [0, 2^32)
 */
export function subSeed(seed: number, use: string | number): number {
  return createHash('sha256').update(`${seed}\n${use}`).digest().readUInt32LE(0);
}

/** @returns a function that gives the next `count` integers, uniform on [0, below) */
export function indexStream(seed: number, below: number): (count: number) => Uint32Array {
  const generator = xoroshiro128plus(subSeed(seed, 'indices'));
  return (count) => {
    const indices = new Uint32Array(count);
    for (let i = 0; i < count; i += 1) indices[i] = uniformInt(generator, 0, below - 1);
    return indices;
  };
}

/** @returns a function that gives the next number, uniform on [0, 1), of the seed's stream for this use */
export function uniforms(seed: number, use: string): () => number {
  const generator = xoroshiro128plus(subSeed(seed, use));
  return () => uniformFloat64(generator);
}
