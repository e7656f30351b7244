import { UserError } from '../../errors.ts';
import { subSeed, uniforms } from '../random.ts';
import type { Drawn } from '../strategies/drawn.ts';
import { scaledSamples } from '../strategies/drawn.ts';
import { scaleAboutMean } from '../samples.ts';
import type { Matrix } from '../types.ts';
import { poolEntropy, type Pooled, type PooledView } from './entropy-pooling.ts';
import type { View } from './view.ts';

/** Views that leave less contradict the scenarios. */
const LEAST_SHARE = 0.1;

/**
 * The same scenarios as the views have them: equally likely again, those that fit the views more often than others.
 * Each sample meets them by itself.
 * @returns scaled by κ, so that its own is 1
 * @param views of assets that are there, see `resolveViews`
 * @throws UserError (option `views`) when no probabilities meet the views with an effective number of scenarios of
 *   LEAST_SHARE of all
 */
export function applyViews(drawn: Drawn, views: readonly View[]): Drawn {
  const { kappa, source, sampling } = drawn;
  const { scenarios, pricing } = scaledSamples(drawn);
  const view = (sample: Matrix, use: string) =>
    viewSample(sample, { tickers: source.tickers, views, seed: subSeed(sampling.seed, `views ${use}`) });
  const chosen = view(scenarios, 'scenarios');
  return {
    ...drawn,
    samples: { scenarios: chosen.sample, ...(pricing && { pricing: view(pricing, 'pricing').sample }) },
    fresh: view(scaleAboutMean(drawn.fresh, kappa), 'fresh').sample,
    kappa: 1,
    viewed: { kappa, share: chosen.share },
  };
}

interface ViewOptions {
  readonly tickers: readonly string[];
  readonly views: readonly View[];
  readonly seed: number;
}

/** @returns C (M, n) of the same size, and the effective number of scenarios as a share of M */
function viewSample(sample: Matrix, { tickers, views, seed }: ViewOptions): { sample: Matrix; share: number } {
  const pooled = poolEntropy(
    views.map((view) => pooledView(sample, tickers, view)),
    sample.rows,
    LEAST_SHARE,
  );
  if (pooled === undefined) throw tooCostly();
  return { sample: resample(sample, pooled, uniforms(seed, 'resampling')()), share: pooled.share };
}

function pooledView({ rows, cols, data }: Matrix, tickers: readonly string[], view: View): PooledView {
  const { ticker, than, by, relation } = view;
  const [own, other] = [columnOf(tickers, ticker), than === undefined ? undefined : columnOf(tickers, than)];
  const sign = relation === '<=' ? -1 : 1;
  const a = Float64Array.from({ length: rows }, (_, m) => {
    const right = by + (other === undefined ? 0 : data[m * cols + other]!);
    return sign * (data[m * cols + own]! - right);
  });
  return { a, isEquality: relation === '=' };
}

function columnOf(tickers: readonly string[], ticker: string): number {
  const column = tickers.indexOf(ticker);
  if (column === -1) throw new Error(`a view of ${ticker}, scenarios of ${tickers.join(', ')}`);
  return column;
}

const tooCostly = (): UserError =>
  new UserError(
    'These views leave an effective number of scenarios of less than 10%: they contradict each other or what the scenarios hold possible. Take milder ones, or fewer.',
    { option: 'views', code: 'views.too-few-scenarios', data: { leastShare: LEAST_SHARE } },
  );

/**
 * Systematic resampling: the points (u + i) / M on the line of the probabilities. Each scenario comes ⌊M p⌋ or ⌈M p⌉
 * times.
 * @param u in [0, 1)
 */
export function resample(
  { rows, cols, data }: Matrix,
  { probabilities }: Pick<Pooled, 'probabilities'>,
  u: number,
): Matrix {
  const drawn = new Float64Array(data.length);
  let [row, until] = [0, probabilities[0]!];
  for (let i = 0; i < rows; i++) {
    while ((u + i) / rows >= until && row < rows - 1) until += probabilities[++row]!;
    drawn.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
  }
  return { rows, cols, data: drawn };
}
