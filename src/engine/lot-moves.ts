// Buys and sells single lots, where purchases are chosen by what they are expected to earn. docs/mathematics.md, section 16.
import { candidatesOf } from './lot-problem.ts';
import { swapLots } from './lot-swaps.ts';
import type { Positions } from './positions.ts';

/** @param positions which are allowed and have gains @returns a purchase that no single lot more and no swap betters, as far as tried */
export const withMore = (positions: Positions): Positions => buyMore(swapLots(buyMore(positions)));

/** Buys as much as fits of the asset whose lot earns most, and so on, while any betters it. */
function buyMore(positions: Positions): Positions {
  const { gains, lots } = positions.problem;
  const gainOf = (j: number): number => gains![j]! * lots[j]! * positions.step(j);
  const candidates = candidatesOf(positions.problem);
  for (;;) {
    const next = candidates.toSorted((a, b) => gainOf(b) - gainOf(a)).find((j) => positions.fits(j, positions.step(j)));
    if (next === undefined) return positions;
    positions.add(next, positions.most(next, Math.max(positions.step(next), Math.floor(1 / lots[next]!))));
  }
}

/** How many lots may be sold to keep the limit. */
const MOST_SOLD = 20;

/** Sells the lots that lower the CVaR most for what they earn, until the limit is kept. */
export function sellDown(positions: Positions): void {
  const { gains, lots } = positions.problem;
  for (let sold = 0; sold < MOST_SOLD && !positions.isWithinLimit(); sold++) {
    const { counts } = positions;
    const before = positions.cvar();
    let [best, most] = [-1, -Infinity];
    for (const j of counts.keys()) {
      if (counts[j]! < 1) continue;
      positions.set(counts.with(j, counts[j]! - 1));
      const saved = (before - positions.cvar()) / Math.max(gains![j]! * lots[j]!, Number.EPSILON);
      if (saved > most) [best, most] = [j, saved];
    }
    if (best < 0) return;
    positions.set(counts.with(best, counts[best]! - 1));
  }
}
