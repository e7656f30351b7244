// Moves that the way a price was recorded explains better than news: unadjusted splits, changes of unit, bad ticks.
import type { Prices, Split } from '../types.ts';

/**
 * No share does these by itself. `split`: twice or more, near a whole ratio, or a split that the vendor reports.
 * `hundredfold`: a change of unit, as from pounds to pence. `spike`: a move that the next day takes back. What could be
 * real: `possible-split`, near the ratio of one, and `large`.
 */
export type JumpKind = 'split' | 'hundredfold' | 'spike' | 'possible-split' | 'large';

export interface Jump {
  /** ISO day. */
  readonly date: string;
  /** That day's close ÷ the close before. */
  readonly ratio: number;
  readonly kind: JumpKind;
}

// Sizes of moves are logarithms.
/** Below this nothing is a jump. */
const LEAST_JUMP = Math.log(1.18);
/** A jump is so many times its column's usual move. What could be news must stand out from the other columns' day too. */
const UNUSUAL = 6;
const VERY_UNUSUAL = 8;
const NEAR_RATIO = Math.log(1.01);
/** A share may do less by itself: halve, but not so exactly. */
const LEAST_CERTAIN_SPLIT = Math.log(1.9);
/** New shares for old ones. */
const SMALL_SPLITS = [
  [3, 2],
  [4, 3],
  [5, 4],
] as const;
const LEAST_SPIKE = Math.log(1.2);
/** How far a spike may end from where it began, as a share of it. */
const TAKEN_BACK = 0.1;
/** How much a price may move on the day of a reported split or of a change of unit. */
const DAYS_MOVE = Math.log(1.1);
/** Without another explanation, a move is worth a word if it is larger as a fraction, or so many usual moves. */
const LARGE_MOVE = 0.4;
const ENORMOUS = 15;
/** The days before and after a move, which say what is usual at that time. */
const NEIGHBOURS = 20;

interface Column {
  /** (T − 1) its daily moves. */
  readonly moves: Float64Array;
  /** (n − 1) of (T) the closes of the others. */
  readonly others: readonly Float64Array[];
  /** (T) */
  readonly dates: readonly string[];
  /** The vendor's; undefined if it reports none. */
  readonly splits: readonly Split[] | undefined;
}

/**
 * @param columns (n) of (T) the closes of each asset
 * @returns (n) each asset's jumps, in order
 */
export function findJumps(
  { dates, splits }: Pick<Prices, 'dates' | 'splits'>,
  columns: readonly Float64Array[],
): Jump[][] {
  return columns.map((closes, j) => {
    if (!hasJump(closes)) return [];
    return jumpsOf({ moves: logMoves(closes), others: columns.toSpliced(j, 1), dates, splits: splits?.[j] });
  });
}

function hasJump(closes: Float64Array): boolean {
  const [up, down] = [Math.exp(LEAST_JUMP), Math.exp(-LEAST_JUMP)];
  for (let t = 1; t < closes.length; t += 1) {
    const ratio = closes[t]! / closes[t - 1]!;
    if (ratio >= up || ratio <= down) return true;
  }
  return false;
}

function jumpsOf(column: Column): Jump[] {
  const { moves, dates } = column;
  const always = usualMove(moves);
  const jumps: Jump[] = [];
  for (let t = 0; t < moves.length; t += 1) {
    if (Math.abs(moves[t]!) < LEAST_JUMP) continue;
    const usual = Math.max(always, usualMoveAround(moves, t));
    const kind = kindOf(column, t, usual);
    if (kind === undefined) continue;
    jumps.push({ date: dates[t + 1]!, ratio: Math.exp(moves[t]!), kind });
    // The way back is part of the spike.
    if (kind === 'spike') t += 1;
  }
  return jumps;
}

function kindOf(column: Column, t: number, usual: number): JumpKind | undefined {
  const move = column.moves[t]!;
  const [size, relative] = [Math.abs(move), Math.abs(move - marketMove(column, t))];
  const isReal = size < UNUSUAL * usual;
  if (!isReal && isSpike(column, t, usual, relative)) return 'spike';
  // No usual move explains it, however often it comes.
  if (Math.abs(size - Math.log(100)) < DAYS_MOVE) return 'hundredfold';
  if (isReal) return undefined;
  if (isReportedSplit(column, t)) return 'split';
  // What the other columns do too is the market.
  if (relative < Math.max(size / 2, UNUSUAL * usual)) return undefined;
  if (distanceToSplit(size) < NEAR_RATIO || distanceToSplit(relative) < NEAR_RATIO)
    return Math.min(size, relative) > LEAST_CERTAIN_SPLIT ? 'split' : 'possible-split';
  if (relative >= VERY_UNUSUAL * usual && distanceToSplit(size) < 2 * usual) return 'possible-split';
  return Math.abs(Math.exp(move) - 1) > LARGE_MOVE || relative >= ENORMOUS * usual ? 'large' : undefined;
}

/** From the nearest ratio of a split, as logarithms. */
function distanceToSplit(size: number): number {
  const [more, fewer] = nearestSplit(Math.exp(size));
  return Math.abs(size - Math.log(more / fewer));
}

/** The split whose ratio is nearest to that of a jump, above 1. */
export function nearestSplit(ratio: number): readonly [more: number, fewer: number] {
  const whole = [Math.max(2, Math.round(ratio)), 1] as const;
  const distance = ([more, fewer]: readonly [number, number]): number => Math.abs(Math.log((ratio * fewer) / more));
  return [whole, ...SMALL_SPLITS].reduce((best, one) => (distance(one) < distance(best) ? one : best));
}

/** Whether the next day takes the move back, and the other columns did not make it too. */
function isSpike({ moves }: Column, t: number, usual: number, relative: number): boolean {
  const [move, next] = [moves[t]!, moves[t + 1]];
  const size = Math.abs(move);
  if (next === undefined || size < LEAST_SPIKE || size < VERY_UNUSUAL * usual || relative < size / 2) return false;
  return Math.abs(move + next) <= Math.max(TAKEN_BACK * size, 2 * usual);
}

/** Whether the vendor reports a split of that day that the prices still show. */
const isReportedSplit = ({ moves, dates, splits = [] }: Column, t: number): boolean =>
  splits.some(({ date, ratio }) => date === dates[t + 1] && Math.abs(moves[t]! + Math.log(ratio)) < DAYS_MOVE);

/** The median move of the other columns that day; 0 without any. */
const marketMove = ({ others }: Column, t: number): number =>
  others.length === 0 ? 0 : median(Float64Array.from(others, (closes) => Math.log(closes[t + 1]! / closes[t]!)));

function logMoves(column: Float64Array): Float64Array {
  const moves = new Float64Array(column.length - 1);
  for (let t = 0; t < moves.length; t += 1) moves[t] = Math.log(column[t + 1]! / column[t]!);
  return moves;
}

/** The median size of a move ÷ that of a standard normal one, over the days with one. */
function usualMove(moves: Float64Array): number {
  const sizes = moves.map(Math.abs).filter((size) => size > 0);
  return sizes.length === 0 ? 0 : median(sizes) / 0.6745;
}

/** The same of the days around day t, without it and the day after, which may take it back. */
const usualMoveAround = (moves: Float64Array, t: number): number =>
  usualMove(
    Float64Array.from([
      ...moves.subarray(Math.max(0, t - NEIGHBOURS), t),
      ...moves.subarray(t + 2, t + 2 + NEIGHBOURS),
    ]),
  );

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
