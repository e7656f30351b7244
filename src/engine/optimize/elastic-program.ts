// The program behind `leastSlack`. Its columns are the weights w (n), whether each asset is held y (n) and what is bought
// of it b (n), each where a restriction asks for them, then up and down of each restriction.
import type { ModelData } from 'highs';
import type { Restriction } from '../constraints/kind.ts';
import type { CutsBehind } from './behind.ts';

/** What every portfolio here meets: Σ w = 1, and w ≥ 0. */
export const GIVEN = ['all-invested', 'long-only'] as const;

export type Given = (typeof GIVEN)[number];

/** What restrictions are about. */
export interface Terms {
  /** The number of assets, n. */
  readonly assets: number;
  /** (n) What is held; absent: limits on trades restrict nothing. */
  readonly held?: Float64Array | undefined;
  /** Of these assets; absent: limits on falling behind restrict nothing. */
  readonly cuts?: CutsBehind | undefined;
}

export interface ElasticProblem extends Terms {
  readonly restrictions: readonly Restriction[];
  /** Indices of the restrictions that weights may leave; absent: all. */
  readonly elastic?: readonly number[];
  /** Absent: both. Weights of few assets are long-only in any case. */
  readonly given?: readonly Given[];
}

/** a·x ≤ end, or a·x ≥ end; only what is not 0 of a. */
export interface ElasticRow {
  /** The restriction's index; absent: of none. */
  readonly owner?: number;
  readonly isUpper: boolean;
  readonly end: number;
  readonly cols: readonly number[];
  readonly values: readonly number[];
}

export interface Structure {
  /** Whether the number or the size of what is held is restricted. */
  readonly isSparse: boolean;
  readonly isTraded: boolean;
  /** The column of the first restriction's `up`. */
  readonly firstSlack: number;
}

export function structureOf({ assets, held, restrictions }: ElasticProblem): Structure {
  return {
    isSparse: restrictions.some(({ most = assets, least = 0 }) => most < assets || least > 0),
    isTraded: held !== undefined && restrictions.some(({ turnover }) => turnover !== undefined),
    firstSlack: 3 * assets,
  };
}

const boundRows = (ends: Float64Array | undefined, isUpper: boolean, owner: number): ElasticRow[] =>
  Array.from(ends ?? [], (end, at) => ({ owner, isUpper, end, cols: [at], values: [1] }));

/** What a restriction asks, as far as it restricts long-only weights. */
export const rowsOf = (restriction: Restriction, owner: number, terms: Terms): readonly ElasticRow[] => [
  ...boundRows(restriction.lower, false, owner).filter(({ end }) => end > 0),
  ...boundRows(restriction.upper, true, owner).filter(({ end }) => end < 1),
  ...linearRows(restriction, owner),
  ...rowsBeyond(restriction, owner, terms),
];

function linearRows({ rows = [] }: Restriction, owner: number): ElasticRow[] {
  return rows.flatMap((row): ElasticRow[] => {
    const cols = [...row.coefficients.keys()].filter((at) => row.coefficients[at] !== 0);
    const half = { owner, cols, values: cols.map((at) => row.coefficients[at]!) };
    return [
      ...(row.lower > -Infinity ? [{ ...half, isUpper: false, end: row.lower }] : []),
      ...(row.upper < Infinity ? [{ ...half, isUpper: true, end: row.upper }] : []),
    ];
  });
}

/** Σ y ≤ most, w_j ≥ least y_j, Σ b ≤ turnover, and the cuts of falling behind. */
function rowsBeyond(
  { most, least = 0, turnover, behind }: Restriction,
  owner: number,
  { assets, held, cuts }: Terms,
): ElasticRow[] {
  const from = (first: number): number[] => Array.from({ length: assets }, (_, at) => first + at);
  const upper = (end: number, cols: readonly number[], values: readonly number[] = cols.map(() => 1)): ElasticRow => ({
    owner,
    isUpper: true,
    end,
    cols,
    values,
  });
  const position = (at: number): ElasticRow => ({
    owner,
    isUpper: false,
    end: 0,
    cols: [at, assets + at],
    values: [1, -least],
  });
  return [
    ...(most === undefined || most >= assets ? [] : [upper(most, from(assets))]),
    ...(least === 0 ? [] : from(0).map((at) => position(at))),
    ...(turnover === undefined || held === undefined ? [] : [upper(turnover, from(2 * assets))]),
    ...(behind === undefined ? [] : (cuts?.slopes ?? []).map((slope) => upper(behind, from(0), [...slope]))),
  ];
}

/** w_j ≤ y_j, and b_j ≥ w_j − held_j. */
function linkingRows({ isSparse, isTraded }: Structure, { assets, held }: Terms): ElasticRow[] {
  const all = Array.from({ length: assets }, (_, at) => at);
  return [
    ...(isSparse ? all.map((at) => ({ isUpper: true, end: 0, cols: [at, assets + at], values: [1, -1] })) : []),
    ...(isTraded
      ? all.map((at) => ({ isUpper: true, end: held![at]!, cols: [at, 2 * assets + at], values: [1, -1] }))
      : []),
  ];
}

/** Rows: the restrictions', those that link columns, then Σ w = 1. */
export function programOf(problem: ElasticProblem, structure: Structure, owned: readonly ElasticRow[]): ModelData {
  const { assets, restrictions, elastic = [...restrictions.keys()], given = GIVEN } = problem;
  const { isSparse, isTraded, firstSlack } = structure;
  const isGiven = (one: Given): boolean => given.includes(one);
  const cols = firstSlack + 2 * restrictions.length;
  const colUpper = new Float64Array(cols).fill(Infinity, 0, assets);
  if (isSparse) colUpper.fill(1, assets, 2 * assets);
  if (isTraded) colUpper.fill(Infinity, 2 * assets, 3 * assets);
  for (const at of elastic) colUpper.fill(Infinity, firstSlack + 2 * at, firstSlack + 2 * at + 2);
  const budget = { isUpper: true, end: 1, cols: [...Array(assets).keys()], values: Array<number>(assets).fill(1) };
  const rows: readonly ElasticRow[] = [...owned, ...linkingRows(structure, problem), budget];
  const [starts, indices, values]: [number[], number[], number[]] = [[0], [], []];
  for (const { isUpper, owner, ...row } of rows) {
    indices.push(...row.cols);
    values.push(...row.values);
    if (owner !== undefined) {
      indices.push(firstSlack + 2 * owner + (isUpper ? 0 : 1));
      values.push(isUpper ? -1 : 1);
    }
    starts.push(indices.length);
  }
  const isBudget = (at: number): boolean => at === rows.length - 1;
  const isExact = isGiven('all-invested');
  return {
    numCols: cols,
    numRows: rows.length,
    colCost: new Float64Array(cols).fill(1, firstSlack),
    colLower: new Float64Array(cols).fill(isGiven('long-only') || isSparse ? 0 : -Infinity, 0, assets),
    colUpper,
    rowLower: rows.map(({ isUpper, end }, at) =>
      isBudget(at) ? (isExact ? 1 : -Infinity) : isUpper ? -Infinity : end,
    ),
    rowUpper: rows.map(({ isUpper, end }, at) => (isBudget(at) && !isExact ? Infinity : isUpper ? end : Infinity)),
    matrix: { format: 'csr', numRows: rows.length, numCols: cols, starts, indices, values },
  };
}
