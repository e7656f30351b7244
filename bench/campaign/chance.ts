import { uniforms } from '../../src/engine/random.ts';

/** Seeded choices. */
export interface Chance {
  happens(probability: number): boolean;
  /** An integer in [0, n). */
  below(n: number): number;
  /** @throws Error when there is nothing to pick */
  pick<T>(from: readonly T[]): T;
}

/** @param use what the choices are for: each use of a seed has its own */
export function createChance(seed: number, use: string): Chance {
  const next = uniforms(seed, use);
  const below = (n: number): number => Math.floor(next() * n);
  return {
    happens: (probability) => next() < probability,
    below,
    pick(from) {
      const at = below(from.length);
      if (!(at in from)) throw new Error('there is nothing to pick from');
      // oxlint-disable-next-line typescript/no-non-null-assertion -- it is there
      return from[at]!;
    },
  };
}
