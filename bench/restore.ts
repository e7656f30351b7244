// Restore and backup of a large store, of each kind that is installed: `node bench/restore.ts [ENTRIES]`.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { writeWhole } from '../src/files.ts';
import { encodeBackup } from '../src/store/backup.ts';
import type { Entry } from '../src/store/backend.ts';
import { serverExists } from '../tests/support/installed-servers.ts';
import { startPostgres, startRedis, type Server } from '../tests/support/servers.ts';
import { figure, tableOf, type Figure } from './figures.ts';
import { secondsOf } from './timing.ts';

const MIB_OF_PROCESS = 300;

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
/** Makes a process say its largest memory, in KiB, when it ends. */
const saysMemory = 'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';
const saidSchema = z.object({ entries: z.number() });

const entries = Number(process.argv[2] ?? 1_000_000);
const directory = mkdtempSync(join(tmpdir(), 'tailcap-restore-'));
const made = join(directory, 'made.backup');

function* batches(): Generator<readonly Entry[]> {
  for (let from = 0; from < entries; from += 1_000) {
    yield Array.from({ length: Math.min(1_000, entries - from) }, (_, i): Entry => ({
      key: `buttons/${from + i}`,
      text: JSON.stringify({ v: 1, value: `${from + i} `.repeat(20) }),
      expires: 4e12,
    }));
  }
}

/** A command in a process of its own, and what it took. */
async function run(url: string, ...words: string[]) {
  const args = ['--disable-warning=ExperimentalWarning', '--import', saysMemory, cli, ...words, '--json'];
  const env = { ...process.env, STORE_URL: url };
  let said = { stdout: '', stderr: '' };
  const seconds = await secondsOf(async () => {
    said = await promisify(execFile)(process.execPath, args, { env });
  });
  const memory = Number(said.stderr.trim().split('\n').at(-1)) / 1024;
  return { seconds, memory, entries: saidSchema.parse(JSON.parse(said.stdout)).entries };
}

async function* figuresOf(kind: string, url: string): AsyncGenerator<Figure> {
  for (const words of [['restore', '--from', made] as const, ['backup', '--out', join(directory, 'again')] as const]) {
    const name = `${kind}: ${words[0]} ${entries.toLocaleString('en-GB')}`;
    const { seconds, memory, entries: there } = await run(url, ...words);
    yield figure(name, seconds, 's');
    yield figure(`${name}, memory`, memory, 'MiB', { bar: { atMost: MIB_OF_PROCESS } });
    yield figure(`${name}, entries lost`, entries - there, '', { bar: { atMost: 0 } });
  }
}

const figures: Figure[] = [];
async function add(kind: string, url: string): Promise<void> {
  for await (const one of figuresOf(kind, url)) {
    figures.push(one);
    console.error(`${one.name}: ${one.value.toPrecision(4)} ${one.unit}`);
  }
}

async function addServer(kind: string, start: () => Promise<Server>, database: string): Promise<void> {
  const server = await start();
  try {
    await add(kind, `${server.url}/${database}`);
  } finally {
    await server.remove();
  }
}

await writeWhole(made, encodeBackup(batches(), Date.now()));
await add('SQLite', `sqlite:${directory}/store.sqlite`);
if (serverExists.redis) await addServer('Redis', startRedis, '0');
if (serverExists.postgres) await addServer('PostgreSQL', startPostgres, 'postgres');
rmSync(directory, { recursive: true });
console.log(tableOf(figures));
process.exitCode = figures.some(({ passed }) => passed === false) ? 1 : 0;
