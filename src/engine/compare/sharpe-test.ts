// Whether one Sharpe ratio differs from another: a studentised bootstrap (Ledoit & Wolf 2008) that draws blocks of
// random lengths (Politis & Romano 1994). docs/mathematics.md, section 22.
import { neweyWestT } from '../newey-west.ts';
import { uniforms } from '../random.ts';
import { blockLength } from './block-length.ts';
import { RunningSums } from './running-sums.ts';

const DRAWS = 1_999;

export interface SharpeTest {
  /** Two-sided: that the Sharpe ratios are equal. */
  readonly p: number;
  /** The same after choosing the most different one of all that were tried. */
  readonly pTried: number;
}

export interface SharpeTests {
  /** The mean block length, of all series: the longest that one of them asks for. */
  readonly blockLength: number;
  /** One for each series; undefined where it does not differ from the benchmark, or does not vary. */
  readonly tests: readonly (SharpeTest | undefined)[];
}

/** A Sharpe ratio's derivatives by the mean and by the mean square. */
interface Gradient {
  readonly sharpe: number;
  readonly byMean: number;
  readonly bySquare: number;
}

function gradientOf(average: number, square: number): Gradient {
  const variance = square - average * average;
  const cube = variance ** 1.5;
  return { sharpe: average / Math.sqrt(variance), byMean: square / cube, bySquare: -average / (2 * cube) };
}

/** As many as the usual rule takes (Newey & West 1994). @param days T */
export const neweyWestLags = (days: number): number => Math.floor(4 * (days / 100) ** (2 / 9));

/**
 * @param series (S, T) excess returns, all of the same days
 * @param benchmark (T)
 */
export function testSharpes(
  series: readonly (readonly number[])[],
  benchmark: readonly number[],
  seed: number,
): SharpeTests {
  const days = benchmark.length;
  const base = new RunningSums(benchmark);
  const compared = series.map((returns) => {
    const difference = differenceOf(returns, benchmark);
    return difference && { ...difference, sums: new RunningSums(returns) };
  });
  const lengths = compared.flatMap((one) => (one ? [blockLength(one.influence)] : []));
  const length = Math.max(1, ...lengths);
  const exceeded = compared.map(() => [0, 0] as [own: number, most: number]);
  const nextBlocks = blocksOf(days, length, seed);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const blocks = nextBlocks();
    const drawn = compared.map((one) => (one ? studentised(one, base, blocks) : 0));
    const most = Math.max(...drawn);
    for (const [s, one] of compared.entries()) {
      if (one === undefined) continue;
      if (drawn[s]! >= one.statistic) exceeded[s]![0] += 1;
      if (most >= one.statistic) exceeded[s]![1] += 1;
    }
  }
  return {
    blockLength: length,
    tests: compared.map((one, s) => one && { p: bootstrapP(exceeded[s]![0]), pTried: bootstrapP(exceeded[s]![1]) }),
  };
}

const bootstrapP = (count: number): number => (1 + count) / (1 + DRAWS);

interface Difference {
  readonly difference: number;
  /** Its size in standard errors. */
  readonly statistic: number;
  /** (T) What each day adds to it. */
  readonly influence: readonly number[];
}

function differenceOf(returns: readonly number[], benchmark: readonly number[]): Difference | undefined {
  const [own, other] = [sharpeParts(returns), sharpeParts(benchmark)];
  const influence = returns.map((r, t) => influenceOf(own, r) - influenceOf(other, benchmark[t]!));
  const difference = own.sharpe - other.sharpe;
  // The mean of what days add is 0; moved by the difference its t-statistic is the difference in standard errors.
  const t = neweyWestT(
    influence.map((one) => one + difference),
    neweyWestLags(returns.length),
  );
  const isSame = returns.every((r, day) => Math.abs(r - benchmark[day]!) < SAME_RETURNS);
  return t === undefined || !Number.isFinite(t) || isSame
    ? undefined
    : { difference, statistic: Math.abs(t), influence };
}

/** Returns that differ by less are the same but for rounding. */
const SAME_RETURNS = 1e-12;

/** What a Sharpe ratio is made of. */
interface SharpeParts extends Gradient {
  readonly mean: number;
  readonly square: number;
}

function sharpeParts(returns: readonly number[]): SharpeParts {
  const sums = new RunningSums(returns);
  const [average, square] = [sums.sum(0, sums.length), sums.squares(0, sums.length)].map((sum) => sum / sums.length);
  return { mean: average!, square: square!, ...gradientOf(average!, square!) };
}

const influenceOf = ({ mean, square, byMean, bySquare }: SharpeParts, r: number): number =>
  byMean * (r - mean) + bySquare * (r * r - square);

/** Starts and ends of the blocks of a draw, which go on from the first day after the last. */
function blocksOf(days: number, length: number, seed: number): () => Int32Array {
  const uniform = uniforms(seed, 'stationary bootstrap');
  const blocks = new Int32Array(2 * days);
  const goesOn = Math.log(1 - 1 / length);
  return () => {
    let [count, drawn] = [0, 0];
    while (drawn < days) {
      const start = Math.floor(days * uniform());
      const wanted = length > 1 ? 1 + Math.floor(Math.log(1 - uniform()) / goesOn) : 1;
      const taken = Math.min(wanted, days - drawn);
      blocks[count++] = start;
      blocks[count++] = start + taken;
      drawn += taken;
    }
    return blocks.subarray(0, count);
  };
}

/** |Δ* − Δ| in standard errors of the draw, which come from the sums of its blocks. */
function studentised(
  { difference, sums }: { readonly difference: number; readonly sums: RunningSums },
  base: RunningSums,
  blocks: Int32Array,
): number {
  const days = base.length;
  let [x, xx, y, yy] = [0, 0, 0, 0];
  for (let k = 0; k < blocks.length; k += 2) {
    const [from, to] = [blocks[k]!, blocks[k + 1]!];
    x += sums.sum(from, to);
    xx += sums.squares(from, to);
    y += base.sum(from, to);
    yy += base.squares(from, to);
  }
  const [own, other] = [gradientOf(x / days, xx / days), gradientOf(y / days, yy / days)];
  const mean = (own.byMean * x + own.bySquare * xx - other.byMean * y - other.bySquare * yy) / days;
  let variance = 0;
  for (let k = 0; k < blocks.length; k += 2) {
    const [from, to] = [blocks[k]!, blocks[k + 1]!];
    const ofBlock =
      own.byMean * sums.sum(from, to) +
      own.bySquare * sums.squares(from, to) -
      other.byMean * base.sum(from, to) -
      other.bySquare * base.squares(from, to);
    variance += (ofBlock - mean * (to - from)) ** 2;
  }
  return (Math.abs(own.sharpe - other.sharpe - difference) * days) / Math.sqrt(variance);
}
