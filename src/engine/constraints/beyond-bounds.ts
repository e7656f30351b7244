// What a mandate asks beyond bounds and rows of weights. docs/mathematics.md, sections 6 and 8.
import { UserError } from '../../errors.ts';
import { unknownTicker } from '../market.ts';
import type { Matrix } from '../types.ts';
import type { Constraint, ConstraintByKind } from './constraint.ts';

/** At most `most` weights above 0, each 0 or at least `least`. */
export interface Sparsity {
  readonly most: number;
  readonly least: number;
}

/** What trading from the weights held to those of an answer may take, and what it costs. */
export interface Trading {
  /** (n) Fractions of all money; the rest is cash, which is spent first. */
  readonly held: Float64Array;
  /** The largest Σ max(0, w_j − held_j). Infinity restricts nothing. */
  readonly mostTurnover: number;
  /** Of the money bought and sold for, without cash. The expected return is net of it; the CVaR is not. */
  readonly cost: number;
}

/** The CVaR of falling behind a benchmark is at most `limit`. */
export interface Behind {
  /** (M) The benchmark's return in each scenario. */
  readonly benchmark: Float64Array;
  readonly limit: number;
}

/** Absent parts restrict nothing. */
export interface BeyondBounds {
  readonly sparsity?: Sparsity;
  readonly trading?: Trading;
  readonly behind?: Behind;
}

/** Fractions of all money by ticker; the rest is cash. */
export type HeldWeights = Readonly<Record<string, number>>;

const ofKind = <K extends Constraint['kind']>(
  constraints: readonly Constraint[],
  kind: K,
): readonly ConstraintByKind[K][] => constraints.filter((one): one is ConstraintByKind[K] => one.kind === kind);

/** The benchmark to keep up with, as it was written. */
export const benchmarkOf = (constraints: readonly Constraint[]): string | undefined =>
  ofKind(constraints, 'behind')[0]?.benchmark;

/** The largest turnover allowed; Infinity where any is. */
export const mostTurnoverOf = (constraints: readonly Constraint[]): number =>
  Math.min(Infinity, ...ofKind(constraints, 'max-turnover').map(({ weight }) => weight));

/** What trades cost, of the money bought and sold for. */
export const costRateOf = (constraints: readonly Constraint[]): number =>
  Math.max(0, ...ofKind(constraints, 'cost').map(({ rate }) => rate));

/** Whether what is held decides what is chosen. */
export const weighsTrades = (constraints: readonly Constraint[]): boolean =>
  mostTurnoverOf(constraints) < Infinity || costRateOf(constraints) > 0;

/**
 * A limit on trades that would restrict nothing must not be taken for one that holds.
 * @throws UserError when trades are limited and nothing is held
 */
export function checkHeld(constraints: readonly Constraint[], held: HeldWeights | undefined): void {
  if (held !== undefined || constraints.every(({ kind }) => kind !== 'max-turnover')) return;
  throw new UserError('A limit on what is traded needs what is held.', {
    option: 'max-turnover',
    code: 'constraints.nothing-held',
    data: {},
  });
}

/** @returns undefined when any number of assets of any size is allowed */
export function sparsityOf(constraints: readonly Constraint[], assets: number): Sparsity | undefined {
  const most = Math.min(assets, ...ofKind(constraints, 'max-assets').map(({ count }) => count));
  const least = Math.max(0, ...ofKind(constraints, 'min-position').map(({ weight }) => weight));
  return most < assets || least > 0 ? { most, least } : undefined;
}

function tradingOf(
  constraints: readonly Constraint[],
  tickers: readonly string[],
  held?: HeldWeights,
): Trading | undefined {
  const cost = costRateOf(constraints);
  // From cash alone, the first purchase is not restricted.
  const mostTurnover = held === undefined ? Infinity : mostTurnoverOf(constraints);
  if (mostTurnover === Infinity && cost === 0) return undefined;
  return { held: heldOver(tickers, held), mostTurnover, cost };
}

/** @returns (n) what is held of each of these tickers, of all money */
export const heldOver = (tickers: readonly string[], held: HeldWeights = {}): Float64Array =>
  Float64Array.from(tickers, (ticker) => held[ticker] ?? 0);

/** The tightest limit on falling behind. @throws UserError when there are several benchmarks */
export function tightestBehind(constraints: readonly Constraint[]): ConstraintByKind['behind'] | undefined {
  const [first, ...others] = ofKind(constraints, 'behind').toSorted((a, b) => a.limit - b.limit);
  const other = others.find(({ benchmark }) => benchmark !== first?.benchmark);
  if (first === undefined || other === undefined) return first;
  throw new UserError(
    `Only one benchmark at a time can be kept up with; got ${first.benchmark} and ${other.benchmark}.`,
    { option: 'constraints' },
  );
}

/**
 * @param scenarios (M, n)
 * @throws UserError when the benchmark is not among the tickers (n), or there are several
 */
export function behindOf(
  constraints: readonly Constraint[],
  tickers: readonly string[],
  { rows, cols, data }: Matrix,
): Behind | undefined {
  const tightest = tightestBehind(constraints);
  if (tightest === undefined) return undefined;
  const { benchmark, limit } = tightest;
  const column = tickers.indexOf(benchmark);
  if (column < 0) throw unknownTicker(benchmark, tickers, 'constraints');
  return { benchmark: Float64Array.from({ length: rows }, (_, m) => data[m * cols + column]!), limit };
}

/**
 * The parts that need no scenarios.
 * @param tickers (n)
 * @param held absent: there is nothing to trade from
 */
export function tradesAndPositions(
  constraints: readonly Constraint[],
  tickers: readonly string[],
  held?: HeldWeights,
): Pick<BeyondBounds, 'sparsity' | 'trading'> {
  const sparsity = sparsityOf(constraints, tickers.length);
  const trading = tradingOf(constraints, tickers, held);
  return { ...(sparsity && { sparsity }), ...(trading && { trading }) };
}

/**
 * @param scenarios (M, n)
 * @param held absent: there is nothing to trade from
 * @throws UserError when the benchmark is not among the tickers (n)
 */
export function beyondBounds(
  constraints: readonly Constraint[],
  tickers: readonly string[],
  scenarios: Matrix,
  held?: HeldWeights,
): BeyondBounds {
  const behind = behindOf(constraints, tickers, scenarios);
  return { ...tradesAndPositions(constraints, tickers, held), ...(behind && { behind }) };
}
