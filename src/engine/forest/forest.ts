// A random forest for regression on binned features: trees on bootstrap rows, with a random choice of features at each
// split (Breiman, 2001). The packages there are have no seed, or take minutes for what takes a second here.
import { uniforms } from '../random.ts';
import type { Matrix } from '../types.ts';

export interface ForestHyper {
  readonly trees: number;
  /** The most splits from the root to a leaf. */
  readonly depth: number;
  /** The fewest rows in a leaf, counted as often as they were drawn. */
  readonly leafRows: number;
  /** The features tried at each split. */
  readonly tried: number;
}

/** Plain data. A node's children lie side by side, the one with the smaller values first. */
export interface Forest {
  /** The columns of its inputs. */
  readonly features: number;
  /** (trees) each tree's first node. */
  readonly roots: Int32Array;
  /** (nodes) the feature that is split; −1: a leaf. */
  readonly feature: Int32Array;
  /** (nodes) values up to it go to the first child. */
  readonly threshold: Float64Array;
  /** (nodes) */
  readonly child: Int32Array;
  /** (nodes) the mean of the training's targets. */
  readonly value: Float64Array;
}

const BINS = 64;

interface Binned {
  /** (F, N) */
  readonly codes: Uint8Array;
  /** (F, BINS − 1) a value is in the first bin whose edge is not below it; missing edges are infinite. */
  readonly edges: Float64Array;
}

/** Bins of about equal numbers of rows. */
function binned({ rows, cols, data }: Matrix): Binned {
  const codes = new Uint8Array(cols * rows);
  const edges = new Float64Array(cols * (BINS - 1)).fill(Infinity);
  for (let f = 0; f < cols; f += 1) {
    const values = Float64Array.from({ length: rows }, (_, i) => data[i * cols + f]!);
    const sorted = values.toSorted();
    const quantiles = Array.from({ length: BINS - 1 }, (_, b) => sorted[Math.floor(((b + 1) * rows) / BINS)]!);
    const own = [...new Set(quantiles)].filter((edge) => edge < sorted[rows - 1]!);
    edges.set(own, f * (BINS - 1));
    values.forEach((value, i) => {
      let [low, high] = [0, own.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (value <= own[middle]!) high = middle;
        else low = middle + 1;
      }
      codes[f * rows + i] = low;
    });
  }
  return { codes, edges };
}

interface Split {
  readonly feature: number;
  readonly bin: number;
}

/** @param x (N, F) of finite numbers. @param y (N). Equal seeds give equal bits. */
export function fitForest(x: Matrix, y: Float64Array, { trees, depth, leafRows, tried }: ForestHyper, seed: number) {
  const { rows, cols } = x;
  const { codes, edges } = binned(x);
  const nodes = { feature: [] as number[], threshold: [] as number[], child: [] as number[], value: [] as number[] };
  const [sums, counts, drawn] = [new Float64Array(BINS), new Int32Array(BINS), new Int32Array(rows)];
  const order = Array.from({ length: cols }, (_, f) => f);
  const addNode = (): number => nodes.child.push(0) - 1;

  /** The split after which squared errors are smallest, among features drawn at random. */
  function bestSplit(from: number, to: number, sum: number, random: () => number): Split | undefined {
    const all = to - from;
    let [best, gain] = [undefined as Split | undefined, ((sum * sum) / all) * (1 + 1e-12) + 1e-300];
    for (let k = 0; k < Math.min(tried, cols); k += 1) {
      const other = k + Math.floor(random() * (cols - k));
      const feature = order[other]!;
      order[other] = order[k]!;
      order[k] = feature;
      sums.fill(0);
      counts.fill(0);
      for (let i = from, at = feature * rows; i < to; i += 1) {
        const row = drawn[i]!;
        const code = codes[at + row]!;
        sums[code]! += y[row]!;
        counts[code]! += 1;
      }
      for (let bin = 0, left = 0, count = 0; bin < BINS - 1; bin += 1) {
        left += sums[bin]!;
        count += counts[bin]!;
        if (counts[bin] === 0 || count < leafRows || all - count < leafRows) continue;
        const value = (left * left) / count + ((sum - left) * (sum - left)) / (all - count);
        if (value > gain) [best, gain] = [{ feature, bin }, value];
      }
    }
    return best;
  }

  function grow(node: number, from: number, to: number, level: number, random: () => number): void {
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += y[drawn[i]!]!;
    const split = level < depth && to - from >= 2 * leafRows ? bestSplit(from, to, sum, random) : undefined;
    nodes.value[node] = sum / (to - from);
    nodes.feature[node] = split?.feature ?? -1;
    nodes.threshold[node] = split ? edges[split.feature * (BINS - 1) + split.bin]! : 0;
    if (split === undefined) return;
    let middle = from;
    for (let i = from, at = split.feature * rows; i < to; i += 1) {
      const row = drawn[i]!;
      if (codes[at + row]! > split.bin) continue;
      drawn[i] = drawn[middle]!;
      drawn[middle++] = row;
    }
    const child = addNode();
    addNode();
    nodes.child[node] = child;
    grow(child, from, middle, level + 1, random);
    grow(child + 1, middle, to, level + 1, random);
  }

  const roots = Int32Array.from({ length: trees }, (_, k) => {
    const random = uniforms(seed, `tree ${k}`);
    for (let i = 0; i < rows; i += 1) drawn[i] = Math.floor(random() * rows);
    const root = addNode();
    grow(root, 0, rows, 0, random);
    return root;
  });
  const [feature, child] = [Int32Array.from(nodes.feature), Int32Array.from(nodes.child)];
  const [threshold, value] = [Float64Array.from(nodes.threshold), Float64Array.from(nodes.value)];
  return { features: cols, roots, feature, threshold, child, value } satisfies Forest;
}

/** @param x (N, F). @returns (N) the mean of the trees */
export function predictForest({ roots, feature, threshold, child, value }: Forest, { rows, cols, data }: Matrix) {
  const predicted = new Float64Array(rows);
  for (const root of roots) {
    for (let i = 0; i < rows; i += 1) {
      let node = root;
      while (feature[node]! >= 0) {
        node = child[node]! + (data[i * cols + feature[node]!]! <= threshold[node]! ? 0 : 1);
      }
      predicted[i]! += value[node]! / roots.length;
    }
  }
  return predicted;
}
