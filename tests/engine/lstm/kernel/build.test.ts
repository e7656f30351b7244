import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestTwin, loadKernel } from '../../../../src/engine/lstm/kernel/load.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const compiler = join(root, 'node_modules/assemblyscript/bin/asc.js');
const compiled = (twin: string): Promise<Buffer> => readFile(join(root, `src/engine/lstm/kernel/${twin}.wasm`));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailcap-kernel-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(['relaxed', 'plain'] as const)('the %s kernel', (twin) => {
  it('is what its source compiles to, to the byte', async () => {
    const [binary, text] = [join(folder, `${twin}.wasm`), join(folder, `${twin}.wat`)];
    const options = ['--target', twin, '--outFile', binary, '--textFile', text];
    await promisify(execFile)(process.execPath, [compiler, ...options], { cwd: root });
    expect(await readFile(binary)).toEqual(await compiled(twin));
    expect((await readFile(text, 'utf8')).includes('relaxed_madd')).toBe(twin === 'relaxed');
  });

  it('is compiled by the engine once', async () => {
    expect(await loadKernel(twin)).toBe(await loadKernel(twin));
  });
});

describe('bestTwin', () => {
  it('is the relaxed one where it can run, and the plain one elsewhere', async () => {
    expect(await bestTwin()).toBe(WebAssembly.validate(await compiled('relaxed')) ? 'relaxed' : 'plain');
    expect(await bestTwin(() => false)).toBe('plain');
    expect(WebAssembly.validate(await compiled('plain'))).toBe(true);
  });
});
