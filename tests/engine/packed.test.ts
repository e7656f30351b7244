import { describe, expect, it } from 'vitest';
import { packBytes, unpackBytes } from '../../src/engine/packed.ts';

describe('packed data', () => {
  it('comes back to the bit, with its arrays', () => {
    const value = {
      a: new Float32Array([0.1, NaN, -0]),
      b: [new Float64Array([Math.PI, Infinity]), new Int32Array([-1, 2]), new Float64Array()],
      c: { text: 'Float64Array', number: 1.5, none: null, list: [true, 'x'] },
    };
    const bytes = packBytes(value);
    expect(unpackBytes(bytes)).toEqual(value);
    expect(packBytes(unpackBytes(bytes))).toEqual(bytes);
  });

  it('packs a part of an array as that part', () => {
    expect(unpackBytes(packBytes(new Float64Array([1, 2, 3]).subarray(1, 2)))).toEqual(new Float64Array([2]));
  });

  it('is refused when it is cut', () => {
    const bytes = packBytes({ a: new Float64Array(4) });
    expect(() => unpackBytes(bytes.subarray(0, bytes.length - 3))).toThrow(SyntaxError);
  });
});
