// The compiled kernel of the paths, `paths.wasm`.
import { readFile } from 'node:fs/promises';

/** What `assembly/paths.ts` exports. */
export interface PathKernel {
  readonly draw: (...parameters: number[]) => void;
  readonly simulate: (...parameters: number[]) => void;
  readonly memory: WebAssembly.Memory;
}

function isPathKernel(exports: unknown): exports is PathKernel {
  return (
    typeof exports === 'object' &&
    exports !== null &&
    ['draw', 'simulate', 'memory'].every((name) => Object.hasOwn(exports, name))
  );
}

/** V8 optimises a module's code while it runs, for all its instances. So each thread compiles it once. */
let compiled: Promise<WebAssembly.Module> | undefined;

/** @returns an instance with a memory of its own */
export async function openPathKernel(): Promise<PathKernel> {
  compiled ??= readFile(new URL('paths.wasm', import.meta.url)).then((bytes) => WebAssembly.compile(bytes));
  const { exports } = new WebAssembly.Instance(await compiled);
  if (!isPathKernel(exports)) throw new Error('The module is not the kernel of the paths.');
  return exports;
}
