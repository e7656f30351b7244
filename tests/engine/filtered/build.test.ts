import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

it('the kernel of the paths is what its source compiles to, to the byte', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tailcap-paths-'));
  try {
    const compiler = join(root, 'node_modules/assemblyscript/bin/asc.js');
    const binary = join(folder, 'paths.wasm');
    const options = ['--config', 'asconfig.paths.json', '--outFile', binary];
    await promisify(execFile)(process.execPath, [compiler, ...options], { cwd: root });
    expect(await readFile(binary)).toEqual(await readFile(join(root, 'src/engine/filtered/paths.wasm')));
  } finally {
    await rm(folder, { recursive: true });
  }
});
