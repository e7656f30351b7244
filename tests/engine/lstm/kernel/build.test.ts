import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';
import { describe, expect, it } from 'vitest';
import { bestTwin, loadKernel } from '../../../../src/engine/lstm/kernel/load.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** What `npm run build-kernel` writes for one twin, and its text. */
const build = async (twin: string) => {
  const files = new Map<string, string | Uint8Array>();
  const writeFile = (name: string, contents: string | Uint8Array) => void files.set(name, contents);
  const output = ['--outFile', 'kernel.wasm', '--textFile', 'kernel.wat'];
  const { error } = await main(['--baseDir', root, '--target', twin, ...output], { writeFile });
  if (error) throw error;
  return { bytes: files.get('kernel.wasm'), text: files.get('kernel.wat') };
};

describe.each(['relaxed', 'plain'] as const)('the %s kernel', (twin) => {
  it('is what its source compiles to, to the byte', async () => {
    const { bytes, text } = await build(twin);
    expect(bytes).toEqual(new Uint8Array(readFileSync(`${root}src/engine/lstm/kernel/${twin}.wasm`)));
    expect(String(text).includes('relaxed_madd')).toBe(twin === 'relaxed');
  });

  it('is compiled once', async () => {
    expect(await loadKernel(twin)).toBe(await loadKernel(twin));
  });
});

describe('bestTwin', () => {
  it('is the relaxed one where it compiles', async () => {
    const compiles = await WebAssembly.compile(readFileSync(`${root}src/engine/lstm/kernel/relaxed.wasm`)).then(() => true, () => false);
    expect(bestTwin()).toBe(compiles ? 'relaxed' : 'plain');
  });
});
