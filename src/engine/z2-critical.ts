// The critical value of Acerbi & Szekely's Z2, by simulation. docs/mathematics.md, section 14.
import { uniforms } from './random.ts';
import { valueAtRisk } from './risk.ts';
import { mean } from './statistics.ts';

/** The standard error that the critical value must fall below. */
const STANDARD_ERROR = 0.005;
/** Simulated runs in a batch. The spread of the batches' quantiles gives the standard error. */
const BATCH = 500;
/** Batches between two looks at the standard error. */
const ROUND = 20;
const MAX_ROUNDS = 200;

interface Z2CriticalOptions {
  readonly seed: number;
  /** The probability of rejecting a correct model; absent: 5 %. */
  readonly level?: number;
}

// With 5 degrees of freedom Student's t has closed forms in the angle φ, where t = √5 cot φ.

/** The probability that a t5 variable exceeds √5 cot φ. */
function exceedance(phi: number): number {
  const [sin, cos] = [Math.sin(phi), Math.cos(phi)];
  return (phi - sin * cos - (2 / 3) * cos * sin ** 3) / Math.PI;
}

/** The angle of the value that a t5 variable exceeds with probability u, 0 < u < 1, by Newton's method. */
function tailAngle(u: number): number {
  let phi = Math.min(Math.PI / 2, ((15 * Math.PI * u) / 8) ** (1 / 5));
  for (let step = 0; step < 8; step += 1) {
    const correction = (exceedance(phi) - u) / ((8 / (3 * Math.PI)) * Math.sin(phi) ** 4);
    phi -= correction;
    if (Math.abs(correction) < 1e-10 * phi) break;
  }
  return phi;
}

const NODES = 1_024;

/**
 * A function that gives the value which a t5 variable exceeds with probability u, 0 < u ≤ p, to about 1e-6. The
 * angle is a smooth function of u to the power 1/5, so it is interpolated linearly between nodes.
 */
function quantileTable(p: number): (u: number) => number {
  const step = p ** (1 / 5) / NODES;
  const angles = Float64Array.from({ length: NODES + 2 }, (_, k) => (k === 0 ? 0 : tailAngle((k * step) ** 5)));
  return (u) => {
    const at = u ** (1 / 5) / step;
    const k = Math.floor(at);
    return Math.sqrt(5) / Math.tan(angles[k]! + (at - k) * (angles[k + 1]! - angles[k]!));
  };
}

/** E[t; t > q] for a t5 variable: the expected shortfall beyond q times the probability of exceeding q. */
function tailMean(q: number): number {
  const density = 8 / (3 * Math.PI * Math.sqrt(5) * (1 + q ** 2 / 5) ** 3);
  return (density * (5 + q ** 2)) / 4;
}

/** The probability that one or more of n decisions are violated. */
const violatedShare = (n: number, p: number): number => -Math.expm1(n * Math.log1p(-p));

/**
 * The distribution of the number of violations among n decisions, given that there are any.
 * @returns at k the probability of at most k + 1 violations; the end, where it is 1 but for rounding, is left out
 */
function countDistribution(n: number, p: number): number[] {
  const share = violatedShare(n, p);
  const cumulative: number[] = [];
  let [logProbability, sum] = [n * Math.log1p(-p), 0];
  for (let k = 1; k <= n && sum < 1 - 1e-9; k++) {
    logProbability += Math.log(((n - k + 1) / k) * (p / (1 - p)));
    sum += Math.exp(logProbability) / share;
    cumulative.push(sum);
  }
  return cumulative;
}

/**
 * Simulates n decisions of which one or more are violated, as only violations count. Within a batch the numbers of
 * violations are spread as their distribution is, which leaves less to chance.
 * @returns a function that fills a batch with −Z2
 */
function violatedRuns(n: number, p: number, seed: number): (batch: Float64Array) => void {
  const uniform = uniforms(seed, 'z2');
  const quantile = quantileTable(p);
  const shortfall = tailMean(Math.sqrt(5) / Math.tan(tailAngle(p))) / p;
  const counts = countDistribution(n, p);
  return (batch) => {
    for (let k = 0; k < batch.length; k++) {
      const share = (k + uniform()) / batch.length;
      let violations = 1;
      while (counts[violations - 1]! < share) violations++;
      let ratios = 0;
      for (let v = 0; v < violations; v++) ratios += quantile(p * (1 - uniform())) / shortfall;
      batch[k] = ratios / (n * p) - 1;
    }
  };
}

/** An upper bound of the standard error of the mean: the estimate, and three times its own error. */
function standardErrorBound(values: readonly number[]): number {
  const count = values.length;
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (count - 1) / count) * (1 + 3 / Math.sqrt(2 * count));
}

function simulate(n: number, p: number, { seed, level = 0.05 }: Z2CriticalOptions): number {
  const share = violatedShare(n, p);
  // Without a violation Z2 is 1, and with one it is below 1. The tolerance is for rounding in p.
  if (share <= level * (1 + 1e-9)) return 1;
  const alpha = 1 - level / share;
  const fill = violatedRuns(n, p, seed);
  const runs = new Float64Array(MAX_ROUNDS * ROUND * BATCH);
  const quantiles: number[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (let b = 0; b < ROUND; b++) {
      const from = quantiles.length * BATCH;
      const batch = runs.subarray(from, from + BATCH);
      fill(batch);
      quantiles.push(valueAtRisk(batch, alpha));
    }
    if (standardErrorBound(quantiles) < STANDARD_ERROR) break;
  }
  return -valueAtRisk(runs.subarray(0, quantiles.length * BATCH), alpha);
}

/** Critical values by what they depend on. They are few, as backtests have at most some thousand decisions. */
const known = new Map<string, number>();

/**
 * The value below which Z2 rejects a model. It is simulated for n decisions whose losses follow Student's t5, with
 * their true value-at-risk and CVaR, until its standard error is below 0.005 or 2 million runs are made. The first time
 * it takes about 0.1 s.
 *
 * @param p of the tail, 1 − alpha; at most 1/2
 */
export function z2Critical(n: number, p: number, options: Z2CriticalOptions): number {
  const key = [n, p, options.seed, options.level].join();
  const found = known.get(key) ?? simulate(n, p, options);
  known.set(key, found);
  return found;
}
