import { limitOf, type Mandate, withLimit } from '../../engine/mandate.ts';
import { isKept } from '../../engine/optimize/problem.ts';
import type { Holding } from '../../engine/optimize/sensitivity.ts';
import { wordsOf } from '../constraint-words.ts';
import { limitToTry, tryLabel } from '../limits.ts';

/** With the two buttons that every limit has that cannot be kept, as many as fit into one row. */
const MOST_BUTTONS = 3;

interface MandateToTry {
  /** Of its button. */
  readonly label: string;
  readonly mandate: Mandate;
}

/**
 * The mandate without each constraint that holds the smallest limit up, with its limit where that can then be kept,
 * otherwise with the smallest that can. Any kind can hold it up but costs, which forbid nothing.
 */
export const mandatesWithout = (mandate: Mandate, holding: readonly Holding[] = []): MandateToTry[] =>
  holding.slice(0, MOST_BUTTONS).flatMap(({ constraint, minCvarWithout }) => {
    const limit = isKept(minCvarWithout, limitOf(mandate)) ? limitOf(mandate) : limitToTry(minCvarWithout);
    if (limit === undefined) return [];
    // Their tickers are those of the assets, and the mandate's are as they were typed.
    const constraints = mandate.constraints.filter((other) => wordsOf(other) !== wordsOf(constraint));
    const label = `${tryLabel(limit)} without ${wordsOf(constraint)}`;
    return [{ label, mandate: withLimit({ ...mandate, constraints }, limit) }];
  });
