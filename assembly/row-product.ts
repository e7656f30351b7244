// AssemblyScript: compiled by `npm run build-kernel`.
// The layout is that of product.ts.
import { fma } from './simd';

/** `multiply` for one row: four panels at a time, whose sums do not wait for each other. */
@inline
export function multiplyRow(
  depth: i32, panels: i32,
  a: usize, aPanel: usize, b: usize, bPanel: usize, d: usize, dPanel: usize, c: usize, cPanel: usize,
): void {
  for (; panels >= 4; panels -= 4) {
    let c0 = v128.load(d), e0 = v128.load(d, 16);
    d += dPanel;
    let c1 = v128.load(d), e1 = v128.load(d, 16);
    d += dPanel;
    let c2 = v128.load(d), e2 = v128.load(d, 16);
    d += dPanel;
    let c3 = v128.load(d), e3 = v128.load(d, 16);
    d += dPanel;
    let x = a;
    let b0 = b, b1 = b0 + bPanel, b2 = b1 + bPanel, b3 = b2 + bPanel;
    for (let left = depth; left > 0; left -= 8) {
      for (const end = x + (<usize>min(left, 8) << 2); x < end; x += 4) {
        const k = v128.load32_splat(x);
        c0 = fma(k, v128.load(b0), c0), e0 = fma(k, v128.load(b0, 16), e0);
        c1 = fma(k, v128.load(b1), c1), e1 = fma(k, v128.load(b1, 16), e1);
        c2 = fma(k, v128.load(b2), c2), e2 = fma(k, v128.load(b2, 16), e2);
        c3 = fma(k, v128.load(b3), c3), e3 = fma(k, v128.load(b3, 16), e3);
        b0 += 32, b1 += 32, b2 += 32, b3 += 32;
      }
      x += aPanel - 32;
    }
    b += 4 * bPanel;
    v128.store(c, c0), v128.store(c, e0, 16);
    c += cPanel;
    v128.store(c, c1), v128.store(c, e1, 16);
    c += cPanel;
    v128.store(c, c2), v128.store(c, e2, 16);
    c += cPanel;
    v128.store(c, c3), v128.store(c, e3, 16);
    c += cPanel;
  }
  for (; panels > 0; panels--) {
    let left4 = v128.load(d), right4 = v128.load(d, 16);
    let x = a, y = b;
    for (let left = depth; left > 0; left -= 8) {
      for (const end = x + (<usize>min(left, 8) << 2); x < end; x += 4) {
        const k = v128.load32_splat(x);
        left4 = fma(k, v128.load(y), left4), right4 = fma(k, v128.load(y, 16), right4);
        y += 32;
      }
      x += aPanel - 32;
    }
    v128.store(c, left4), v128.store(c, right4, 16);
    b += bPanel;
    d += dPanel;
    c += cPanel;
  }
}
