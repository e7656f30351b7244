import type { Highs, ModelData } from 'highs';
import type { RiskProblem } from '../../../src/engine/optimize/problem.ts';

/**
 * Everything that a mandate can ask in one mixed-integer program, by HiGHS: what the optimiser must agree with. Undefined
 * where nothing is allowed.
 */
export interface FullMandate {
  minimumCvar(): number | undefined;
  /** Net of costs. */
  highestReturn(lossLimit: number): number | undefined;
  /** The smallest CVaR of falling behind the benchmark. */
  minimumBehind(): number | undefined;
}

interface Row {
  readonly lower: number;
  readonly upper: number;
  readonly entries: readonly (readonly [column: number, value: number])[];
}

/** @param k (1 − alpha) M, given apart so that the oracle does not share the engine's rounding */
export function fullMandate(highs: Highs, problem: RiskProblem, k: number): FullMandate {
  const { scenarios, feasible, sparsity, trading, behind } = problem;
  const { rows: M, cols: n, data } = scenarios;
  const [columns, rows]: [{ lower: number; upper: number; isBinary?: boolean }[], Row[]] = [[], []];
  const add = (count: number, lower: number, upper: number, isBinary = false): number => {
    for (let at = 0; at < count; at++) columns.push({ lower, upper, isBinary });
    return columns.length - count;
  };
  const assets = Array.from({ length: n }, (_, j) => j);
  for (const j of assets) columns.push({ lower: feasible.lower[j]!, upper: feasible.upper[j]! });
  rows.push({ lower: 1, upper: 1, entries: assets.map((j) => [j, 1]) });
  for (const row of feasible.rows) rows.push({ ...row, entries: assets.map((j) => [j, row.coefficients[j]!]) });

  /** The CVaR of −(c − b)·w as a row, in columns t and u of its own. */
  const cvarOf = (benchmark?: Float64Array): Row['entries'] => {
    const t = add(1, -Infinity, Infinity);
    const u = add(M, 0, Infinity);
    for (let m = 0; m < M; m++) {
      const entries = assets.map((j) => [j, data[m * n + j]! - (benchmark?.[m] ?? 0)] as const);
      rows.push({ lower: 0, upper: Infinity, entries: [...entries, [t, 1], [u + m, 1]] });
    }
    return [[t, 1], ...Array.from({ length: M }, (_, m) => [u + m, 1 / k] as const)];
  };
  const risk = cvarOf();
  const gap = behind === undefined ? undefined : cvarOf(behind.benchmark);

  const means = assets.map((j) => Array.from({ length: M }, (_, m) => data[m * n + j]!).reduce((a, b) => a + b, 0) / M);
  const net: [number, number][] = assets.map((j) => [j, means[j]!]);
  if (trading !== undefined) {
    const [buys, sells] = [add(n, 0, 1), add(n, 0, 1)];
    for (const j of assets) {
      const trade = [
        [j, 1],
        [buys + j, -1],
        [sells + j, 1],
      ] as const;
      rows.push({ lower: trading.held[j]!, upper: trading.held[j]!, entries: trade });
      net.push([buys + j, -trading.cost], [sells + j, -trading.cost]);
    }
    rows.push({ lower: 0, upper: trading.mostTurnover, entries: assets.map((j) => [buys + j, 1]) });
  }
  if (sparsity !== undefined) {
    const y = add(n, 0, 1, true);
    for (const j of assets) {
      rows.push({
        lower: -Infinity,
        upper: 0,
        entries: [
          [j, 1],
          [y + j, -feasible.upper[j]!],
        ],
      });
      rows.push({
        lower: 0,
        upper: Infinity,
        entries: [
          [j, 1],
          [y + j, -sparsity.least],
        ],
      });
    }
    rows.push({ lower: 0, upper: sparsity.most, entries: assets.map((j) => [y + j, 1]) });
  }

  const solve = (objective: Row['entries'], limits: readonly Row[]): number | undefined => {
    const all = [...rows, ...limits];
    const cost = new Float64Array(columns.length);
    for (const [column, value] of objective) cost[column]! += value;
    const starts = [0];
    for (const { entries } of all) starts.push(starts.at(-1)! + entries.length);
    const lp: ModelData = {
      numCols: columns.length,
      numRows: all.length,
      colCost: cost,
      colLower: columns.map(({ lower }) => lower),
      colUpper: columns.map(({ upper }) => upper),
      rowLower: all.map(({ lower }) => lower),
      rowUpper: all.map(({ upper }) => upper),
      matrix: {
        format: 'csr',
        numRows: all.length,
        numCols: columns.length,
        starts,
        indices: all.flatMap(({ entries }) => entries.map(([column]) => column)),
        values: all.flatMap(({ entries }) => entries.map(([, value]) => value)),
      },
      ...(sparsity !== undefined && {
        integrality: columns.map(({ isBinary }) =>
          isBinary === true ? highs.constants.variableType.integer : highs.constants.variableType.continuous,
        ),
      }),
    };
    return solved(highs, lp);
  };
  const kept: Row[] = gap === undefined ? [] : [{ lower: -Infinity, upper: behind!.limit, entries: gap }];
  return {
    minimumCvar: () => solve(risk, kept),
    highestReturn: (limit) => {
      const least = solve(
        net.map(([column, value]) => [column, -value]),
        [...kept, { lower: -Infinity, upper: limit, entries: risk }],
      );
      return least === undefined ? undefined : -least;
    },
    minimumBehind: () => (gap === undefined ? undefined : solve(gap, [])),
  };
}

function solved(highs: Highs, data: ModelData): number | undefined {
  return highs.withModel(data, (model) => {
    model.options.set({
      output_flag: false,
      primal_feasibility_tolerance: 1e-10,
      dual_feasibility_tolerance: 1e-10,
      mip_feasibility_tolerance: 1e-10,
      mip_rel_gap: 0,
      mip_abs_gap: 1e-10,
    });
    model.run();
    const status = model.getModelStatus();
    if (status === highs.constants.modelStatus.infeasible) return undefined;
    if (status !== highs.constants.modelStatus.optimal) throw new Error(`the full program ended with status ${status}`);
    return model.getObjectiveValue();
  });
}
