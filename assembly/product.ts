// AssemblyScript: compiled by `npm run build-kernel`.
// Matrices are laid out in panels of 8 columns (src/engine/lstm/kernel/panels.ts): element (r, j) is in panel j / 8,
// row r, lane j % 8. Addresses and strides are in bytes; a row of a panel has 32. A tile of 6 rows × 8 columns needs 15
// registers, all that V8 has on x64. Its loop is not unrolled, because V8 would then spill them.
import { multiplyRow } from './row-product';
import { fma } from './simd';

/** Four rows of a tile's product, for the rows that are no whole tiles of six. */
@inline
function multiplyFour(depth: i32, x: usize, aPanel: usize, y: usize, from: usize, dRow: usize, to: usize): void {
  let c0 = v128.load(from), e0 = v128.load(from, 16);
  from += dRow;
  let c1 = v128.load(from), e1 = v128.load(from, 16);
  from += dRow;
  let c2 = v128.load(from), e2 = v128.load(from, 16);
  from += dRow;
  let c3 = v128.load(from), e3 = v128.load(from, 16);
  for (let left = depth; left > 0; left -= 8) {
    for (const end = x + (<usize>min(left, 8) << 2); x < end; x += 4) {
      const left4 = v128.load(y), right4 = v128.load(y, 16);
      y += 32;
      const x0 = v128.load32_splat(x);
      c0 = fma(x0, left4, c0), e0 = fma(x0, right4, e0);
      const x1 = v128.load32_splat(x, 32);
      c1 = fma(x1, left4, c1), e1 = fma(x1, right4, e1);
      const x2 = v128.load32_splat(x, 64);
      c2 = fma(x2, left4, c2), e2 = fma(x2, right4, e2);
      const x3 = v128.load32_splat(x, 96);
      c3 = fma(x3, left4, c3), e3 = fma(x3, right4, e3);
    }
    x += aPanel - 32;
  }
  v128.store(to, c0), v128.store(to, e0, 16);
  v128.store(to, c1, 32), v128.store(to, e1, 48);
  v128.store(to, c2, 64), v128.store(to, e2, 80);
  v128.store(to, c3, 96), v128.store(to, e3, 112);
}

/**
 * C = D + A B, for A (rows, depth), B (depth, 8 panels), C and D (rows, 8 panels); `rows` is 1, or even and at least 4.
 * D may be C, or a single row (`dRow` 0) that is added to every row. Each number is summed in the order of `depth`, so
 * that it does not depend on how many rows there are.
 */
export function multiply(
  rows: i32, depth: i32, panels: i32,
  a: usize, aPanel: usize, b: usize, bPanel: usize,
  d: usize, dRow: usize, dPanel: usize, c: usize, cPanel: usize,
): void {
  if (rows == 1) return multiplyRow(depth, panels, a, aPanel, b, bPanel, d, dPanel, c, cPanel);
  for (let panel = 0; panel < panels; panel++) {
    let r = 0;
    for (; (rows - r) % 6 != 0; r += 4) {
      multiplyFour(depth, a + (<usize>r << 5), aPanel, b, d + <usize>r * dRow, dRow, c + (<usize>r << 5));
    }
    for (; r < rows; r += 6) {
      let from = d + <usize>r * dRow;
      let c0 = v128.load(from), e0 = v128.load(from, 16);
      from += dRow;
      let c1 = v128.load(from), e1 = v128.load(from, 16);
      from += dRow;
      let c2 = v128.load(from), e2 = v128.load(from, 16);
      from += dRow;
      let c3 = v128.load(from), e3 = v128.load(from, 16);
      from += dRow;
      let c4 = v128.load(from), e4 = v128.load(from, 16);
      from += dRow;
      let c5 = v128.load(from), e5 = v128.load(from, 16);
      let x = a + (<usize>r << 5);
      let y = b;
      for (let left = depth; left > 0; left -= 8) {
        for (const end = x + (<usize>min(left, 8) << 2); x < end; x += 4) {
          const left4 = v128.load(y), right4 = v128.load(y, 16);
          y += 32;
          const x0 = v128.load32_splat(x);
          c0 = fma(x0, left4, c0), e0 = fma(x0, right4, e0);
          const x1 = v128.load32_splat(x, 32);
          c1 = fma(x1, left4, c1), e1 = fma(x1, right4, e1);
          const x2 = v128.load32_splat(x, 64);
          c2 = fma(x2, left4, c2), e2 = fma(x2, right4, e2);
          const x3 = v128.load32_splat(x, 96);
          c3 = fma(x3, left4, c3), e3 = fma(x3, right4, e3);
          const x4 = v128.load32_splat(x, 128);
          c4 = fma(x4, left4, c4), e4 = fma(x4, right4, e4);
          const x5 = v128.load32_splat(x, 160);
          c5 = fma(x5, left4, c5), e5 = fma(x5, right4, e5);
        }
        x += aPanel - 32;
      }
      const to = c + (<usize>r << 5);
      v128.store(to, c0), v128.store(to, e0, 16);
      v128.store(to, c1, 32), v128.store(to, e1, 48);
      v128.store(to, c2, 64), v128.store(to, e2, 80);
      v128.store(to, c3, 96), v128.store(to, e3, 112);
      v128.store(to, c4, 128), v128.store(to, e4, 144);
      v128.store(to, c5, 160), v128.store(to, e5, 176);
    }
    b += bPanel;
    d += dPanel;
    c += cPanel;
  }
}

