// AssemblyScript: compiled by `npm run build-kernel`.
// The element-wise half of an LSTM step: i, f, o = λ(z), g = tanh(z), c ← f c + i g, h ← o tanh c.
// The gates have 4 panels (input, forget, candidate, output) for every 8 units, all else one. The panels of `rows`
// rows lie one after the other.
import { fma, sigmoid, tanh } from './simd';

@inline
function stepUnits(rows: i32, panels: i32, z: usize, last: usize, c: usize, h: usize, tanhC: usize, keep: bool): void {
  const gate = <usize>rows << 5;
  for (let panel = 0; panel < panels; panel++) {
    for (const end = z + gate; z < end; z += 16) {
      const i = sigmoid(v128.load(z));
      const f = sigmoid(v128.load(z + gate));
      const g = tanh(v128.load(z + 2 * gate));
      const o = sigmoid(v128.load(z + 3 * gate));
      const cell = fma(f, v128.load(last), f32x4.mul(i, g));
      const t = tanh(cell);
      v128.store(c, cell);
      v128.store(h, f32x4.mul(o, t));
      if (keep) {
        v128.store(z, i);
        v128.store(z + gate, f);
        v128.store(z + 2 * gate, g);
        v128.store(z + 3 * gate, o);
        v128.store(tanhC, t);
        tanhC += 16;
      }
      last += 16;
      c += 16;
      h += 16;
    }
    z += 3 * gate;
  }
}

/** From the pre-activations z and the last cell state: the new one, c (which may overwrite the last), and h. */
export function step(rows: i32, panels: i32, z: usize, last: usize, c: usize, h: usize): void {
  stepUnits(rows, panels, z, last, c, h, 0, false);
}

/** Like `step`, and stores for the backward pass the gates, in z, and tanh c. */
export function stepKept(rows: i32, panels: i32, z: usize, last: usize, c: usize, h: usize, tanhC: usize): void {
  stepUnits(rows, panels, z, last, c, h, tanhC, true);
}

/**
 * The gradient of `stepKept`. Replaces the gates in z by the gradient of the pre-activations, and dc by the gradient of
 * the last cell state.
 */
export function stepBack(rows: i32, panels: i32, z: usize, last: usize, tanhC: usize, dh: usize, dc: usize): void {
  const gate = <usize>rows << 5;
  const one = f32x4.splat(1);
  for (let panel = 0; panel < panels; panel++) {
    for (const end = z + gate; z < end; z += 16) {
      const i = v128.load(z);
      const f = v128.load(z + gate);
      const g = v128.load(z + 2 * gate);
      const o = v128.load(z + 3 * gate);
      const t = v128.load(tanhC);
      const dOutput = v128.load(dh);
      const throughH = f32x4.mul(f32x4.mul(dOutput, o), f32x4.sub(one, f32x4.mul(t, t)));
      const dCell = f32x4.add(v128.load(dc), throughH);
      v128.store(dc, f32x4.mul(dCell, f));
      v128.store(z, sigmoidGradient(f32x4.mul(dCell, g), i));
      v128.store(z + gate, sigmoidGradient(f32x4.mul(dCell, v128.load(last)), f));
      v128.store(z + 2 * gate, f32x4.mul(f32x4.mul(dCell, i), f32x4.sub(one, f32x4.mul(g, g))));
      v128.store(z + 3 * gate, sigmoidGradient(f32x4.mul(dOutput, t), o));
      last += 16;
      tanhC += 16;
      dh += 16;
      dc += 16;
    }
    z += 3 * gate;
  }
}

/** The gradient of the logistic function where its value is y: dy × y (1 − y). */
@inline
function sigmoidGradient(dy: v128, y: v128): v128 {
  return f32x4.mul(f32x4.mul(dy, y), f32x4.sub(f32x4.splat(1), y));
}
