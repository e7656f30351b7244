import { createPause } from '../pause.ts';
import { subSeed } from '../random.ts';
import type { WorkContext } from '../strategies/strategy.ts';
import type { Matrix } from '../types.ts';
import { openPathKernel, type PathKernel } from './load.ts';

/** What paths start from and are driven by. */
export interface SimulationInput {
  /** (L, n) standardised residuals z′, a row a day. */
  readonly residuals: Matrix;
  /** (n) v₀, daily variance on the first day. */
  readonly startVariance: Float64Array;
  /** (n) the constant term of the recursion, in the units of v. */
  readonly recursionBase: Float64Array;
  /** (n) the largest daily move, up or down; nothing falls by more than all. */
  readonly largestMoves: Float64Array;
  /** What the recursion multiplies v by, r², and r² again after a loss. */
  readonly recursion: { readonly persistence: number; readonly shock: number; readonly leverage: number };
  /** H, in days. */
  readonly horizon: number;
  /** M */
  readonly paths: number;
  /** The mean length of a block of residuals, in days; at least 1. */
  readonly blockLength: number;
  readonly seed: number;
}

/** Paths that the kernel simulates in one call, a multiple of 4. It bounds the kernel's memory. */
const CHUNK = 1000;
/** Numbers that the kernel keeps of a pair of assets: of each day (z and growth), and of the pair itself. */
const [DAY, PARAMETERS] = [4, 8];
const BYTES = Float64Array.BYTES_PER_ELEMENT;
const PAGE = 65_536;

/**
 * Filtered historical simulation (Barone-Adesi, Giannopoulos and Vosper 1999) by a stationary bootstrap (Politis and
 * Romano 1994). Each day of a path takes a row of the residuals, for all assets together: on the first day, and later
 * with probability 1 / blockLength, any row; else the one after the last, the first after the end. Then
 *
 *     r = √v z,  v ← base + persistence v + (shock + leverage [r < 0]) r²,
 *
 * and r within ±largestMoves and at least −1 multiplies the wealth by 1 + r. Which rows a path takes depends on the
 * seed, the path's number, L, H and the block length alone. Variances and wealths end at the largest number.
 *
 * @returns C (M, n), the compounded returns over H days. The same input gives the same C on every machine; a larger M
 *   only adds rows.
 * @throws the signal's reason when aborted
 * @throws Error when the sizes do not fit, or a variance, base or move is negative or not finite
 */
export async function simulatePaths(input: SimulationInput, context?: WorkContext): Promise<Matrix> {
  checkInput(input);
  const { paths, residuals } = input;
  const simulate = prepare(await openPathKernel(), input);
  const data = new Float64Array(paths * residuals.cols);
  const pause = context && createPause(paths, context);
  for (let from = 0; from < paths; from += CHUNK) {
    const count = Math.min(CHUNK, paths - from);
    data.set(simulate(count), from * residuals.cols);
    await pause?.(from + count);
  }
  return { rows: paths, cols: residuals.cols, data };
}

function checkInput({ residuals, horizon, paths, blockLength, ...input }: SimulationInput): void {
  for (const [name, size] of Object.entries({ horizon, paths, days: residuals.rows, assets: residuals.cols })) {
    if (!Number.isInteger(size) || size < 1) throw new Error(`${name}: expected a positive integer, got ${size}`);
  }
  if (!(blockLength >= 1)) throw new Error(`blockLength: expected at least 1, got ${blockLength}`);
  for (const name of ['startVariance', 'recursionBase', 'largestMoves'] as const) {
    const values = input[name];
    if (values.length !== residuals.cols) {
      throw new Error(`${name}: expected ${residuals.cols} values, got ${values.length}`);
    }
    const wrong = values.find((value) => !Number.isFinite(value) || value < 0);
    if (wrong !== undefined) throw new Error(`${name}: expected finite values from 0, got ${wrong}`);
  }
}

/** @returns a function that gives the compounded returns of the next `count` paths, at most CHUNK, until its next call */
function prepare({ draw, simulate, memory }: PathKernel, input: SimulationInput): (count: number) => Float64Array {
  const { horizon, blockLength } = input;
  const { rows: days, cols: assets } = input.residuals;
  const pairs = Math.ceil(assets / 2);
  const strip = BYTES * DAY * days;
  const strips = memory.buffer.byteLength;
  const parameters = strips + pairs * strip;
  const returns = parameters + pairs * BYTES * PARAMETERS;
  // The generator's state, and the days drawn: four bytes a day and path.
  const state = returns + BYTES * CHUNK * assets;
  const drawn = state + 16;
  memory.grow(Math.ceil((drawn + 4 * horizon * CHUNK - strips) / PAGE));
  layOutResiduals(input, new Float64Array(memory.buffer, strips));
  layOutParameters(input, new Float64Array(memory.buffer, parameters));
  new Uint32Array(memory.buffer, state).set([0, 1, 2, 3].map((word) => subSeed(input.seed, `paths ${word}`)));
  return (count) => {
    const groups = Math.ceil(count / 4);
    draw(groups, horizon, days, blockLength, state, drawn);
    for (let k = 0; k < pairs; k += 1) {
      const single = Number(2 * k + 1 === assets);
      const [from, pair, to] = [strips + k * strip, parameters + k * BYTES * PARAMETERS, returns + 2 * BYTES * k];
      simulate(groups, horizon, drawn, from, pair, to, BYTES * assets, single);
    }
    return new Float64Array(memory.buffer, returns, count * assets);
  };
}

/**
 * A strip for each pair of assets. Because r² = v z², the recursion is v ← base + a v with a growth that is the same
 * in all paths, so that the kernel's root is not on the way from one day's v to the next.
 */
function layOutResiduals({ residuals, recursion }: SimulationInput, strips: Float64Array): void {
  const { rows, cols, data } = residuals;
  const { persistence, shock, leverage } = recursion;
  for (let asset = 0; asset < cols; asset += 1) {
    let to = DAY * (asset >> 1) * rows + (asset & 1);
    for (let from = asset; from < rows * cols; from += cols, to += DAY) {
      const z = data[from]!;
      strips[to] = z;
      strips[to + 2] = Math.min(persistence + (z < 0 ? shock + leverage : shock) * z * z, Number.MAX_VALUE);
    }
  }
}

function layOutParameters({ startVariance, recursionBase, largestMoves }: SimulationInput, pairs: Float64Array): void {
  for (const [asset, move] of largestMoves.entries()) {
    const to = PARAMETERS * (asset >> 1) + (asset & 1);
    pairs[to] = startVariance[asset]!;
    pairs[to + 2] = recursionBase[asset]!;
    pairs[to + 4] = Math.max(-move, -1);
    pairs[to + 6] = move;
  }
}
