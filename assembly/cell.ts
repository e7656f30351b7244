// AssemblyScript: compiled by `npm run build-kernel`.
// The element-wise half of an LSTM step. Gates lie as 4 panels (input, forget, candidate, output) for
// each 8 units; all else as a panel for each 8 units. Panels of `rows` rows follow each other.
import { fma, sigmoid, tanh } from './simd';

@inline
function run(rows: i32, panels: i32, z: usize, before: usize, c: usize, h: usize, squashed: usize, keep: bool): void {
  const gate = <usize>rows << 5;
  for (let panel = 0; panel < panels; panel++) {
    for (const end = z + gate; z < end; z += 16) {
      const i = sigmoid(v128.load(z));
      const f = sigmoid(v128.load(z + gate));
      const g = tanh(v128.load(z + 2 * gate));
      const o = sigmoid(v128.load(z + 3 * gate));
      const memory = fma(f, v128.load(before), f32x4.mul(i, g));
      const t = tanh(memory);
      v128.store(c, memory);
      v128.store(h, f32x4.mul(o, t));
      if (keep) {
        v128.store(z, i);
        v128.store(z + gate, f);
        v128.store(z + 2 * gate, g);
        v128.store(z + 3 * gate, o);
        v128.store(squashed, t);
        squashed += 16;
      }
      before += 16;
      c += 16;
      h += 16;
    }
    z += 3 * gate;
  }
}

/** From the gates' sums z and the memory before: the memory c (which may lie in its place) and the output h. */
export function step(rows: i32, panels: i32, z: usize, before: usize, c: usize, h: usize): void {
  run(rows, panels, z, before, c, h, 0, false);
}

/** As `step`, and keeps for the way back the open gates, in z, and tanh c. */
export function stepKept(rows: i32, panels: i32, z: usize, before: usize, c: usize, h: usize, squashed: usize): void {
  run(rows, panels, z, before, c, h, squashed, true);
}

/**
 * The way back through `stepKept`. Puts the gradient of the gates' sums into z, over the gates, and that
 * of the memory before into dc, over the memory's.
 */
export function stepBack(rows: i32, panels: i32, z: usize, before: usize, squashed: usize, dh: usize, dc: usize): void {
  const gate = <usize>rows << 5;
  const one = f32x4.splat(1);
  for (let panel = 0; panel < panels; panel++) {
    for (const end = z + gate; z < end; z += 16) {
      const i = v128.load(z);
      const f = v128.load(z + gate);
      const g = v128.load(z + 2 * gate);
      const o = v128.load(z + 3 * gate);
      const t = v128.load(squashed);
      const dOutput = v128.load(dh);
      const through = f32x4.mul(f32x4.mul(dOutput, o), f32x4.sub(one, f32x4.mul(t, t)));
      const dMemory = f32x4.add(v128.load(dc), through);
      v128.store(dc, f32x4.mul(dMemory, f));
      v128.store(z, slope(f32x4.mul(dMemory, g), i));
      v128.store(z + gate, slope(f32x4.mul(dMemory, v128.load(before)), f));
      v128.store(z + 2 * gate, f32x4.mul(f32x4.mul(dMemory, i), f32x4.sub(one, f32x4.mul(g, g))));
      v128.store(z + 3 * gate, slope(f32x4.mul(dOutput, t), o));
      before += 16;
      squashed += 16;
      dh += 16;
      dc += 16;
    }
    z += 3 * gate;
  }
}

/** Of the logistic function at the value y: the gradient dy × y (1 − y). */
@inline
function slope(dy: v128, y: v128): v128 {
  return f32x4.mul(f32x4.mul(dy, y), f32x4.sub(f32x4.splat(1), y));
}
