// Plain data with arrays of numbers, as text: JSON in which an array is an object of its type and its bytes.
import { z } from 'zod';

const packedSchema = z.union([
  z.strictObject({ Float32Array: z.string() }),
  z.strictObject({ Float64Array: z.string() }),
  z.strictObject({ Int32Array: z.string() }),
]);

/** @param value of JSON, `Float32Array`, `Float64Array` and `Int32Array` */
export function packBytes(value: unknown): Uint8Array {
  const text = JSON.stringify(value, (_key, one: unknown) => {
    if (!(one instanceof Float32Array || one instanceof Float64Array || one instanceof Int32Array)) return one;
    return { [one.constructor.name]: Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString('base64') };
  });
  return new TextEncoder().encode(text);
}

/** @throws Error when it is not what `pack` gave */
export function unpackBytes(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes), (_key, one: unknown) => {
    const { data } = packedSchema.safeParse(one);
    if (data === undefined) return one;
    if ('Float32Array' in data) return new Float32Array(bufferOf(data.Float32Array));
    if ('Float64Array' in data) return new Float64Array(bufferOf(data.Float64Array));
    return new Int32Array(bufferOf(data.Int32Array));
  });
}

/** A copy of its own, so that it is aligned. */
const bufferOf = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64')).buffer;
