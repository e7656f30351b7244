// Which tfjs does the arithmetic. Loading it (0.2 s, and state of its own) is left to the caller, once a thread.
import util from 'node:util';
import type * as tfjs from '@tensorflow/tfjs';

export type Tf = typeof tfjs;

export interface Backend {
  readonly tf: Tf;
  readonly backend: 'tfjs-node' | 'wasm';
}

/** An optional peer: a name that the compiler does not look up, because it may not be installed. */
const NATIVE: string = '@tensorflow/tfjs-node';

const importNativePackage = async (): Promise<unknown> => {
  // tfjs-node 4.22 calls it, and Node 23 removed it.
  if (!('isNullOrUndefined' in util)) {
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  }
  return import(NATIVE);
};

const isTf = (module: unknown): module is Tf =>
  typeof module === 'object' && module !== null && 'layers' in module && 'ready' in module;

/** The package is CommonJS: its exports may be under `default` only. */
const unwrap = (module: unknown): unknown =>
  typeof module === 'object' && module !== null && 'default' in module ? module.default : module;

/**
 * `@tensorflow/tfjs-node` when it loads, whatever the reason when it does not; else tfjs with its
 * WebAssembly backend, which reads its binary from its own package.
 */
export const loadTf = async (importNative: () => Promise<unknown> = importNativePackage): Promise<Backend> => {
  const native = await importNative().then(unwrap, () => undefined);
  if (isTf(native)) {
    await native.ready();
    return { tf: native, backend: 'tfjs-node' };
  }
  // The union package: with a core of their own, tfjs's layers fail as an ES module.
  const tf = await import('@tensorflow/tfjs');
  await import('@tensorflow/tfjs-backend-wasm');
  // Without it tfjs greets on the console.
  tf.enableProdMode();
  if (!(await tf.setBackend('wasm'))) throw new Error('The WebAssembly backend of tfjs did not start.');
  await tf.ready();
  return { tf, backend: 'wasm' };
};

let loading: Promise<Backend> | undefined;

/** Loaded once a thread: it takes 0.2 s and has state of its own. */
export const loadTfOnce = (): Promise<Backend> => (loading ??= loadTf());
