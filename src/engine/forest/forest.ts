// A random forest for regression on binned features: trees on bootstrap rows, with a random choice of features at each
// split (Breiman, 2001). The packages there are have no seed, or take minutes for what takes a second here.
import { uniforms } from '../random.ts';
import type { Matrix } from '../types.ts';
import { binned, type Binned, BINS } from './binning.ts';

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

interface NodeSplit {
  readonly feature: number;
  readonly bin: number;
}

class Grower {
  readonly nodes = { feature: [] as number[], threshold: [] as number[], child: [] as number[], value: [] as number[] };
  readonly #binned: Binned;
  readonly #y: Float64Array;
  readonly #hyper: ForestHyper;
  readonly #features: number[];
  readonly #drawn: Int32Array;
  readonly #sums = new Float64Array(BINS);
  readonly #counts = new Int32Array(BINS);

  constructor(x: Matrix, y: Float64Array, hyper: ForestHyper) {
    [this.#binned, this.#y, this.#hyper, this.#drawn] = [binned(x), y, hyper, new Int32Array(x.rows)];
    this.#features = Array.from({ length: x.cols }, (_, f) => f);
  }

  tree(random: () => number): number {
    const rows = this.#drawn.length;
    for (let i = 0; i < rows; i += 1) this.#drawn[i] = Math.floor(random() * rows);
    const root = this.nodes.child.push(0) - 1;
    this.#grow(root, [0, rows, 0], random);
    return root;
  }

  #grow(node: number, [from, to, level]: readonly [number, number, number], random: () => number): void {
    const { nodes } = this;
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += this.#y[this.#drawn[i]!]!;
    const split = level < this.#hyper.depth ? this.#bestSplit(from, to, sum, random) : undefined;
    nodes.value[node] = sum / (to - from);
    nodes.feature[node] = split?.feature ?? -1;
    nodes.threshold[node] = split ? this.#binned.edges[split.feature * (BINS - 1) + split.bin]! : 0;
    if (split === undefined) return;
    const middle = this.#partition(from, to, split);
    const child = nodes.child.push(0, 0) - 2;
    nodes.child[node] = child;
    this.#grow(child, [from, middle, level + 1], random);
    this.#grow(child + 1, [middle, to, level + 1], random);
  }

  /** The split after which squared errors are smallest, among features drawn at random. */
  #bestSplit(from: number, to: number, sum: number, random: () => number): NodeSplit | undefined {
    const [all, features] = [to - from, this.#features];
    let best: NodeSplit | undefined;
    let gain = ((sum * sum) / all) * (1 + 1e-12); // Rounding must not split.
    for (let k = 0; k < Math.min(this.#hyper.tried, features.length); k += 1) {
      const other = k + Math.floor(random() * (features.length - k));
      [features[k], features[other]] = [features[other]!, features[k]!];
      const feature = features[k]!;
      this.#count(from, to, feature);
      for (let bin = 0, left = 0, count = 0; bin < BINS - 1; bin += 1) {
        left += this.#sums[bin]!;
        count += this.#counts[bin]!;
        if (this.#counts[bin] === 0 || Math.min(count, all - count) < this.#hyper.leafRows) continue;
        const value = (left * left) / count + ((sum - left) * (sum - left)) / (all - count);
        if (value > gain) [best, gain] = [{ feature, bin }, value];
      }
    }
    return best;
  }

  #count(from: number, to: number, feature: number): void {
    const [sums, counts, drawn, y, { codes }] = [this.#sums, this.#counts, this.#drawn, this.#y, this.#binned];
    for (const one of [sums, counts]) one.fill(0);
    for (let i = from, at = feature * drawn.length; i < to; i += 1) {
      const row = drawn[i]!;
      const code = codes[at + row]!;
      sums[code]! += y[row]!;
      counts[code]! += 1;
    }
  }

  /** @returns where the second child's rows begin */
  #partition(from: number, to: number, { feature, bin }: NodeSplit): number {
    const [drawn, { codes }] = [this.#drawn, this.#binned];
    let middle = from;
    for (let i = from, at = feature * drawn.length; i < to; i += 1) {
      const row = drawn[i]!;
      if (codes[at + row]! > bin) continue;
      drawn[i] = drawn[middle]!;
      drawn[middle++] = row;
    }
    return middle;
  }
}

/** @param x (N, F) of finite numbers. @param y (N). Equal seeds give equal bits. */
export function fitForest(x: Matrix, y: Float64Array, hyper: ForestHyper, seed: number): Forest {
  const grower = new Grower(x, y, hyper);
  const roots = Int32Array.from({ length: hyper.trees }, (_, k) => grower.tree(uniforms(seed, `tree ${k}`)));
  const { feature, threshold, child, value } = grower.nodes;
  return {
    features: x.cols,
    roots,
    feature: Int32Array.from(feature),
    child: Int32Array.from(child),
    threshold: Float64Array.from(threshold),
    value: Float64Array.from(value),
  };
}

/** @param x (N, F). @returns (N) the mean of the trees */
export function predictForest({ roots, feature, threshold, child, value }: Forest, x: Matrix): Float64Array {
  const predicted = new Float64Array(x.rows);
  for (const root of roots) {
    for (let i = 0; i < x.rows; i += 1) {
      let node = root;
      for (let f = feature[node]!; f >= 0; f = feature[node]!)
        node = child[node]! + (x.data[i * x.cols + f]! <= threshold[node]! ? 0 : 1);
      predicted[i]! += value[node]! / roots.length;
    }
  }
  return predicted;
}