/** The address of column `index` of A. Beyond the last column it is that of the first, whose product is not read. */
@inline
function columnAddress(a: usize, aPanel: usize, index: i32, columns: i32): usize {
  const j: usize = index < columns ? <usize>index : 0;
  return a + (j >> 3) * aPanel + ((j & 7) << 2);
}

/**
 * C += Σ Aᵀ B over `steps` matrices A (rows, columns) and B (rows, 8 panels), which lie `aStep` and `bStep` apart;
 * C (`columns` rounded up to a multiple of 6, 8 panels).
 */
export function multiplyTransposed(
  rows: i32, columns: i32, panels: i32, steps: i32,
  a: usize, aPanel: usize, aStep: usize, b: usize, bPanel: usize, bStep: usize, c: usize, cPanel: usize,
): void {
  const height = <usize>rows << 5;
  for (let panel = 0; panel < panels; panel++) {
    for (let i = 0; i < columns; i += 6) {
      let p0 = columnAddress(a, aPanel, i, columns), p1 = columnAddress(a, aPanel, i + 1, columns);
      let p2 = columnAddress(a, aPanel, i + 2, columns), p3 = columnAddress(a, aPanel, i + 3, columns);
      let p4 = columnAddress(a, aPanel, i + 4, columns), p5 = columnAddress(a, aPanel, i + 5, columns);
      const to = c + (<usize>i << 5);
      let c0 = v128.load(to), e0 = v128.load(to, 16);
      let c1 = v128.load(to, 32), e1 = v128.load(to, 48);
      let c2 = v128.load(to, 64), e2 = v128.load(to, 80);
      let c3 = v128.load(to, 96), e3 = v128.load(to, 112);
      let c4 = v128.load(to, 128), e4 = v128.load(to, 144);
      let c5 = v128.load(to, 160), e5 = v128.load(to, 176);
      let y = b;
      for (let left = steps; left > 0; left--) {
        for (const end = y + height; y < end; y += 32) {
          const left4 = v128.load(y), right4 = v128.load(y, 16);
          const x0 = v128.load32_splat(p0);
          c0 = fma(x0, left4, c0), e0 = fma(x0, right4, e0);
          const x1 = v128.load32_splat(p1);
          c1 = fma(x1, left4, c1), e1 = fma(x1, right4, e1);
          const x2 = v128.load32_splat(p2);
          c2 = fma(x2, left4, c2), e2 = fma(x2, right4, e2);
          const x3 = v128.load32_splat(p3);
          c3 = fma(x3, left4, c3), e3 = fma(x3, right4, e3);
          const x4 = v128.load32_splat(p4);
          c4 = fma(x4, left4, c4), e4 = fma(x4, right4, e4);
          const x5 = v128.load32_splat(p5);
          c5 = fma(x5, left4, c5), e5 = fma(x5, right4, e5);
          p0 += 32, p1 += 32, p2 += 32, p3 += 32, p4 += 32, p5 += 32;
        }
        y += bStep - height;
        const skip = aStep - height;
        p0 += skip, p1 += skip, p2 += skip, p3 += skip, p4 += skip, p5 += skip;
      }
      v128.store(to, c0), v128.store(to, e0, 16);
      v128.store(to, c1, 32), v128.store(to, e1, 48);
      v128.store(to, c2, 64), v128.store(to, e2, 80);
      v128.store(to, c3, 96), v128.store(to, e3, 112);
      v128.store(to, c4, 128), v128.store(to, e4, 144);
      v128.store(to, c5, 160), v128.store(to, e5, 176);
    }
    b += bPanel;
    c += cPanel;
  }
}

/** Adds the sum of the rows of A (rows, 8 panels), whose panels lie one after the other, to `sums` (8 panels). */
export function addRows(rows: i32, panels: i32, a: usize, sums: usize): void {
  for (let panel = 0; panel < panels; panel++) {
    let left4 = v128.load(sums), right4 = v128.load(sums, 16);
    for (const end = a + (<usize>rows << 5); a < end; a += 32) {
      left4 = f32x4.add(left4, v128.load(a));
      right4 = f32x4.add(right4, v128.load(a, 16));
    }
    v128.store(sums, left4), v128.store(sums, right4, 16);
    sums += 32;
  }
}

/** Writes the transpose of A (rows, columns). */
export function transpose(rows: i32, columns: i32, a: usize, aPanel: usize, to: usize, toPanel: usize): void {
  for (let r = 0; r < rows; r += 8) {
    let row = a + (<usize>r << 5), into = to + (<usize>r >> 3) * toPanel;
    for (let left = columns; left > 0; left -= 8) {
      for (let i: usize = 0; i < <usize>min(rows - r, 8); i++) {
        for (let j: usize = 0; j < <usize>min(left, 8); j++) {
          store<f32>(into + (j << 5) + (i << 2), load<f32>(row + (i << 5) + (j << 2)));
        }
      }
      row += aPanel;
      into += 256;
    }
  }
}
