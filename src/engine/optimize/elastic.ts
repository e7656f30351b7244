// How far weights must leave constraints, as a linear program. docs/mathematics.md, section 19.
import type { Highs, ModelData } from 'highs';
import type { Restriction } from '../constraints/kind.ts';
import { ROUNDING } from '../constraints/polytope.ts';
import { oncePer } from '../once-per.ts';
import { SOLVER_OPTIONS } from './program.ts';

/** What every portfolio here meets: Σ w = 1, and w ≥ 0. */
export const GIVEN = ['all-invested', 'long-only'] as const;

export type Given = (typeof GIVEN)[number];

export interface ElasticProblem {
  /** The number of assets, n. */
  readonly assets: number;
  readonly restrictions: readonly Restriction[];
  /** Indices of the restrictions that weights may leave; absent: all. */
  readonly elastic?: readonly number[];
  /** Absent: both. */
  readonly given?: readonly Given[];
}

/** How far a restriction is left: all its upper ends are raised by `up`, all its lower ends lowered by `down`. */
export interface Slack {
  readonly up: number;
  readonly down: number;
}

export interface Elastic {
  /** For each restriction; 0 where it is kept. */
  readonly slacks: readonly Slack[];
  /** Whether weights were found that meet all restrictions, apart from rounding. */
  readonly isMet: boolean;
  /** The restrictions whose rows have dual values. Where not all are met, these alone cannot be. */
  readonly support: readonly number[];
}

/** a·w ≤ end, or a·w ≥ end; only what is not 0 of a. */
interface HalfRow {
  readonly isUpper: boolean;
  readonly end: number;
  readonly cols: readonly number[];
  readonly values: readonly number[];
}

/**
 * The least sum of slacks,
 *
 *     min Σ_i (up_i + down_i)  subject to  lower − down_i ≤ a·w ≤ upper + up_i  for each row of restriction i
 *
 * @returns undefined where the restrictions that are not elastic cannot be met
 */
export function leastSlack(problem: ElasticProblem, highs: Highs): Elastic | undefined {
  const { assets, restrictions } = problem;
  const rows = restrictions.flatMap((restriction, owner) => halfRows(restriction).map((row) => ({ row, owner })));
  return highs.withModel(programOf(problem, rows), (model) => {
    model.options.set(SOLVER_OPTIONS);
    model.run();
    const status = model.getModelStatus();
    if (status === highs.constants.modelStatus.infeasible) return undefined;
    if (status !== highs.constants.modelStatus.optimal) throw new Error(`HiGHS stopped with model status ${status}`);
    const { colValue, rowDual } = model.getSolution();
    const support = new Set(rows.flatMap(({ owner }, at) => (Math.abs(rowDual[at]!) > ROUNDING ? [owner] : [])));
    return {
      slacks: restrictions.map((_, at) => ({ up: colValue[assets + 2 * at]!, down: colValue[assets + 2 * at + 1]! })),
      isMet: rows.every(({ row }) => excess(row, colValue) <= ROUNDING),
      support: [...support].sort((a, b) => a - b),
    };
  });
}

const boundRows = (ends: Float64Array | undefined, isUpper: boolean): HalfRow[] =>
  Array.from(ends ?? [], (end, at) => ({ isUpper, end, cols: [at], values: [1] }));

/** The bounds of weights, as far as they restrict long-only weights, and the rows. */
const halfRows = oncePer(({ lower, upper, rows = [] }: Restriction): readonly HalfRow[] => {
  return [
    ...boundRows(lower, false).filter(({ end }) => end > 0),
    ...boundRows(upper, true).filter(({ end }) => end < 1),
    ...rows.flatMap((row): HalfRow[] => {
      const cols = [...row.coefficients.keys()].filter((at) => row.coefficients[at] !== 0);
      const half = { cols, values: cols.map((at) => row.coefficients[at]!) };
      return [
        ...(row.lower > -Infinity ? [{ ...half, isUpper: false, end: row.lower }] : []),
        ...(row.upper < Infinity ? [{ ...half, isUpper: true, end: row.upper }] : []),
      ];
    }),
  ];
});

function excess({ isUpper, end, cols, values }: HalfRow, weights: Float64Array): number {
  const activity = cols.reduce((total, col, at) => total + values[at]! * weights[col]!, 0);
  return isUpper ? activity - end : end - activity;
}

/** Columns: w (n), then up and down of each restriction. Rows: the restrictions', then Σ w = 1. */
function programOf(
  { assets, restrictions, elastic = [...restrictions.keys()], given = GIVEN }: ElasticProblem,
  rows: readonly { readonly row: HalfRow; readonly owner: number }[],
): ModelData {
  const cols = assets + 2 * restrictions.length;
  const colUpper = new Float64Array(cols).fill(Infinity, 0, assets);
  for (const at of elastic) colUpper.fill(Infinity, assets + 2 * at, assets + 2 * at + 2);
  const budget = given.includes('all-invested') ? 1 : Infinity;
  const [starts, indices, values]: [number[], number[], number[]] = [[0], [], []];
  for (const { row, owner } of rows) {
    indices.push(...row.cols, assets + 2 * owner + (row.isUpper ? 0 : 1));
    values.push(...row.values, row.isUpper ? -1 : 1);
    starts.push(indices.length);
  }
  for (let col = 0; col < assets; col++) {
    indices.push(col);
    values.push(1);
  }
  starts.push(indices.length);
  return {
    numCols: cols,
    numRows: rows.length + 1,
    colCost: new Float64Array(cols).fill(1, assets),
    colLower: new Float64Array(cols).fill(given.includes('long-only') ? 0 : -Infinity, 0, assets),
    colUpper,
    rowLower: [...rows.map(({ row }) => (row.isUpper ? -Infinity : row.end)), budget === 1 ? 1 : -Infinity],
    rowUpper: [...rows.map(({ row }) => (row.isUpper ? row.end : Infinity)), budget],
    matrix: { format: 'csr', numRows: rows.length + 1, numCols: cols, starts, indices, values },
  };
}
