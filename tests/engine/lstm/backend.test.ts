import { execFile } from 'node:child_process';
import util, { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadTf } from '../../../src/engine/lstm/backend.ts';

/** As a literal for a script. */
const url = (file: string): string => JSON.stringify(new URL(`../../../src/engine/lstm/${file}`, import.meta.url).href);

const fakeNative = () => {
  let asked = false;
  return { layers: {}, ready: async () => void (asked = true), wasAsked: () => asked };
};

describe('loadTf', () => {
  it('takes tfjs-node when it loads', async () => {
    const fake = fakeNative();
    expect(await loadTf(async () => fake)).toEqual({ tf: fake, backend: 'tfjs-node' });
    expect(fake.wasAsked()).toBe(true);
  });

  it('finds it under default, where CommonJS puts it', async () => {
    const fake = fakeNative();
    expect((await loadTf(async () => ({ default: fake }))).tf).toBe(fake);
  });

  it.each([
    ['is not installed', undefined],
    ['does not load', () => Promise.reject(new Error('libtensorflow.so.2: cannot open shared object file'))],
    ['is something else', async () => ({ version: 1 })],
  ])('takes WebAssembly when tfjs-node %s', async (_, importNative) => {
    const { tf, backend } = await loadTf(importNative);
    expect(backend).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    expect([...tf.matMul([[1, 2]], [[3], [4]]).dataSync()]).toEqual([11]);
  });

  it('gives tfjs-node the function that Node has removed', async () => {
    await loadTf();
    const patched: object = util;
    if (!('isNullOrUndefined' in patched) || typeof patched.isNullOrUndefined !== 'function')
      throw new Error('missing');
    const { isNullOrUndefined } = patched;
    expect([null, undefined, 0].map((value) => isNullOrUndefined(value))).toEqual([true, true, false]);
  });

  it('prints nothing, so that standard output holds answers alone', async () => {
    const script = `
      const { loadTf } = await import(${url('backend.ts')});
      const { buildModel } = await import(${url('tf-model.ts')});
      const { tf } = await loadTf();
      const model = buildModel(tf, 3, { lookBack: 5, units: 64 }, 1);
      model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
      await model.trainOnBatch(tf.randomNormal([2, 5, 3]), tf.randomNormal([2, 3]));`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  });
});
