import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Highs, InitOptions } from 'highs';

/** Emscripten's hook, which the package passes on but does not declare. Its own `wasmModule` has no effect. */
interface InstantiateHook {
  instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): void;
}

/** Compiled once for each thread, because V8 keeps the code it has optimised with the module. */
let compiled: Promise<WebAssembly.Module> | undefined;

/** This thread's instances that nobody uses. */
const spare: Highs[] = [];
/** A thread computes one answer at a time. */
const MOST_SPARE = 2;
/** An instance's memory never shrinks: one with more is left to the garbage collector. */
const KEPT_BYTES = 64 * 2 ** 20;

/**
 * An instance that nobody else uses, which goes back by `returnHighs`. A new one for each decision would be 16 MiB of
 * garbage: collecting it took as long as the decision.
 */
export async function borrowHighs(): Promise<Highs> {
  return spare.pop() ?? loadHighs();
}

/** Takes an instance back whose models are disposed of. One that has failed must not come back. */
export function returnHighs(highs: Highs): void {
  const isKept = spare.length < MOST_SPARE && highs.memoryBytes <= KEPT_BYTES && !spare.includes(highs);
  if (isKept) spare.push(highs);
}

/**
 * Loads a new instance of HiGHS, the linear solver, in WebAssembly. Its memory is freed when the instance is collected.
 * Takes about 40 ms the first time, and 5 ms later. Imported dynamically, because not every thread needs it.
 */
export async function loadHighs(): Promise<Highs> {
  const { default: package_ } = await import('highs');
  // The package's types are those of a CommonJS module, so its default export appears one level too deep.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  const load = package_ as unknown as typeof package_.default;
  compiled ??= compile();
  const module = await compiled;
  return new Promise((resolve, reject) => {
    const options: InitOptions & InstantiateHook = {
      instantiateWasm: (imports, receive) => {
        // The package would wait for ever for an instance that cannot be made.
        WebAssembly.instantiate(module, imports).then(receive, reject);
      },
    };
    load(options).then(resolve, reject);
  });
}

async function compile(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve('highs/runtime')));
}
