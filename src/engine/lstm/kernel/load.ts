// The compiled kernel: `relaxed.wasm`, or its twin `plain.wasm` where relaxed SIMD is absent.
import { readFile } from 'node:fs/promises';

export type Twin = 'relaxed' | 'plain';

const read = (twin: Twin): Promise<Uint8Array> => readFile(new URL(`${twin}.wasm`, import.meta.url));

/** @param validate for tests */
export const bestTwin = async (validate = WebAssembly.validate): Promise<Twin> =>
  validate(await read('relaxed')) ? 'relaxed' : 'plain';

/** V8 improves a module's code while it runs, for all its instances: a thread compiles it once. */
const compiled = new Map<Twin, Promise<WebAssembly.Module>>();

/** @param twin absent: the best that this Node runs */
export const loadKernel = async (twin?: Twin): Promise<WebAssembly.Module> => {
  const chosen = twin ?? (await bestTwin());
  const module = compiled.get(chosen) ?? read(chosen).then((bytes) => WebAssembly.compile(bytes));
  compiled.set(chosen, module);
  return module;
};
