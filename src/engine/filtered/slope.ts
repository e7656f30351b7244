// How far the next day's return follows the network's prediction of it. docs/mathematics.md, section 3.
import type { Matrix } from '../types.ts';

/** One-sided, 5 %: a slope that chance gives more often is none. */
const CRITICAL_T = 1.645;
/** With a smaller slope, the mean has been nearer to the returns than the predictions were: they show no skill. */
const LEAST_SLOPE = 0.5;
/** Fewer past days show nothing. */
const LEAST_DAYS = 250;

export interface SlopeInput {
  /** (D, n) predictions of daily returns, beside their mean, made on the day before. */
  readonly predictions: Matrix;
  /** (D, n) the returns. */
  readonly returns: Matrix;
  /** (D, n) their variances. */
  readonly variances: Matrix;
}

/**
 * ψ, the slope of returns on predictions (Mincer & Zarnowitz 1969), pooled over assets and weighted by their variances;
 * 0 unless it is significantly above 0, by errors that are clustered by day, and predictions have been nearer to the
 * returns than their mean; at most 1.
 */
export function measureSlope({ predictions, returns, variances }: SlopeInput): number {
  const { rows, cols } = predictions;
  if (rows < LEAST_DAYS) return 0;
  const [meanOf, meanReturn] = [columnMeans(predictions), columnMeans(returns)];
  const products = new Float64Array(rows);
  const squares = new Float64Array(rows);
  for (let t = 0; t < rows; t += 1) {
    for (let j = 0, at = t * cols; j < cols; j += 1, at += 1) {
      const p = predictions.data[at]! - meanOf[j]!;
      products[t]! += (p * (returns.data[at]! - meanReturn[j]!)) / variances.data[at]!;
      squares[t]! += (p * p) / variances.data[at]!;
    }
  }
  const total = squares.reduce((sum, one) => sum + one, 0);
  if (total === 0) return 0;
  const slope = products.reduce((sum, one) => sum + one, 0) / total;
  const error = Math.sqrt(products.reduce((sum, one, t) => sum + (one - slope * squares[t]!) ** 2, 0)) / total;
  return slope > Math.max(LEAST_SLOPE, CRITICAL_T * error) ? Math.min(1, slope) : 0;
}

function columnMeans({ rows, cols, data }: Matrix): Float64Array {
  const sums = new Float64Array(cols);
  data.forEach((value, at) => {
    sums[at % cols]! += value;
  });
  return sums.map((sum) => sum / rows);
}
