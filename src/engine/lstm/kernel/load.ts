// The compiled kernel: `relaxed.wasm`, or its twin `plain.wasm` where relaxed SIMD is not available.
import { readFile } from 'node:fs/promises';

export type Twin = 'relaxed' | 'plain';

const read = (twin: Twin): Promise<Uint8Array> => readFile(new URL(`${twin}.wasm`, import.meta.url));

/** @param validate for tests */
export async function bestTwin(validate = WebAssembly.validate): Promise<Twin> {
  return validate(await read('relaxed')) ? 'relaxed' : 'plain';
}

/** V8 optimises a module's code while it runs, for all its instances. So each thread compiles it once. */
const compiled = new Map<Twin, Promise<WebAssembly.Module>>();

/** @param twin absent: the best one that this Node can run */
export async function loadKernel(twin?: Twin): Promise<WebAssembly.Module> {
  const chosen = twin ?? (await bestTwin());
  const module = compiled.get(chosen) ?? read(chosen).then((bytes) => WebAssembly.compile(bytes));
  compiled.set(chosen, module);
  return module;
}
