// Makes a purchase better, two assets at a time. docs/mathematics.md, section 16.
import { candidatesOf } from './lot-problem.ts';
import { Positions } from './positions.ts';

/** Lots of one asset that are exchanged for lots of another. */
interface Swap {
  readonly from: number;
  readonly sold: number;
  readonly to: number;
  readonly bought: number;
}

/** Work, not time, is limited, so that the same question has the same answer. */
const MOST = { rounds: 20, tries: 200 };

/** Swaps as long as that lowers the objective, those that may lower it most first. @param start which is allowed */
export function swapLots(start: Positions): Positions {
  let [best, other] = [start, new Positions(start.problem)];
  let tries = 0;
  for (let round = 0, from; round < MOST.rounds && from !== best; round++) {
    from = best;
    for (const swap of betterBy(best)) {
      const counts = after(best, swap);
      if (counts === undefined || best.bound(counts) >= best.objective) continue;
      if (++tries > MOST.tries) return best;
      other.set(counts);
      if (other.objective < best.objective && other.isAllowed()) [best, other] = [other, best];
    }
  }
  return best;
}

/** @returns undefined where there are not as many lots */
function after({ counts }: Positions, { from, sold, to, bought }: Swap): Float64Array | undefined {
  if (sold > counts[from]!) return undefined;
  const next = counts.slice();
  next[from]! -= sold;
  next[to]! += bought;
  return next;
}

/** Those that may lower the objective, the one that may lower it most first. */
function betterBy(positions: Positions): Swap[] {
  return swapsOf(positions)
    .map((swap) => {
      const counts = after(positions, swap);
      return { swap, bound: counts === undefined ? Infinity : positions.bound(counts) };
    })
    .filter(({ bound }) => bound < positions.objective)
    .toSorted((a, b) => a.bound - b.bound)
    .map(({ swap }) => swap);
}

/** One lot for one, one for as many as it pays for, with the cash or without, and as many as pay for one. */
function swapsOf({ cash, counts, problem }: Positions): Swap[] {
  const { lots } = problem;
  const assets = candidatesOf(problem);
  return assets
    .filter((from) => counts[from]! > 0)
    .flatMap((from) =>
      assets
        .filter((to) => to !== from)
        .flatMap((to) => {
          const [ratio, spare] = [lots[from]! / lots[to]!, Math.max(0, cash) / lots[to]!];
          const amounts = [
            [1, 1],
            [1, Math.floor(ratio)],
            [1, Math.floor(ratio + spare)],
            [Math.ceil((1 - spare) / ratio), 1],
          ] as const;
          return amounts
            .filter(([sold, bought]) => sold >= 1 && bought >= 1)
            .map(([sold, bought]) => ({ from, sold, to, bought }));
        }),
    );
}
