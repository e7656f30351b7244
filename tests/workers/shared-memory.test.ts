import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { countSharedMemory, onSharedMemory } from '../../src/workers/shared-memory.ts';

const MIB = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const matrix = (mib: number) => ({ data: new Float64Array((mib * MIB) / 8).fill(0.01), rows: mib, cols: MIB / 8 });

const drawn = () => ({
  samples: { scenarios: matrix(8), pricing: matrix(16) },
  fresh: matrix(16),
});

const mibBy = (work: () => unknown): number => {
  // What tests before have left must not go meanwhile. The second collection waits for the sweeping of the first.
  collectGarbage();
  collectGarbage();
  const before = process.memoryUsage().external;
  work();
  return (process.memoryUsage().external - before) / MIB;
};

it('counts shared samples as memory of the thread that holds them, once', () => {
  const plain = drawn();
  let shared = plain;
  expect(mibBy(() => (shared = onSharedMemory(plain)))).toBeCloseTo(40, 0);
  expect(shared.fresh.data.subarray(-2)).toEqual(plain.fresh.data.subarray(-2));
  expect(shared.fresh.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(mibBy(() => countSharedMemory(shared))).toBeCloseTo(0, 0);
  const received = structuredClone(shared);
  expect(mibBy(() => countSharedMemory(received))).toBeCloseTo(40, 0);
});

it('lets go of samples that nobody holds any more', async () => {
  const plain = drawn();
  const before = process.memoryUsage().rss;
  let most = 0;
  for (let made = 0; made < 20; made++) {
    onSharedMemory(plain);
    await new Promise(setImmediate);
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  expect(most / MIB).toBeLessThan(500);
});
