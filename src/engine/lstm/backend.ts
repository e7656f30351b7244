// Loads TensorFlow.js, which initialises and serialises the network. Training and drawing run on kernel/.
import util from 'node:util';
import type * as tfjs from '@tensorflow/tfjs';

export type Tf = typeof tfjs;

export interface Backend {
  readonly tf: Tf;
  readonly backend: 'tfjs-node' | 'wasm';
}

/** An optional peer dependency. The type keeps the compiler from resolving it, because it may not be installed. */
const NATIVE: string = '@tensorflow/tfjs-node';

async function importNativePackage(): Promise<unknown> {
  // tfjs-node 4.22 calls this function, which Node 23 removed.
  if (!('isNullOrUndefined' in util)) {
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  }
  return import(NATIVE);
}

function isTf(module: unknown): module is Tf {
  return typeof module === 'object' && module !== null && 'layers' in module && 'ready' in module;
}

/** The package is CommonJS: its exports may stand under `default` only. */
function unwrap(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : module;
}

/**
 * Gives `@tensorflow/tfjs-node` if it loads. Otherwise, whatever the reason, tfjs with its WebAssembly backend, which
 * reads its binary from its own package.
 */
export async function loadTf(importNative: () => Promise<unknown> = importNativePackage): Promise<Backend> {
  const native = await importNative().then(unwrap, () => undefined);
  if (isTf(native)) {
    await native.ready();
    return { tf: native, backend: 'tfjs-node' };
  }
  // The union package: tfjs's layers fail as an ES module when they bring a core of their own.
  const tf = await import('@tensorflow/tfjs');
  await import('@tensorflow/tfjs-backend-wasm');
  // Otherwise tfjs prints a greeting.
  tf.enableProdMode();
  if (!(await tf.setBackend('wasm'))) throw new Error('The WebAssembly backend of tfjs did not start.');
  await tf.ready();
  return { tf, backend: 'wasm' };
}

let loading: Promise<Backend> | undefined;

/** Once per thread: loading takes 0.2 s, and tfjs has state of its own. */
export function loadTfOnce(): Promise<Backend> {
  return (loading ??= loadTf());
}
