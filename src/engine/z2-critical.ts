// The critical value of Acerbi & Szekely's Z2, by simulation. docs/mathematics.md, section 13.
import { uniforms } from './random.ts';
import { valueAtRisk } from './risk.ts';

/** The standard error of the 5 % quantile is then 0.01 at 50 decisions and 0.05 at 9. */
const SIMULATIONS = 20_000;

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

/** The value that a t5 variable exceeds with probability u, 0 < u ≤ 1/2, by Newton's method in φ. */
function tailQuantile(u: number): number {
  let phi = Math.min(Math.PI / 2, ((15 * Math.PI * u) / 8) ** (1 / 5));
  for (let step = 0; step < 8; step += 1) {
    const correction = (exceedance(phi) - u) / ((8 / (3 * Math.PI)) * Math.sin(phi) ** 4);
    phi -= correction;
    if (Math.abs(correction) < 1e-10 * phi) break;
  }
  return Math.sqrt(5) / Math.tan(phi);
}

/** E[t; t > q] for a t5 variable: the expected shortfall beyond q times the probability of exceeding q. */
function tailMean(q: number): number {
  const density = 8 / (3 * Math.PI * Math.sqrt(5) * (1 + q ** 2 / 5) ** 3);
  return (density * (5 + q ** 2)) / 4;
}

/**
 * The value below which Z2 rejects a model. It is simulated for n decisions whose losses follow Student's t5, with
 * their true value-at-risk and CVaR. Takes 0.01 to 0.2 s.
 *
 * @param p of the tail, 1 − alpha; at most 1/2
 */
export function z2Critical(n: number, p: number, { seed, level = 0.05 }: Z2CriticalOptions): number {
  const uniform = uniforms(seed, 'z2');
  const shortfall = tailMean(tailQuantile(p)) / p;
  // Only violations count. The number of decisions between two of them is geometric, so they are skipped at once.
  const nextGap = (): number => Math.floor(Math.log1p(-uniform()) / Math.log1p(-p));
  const negatedZ2 = Float64Array.from({ length: SIMULATIONS }, () => {
    let ratios = 0;
    for (let t = nextGap(); t < n; t += 1 + nextGap()) ratios += tailQuantile(p * (1 - uniform())) / shortfall;
    return ratios / (n * p) - 1;
  });
  return -valueAtRisk(negatedZ2, 1 - level);
}
