import type { Drawn } from '../engine/strategies/drawn.ts';
import type { Matrix } from '../engine/types.ts';

type Shareable = Pick<Drawn, 'samples' | 'fresh'>;

/** Of each shared buffer that this thread holds, the buffer that counts for it. */
const counted = new WeakMap<ArrayBufferLike, ArrayBuffer>();

/** Copies a drawing's samples to shared memory, so that other threads read them without a copy. */
export function onSharedMemory<D extends Shareable>(drawn: D): D {
  const { samples, fresh } = drawn;
  const { scenarios, pricing } = samples;
  const copies = { scenarios: shared(scenarios), ...(pricing && { pricing: shared(pricing) }) };
  return countSharedMemory({ ...drawn, samples: copies, fresh: shared(fresh) });
}

/**
 * Makes V8 count the samples as memory of this thread. It counts no shared memory by itself, so garbage that holds
 * hundreds of MiB would not make it collect. For each shared buffer a resizable one is kept, of the same size and never
 * written, which takes address space alone.
 */
export function countSharedMemory<D extends Shareable>(drawn: D): D {
  const { samples, fresh } = drawn;
  for (const { data } of [samples.scenarios, samples.pricing, fresh].filter((matrix) => matrix !== undefined)) {
    const { buffer, byteLength } = data;
    if (counted.has(buffer)) continue;
    counted.set(buffer, new ArrayBuffer(byteLength, { maxByteLength: byteLength }));
  }
  return drawn;
}

function shared(matrix: Matrix): Matrix {
  const data = new Float64Array(new SharedArrayBuffer(matrix.data.byteLength));
  data.set(matrix.data);
  return { ...matrix, data };
}
