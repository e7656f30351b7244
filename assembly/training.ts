// AssemblyScript: compiled by `npm run build-kernel`.
// What training does besides the passes through the network.
import { fma } from './simd';

/**
 * The loss of one step: writes the gradient, `factor` × (predicted − target), of the first `rows` rows of matrices of
 * `height` rows, and 0 for the others: they are padding, and nothing may be learnt from them.
 *
 * @returns the sum of (predicted − target)²
 */
export function squaredError(
  rows: i32, height: i32, panels: i32,
  predicted: usize, targets: usize, gradient: usize, factor: f32,
): f32 {
  const scale = f32x4.splat(factor);
  let sum = f32x4.splat(0);
  let at: usize = 0;
  for (let panel = 0; panel < panels; panel++) {
    for (const end = at + (<usize>rows << 5); at < end; at += 16) {
      const error = f32x4.sub(v128.load(predicted + at), v128.load(targets + at));
      sum = fma(error, error, sum);
      v128.store(gradient + at, f32x4.mul(scale, error));
    }
    for (const end = at + (<usize>(height - rows) << 5); at < end; at += 16) {
      v128.store(gradient + at, f32x4.splat(0));
    }
  }
  const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
  return low + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
}

/**
 * One step of Adam for `size` bytes of weights w, given their gradient and its moments m and v:
 * m ← m + (1 − β₁)(∇ − m), v ← v + (1 − β₂)(∇² − v), w ← w − rate × m / (√(correction × v) + ε).
 */
export function adam(
  size: usize, w: usize, gradient: usize, m: usize, v: usize,
  gain1: f32, gain2: f32, rate: f32, correction: f32, epsilon: f32,
): void {
  const first = f32x4.splat(gain1), second = f32x4.splat(gain2);
  const step = f32x4.splat(rate), unbias = f32x4.splat(correction), least = f32x4.splat(epsilon);
  for (let at: usize = 0; at < size; at += 16) {
    const slope = v128.load(gradient + at);
    const oldMean = v128.load(m + at), oldSquare = v128.load(v + at);
    const mean = fma(first, f32x4.sub(slope, oldMean), oldMean);
    const square = fma(second, f32x4.sub(f32x4.mul(slope, slope), oldSquare), oldSquare);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(unbias, square)), least);
    v128.store(m + at, mean);
    v128.store(v + at, square);
    v128.store(w + at, f32x4.sub(v128.load(w + at), f32x4.div(f32x4.mul(step, mean), root)));
  }
}
