// The compiled kernel: `relaxed.wasm`, or its twin `plain.wasm` where relaxed SIMD is absent.
import { readFile } from 'node:fs/promises';

export type Twin = 'relaxed' | 'plain';

/** A module whose one function multiplies and adds with `f32x4.relaxed_madd`. */
const PROBE = Uint8Array.from([
  0x00,
  0x61,
  0x73,
  0x6d,
  0x01,
  0x00,
  0x00,
  0x00, // magic, version
  0x01,
  0x05,
  0x01,
  0x60,
  0x00,
  0x01,
  0x7b, // type: () → v128
  0x03,
  0x02,
  0x01,
  0x00, // one function of it
  0x0a,
  0x13,
  0x01,
  0x11,
  0x00, // its body, without locals
  0x41,
  0x00,
  0xfd,
  0x0f,
  0x41,
  0x00,
  0xfd,
  0x0f,
  0x41,
  0x00,
  0xfd,
  0x0f, // i8x16.splat(0), three times
  0xfd,
  0x85,
  0x02,
  0x0b, // f32x4.relaxed_madd, end
]);

export const bestTwin = (): Twin => (WebAssembly.validate(PROBE) ? 'relaxed' : 'plain');

/** V8 tunes a module while it runs, for all its instances: it is compiled once a thread. */
const compiled = new Map<Twin, Promise<WebAssembly.Module>>();

export const loadKernel = (twin: Twin = bestTwin()): Promise<WebAssembly.Module> => {
  const known = compiled.get(twin);
  if (known) return known;
  const loading = readFile(new URL(`${twin}.wasm`, import.meta.url)).then((bytes) => WebAssembly.compile(bytes));
  compiled.set(twin, loading);
  return loading;
};
