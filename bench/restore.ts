// Backup and restore of a large store, of each kind that is installed: `node bench/restore.ts [ENTRIES]`.
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from '../src/files.ts';
import { decodeBackup, encodeBackup } from '../src/store/backup.ts';
import type { Entry } from '../src/store/backend.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { serverExists } from '../tests/support/installed-servers.ts';
import { startPostgres, startRedis, type Server } from '../tests/support/servers.ts';
import { figure, tableOf, type Figure } from './figures.ts';
import { secondsOf } from './timing.ts';

const MIB_OF_PROCESS = 300;

const entries = Number(process.argv[2] ?? 1_000_000);
const now = (): number => Date.now();
const directory = mkdtempSync(join(tmpdir(), 'tailcap-restore-'));

function* batches(): Generator<readonly Entry[]> {
  for (let from = 0; from < entries; from += 1_000) {
    yield Array.from({ length: Math.min(1_000, entries - from) }, (_, i): Entry => ({
      key: `buttons/${from + i}`,
      text: JSON.stringify({ v: 1, value: `${from + i} `.repeat(20) }),
      expires: 4e12,
    }));
  }
}

async function countOf(store: Store): Promise<number> {
  let count = 0;
  for await (const batch of store.snapshot()) count += batch.length;
  return count;
}

/** @returns seconds, the process's largest memory meanwhile in MiB, and the longest time without a turn in ms */
async function measured(work: () => Promise<unknown>) {
  let [memory, longest, last] = [0, 0, performance.now()];
  const timer = setInterval(() => {
    const at = performance.now();
    memory = Math.max(memory, process.memoryUsage().rss / 2 ** 20);
    [longest, last] = [Math.max(longest, at - last), at];
  }, 10);
  const seconds = await secondsOf(work);
  clearInterval(timer);
  return { seconds, memory, longest };
}

async function* figuresOf(kind: string, url: string): AsyncGenerator<Figure> {
  const store = await openStore(url, { now });
  const file = join(directory, `${kind}.backup`);
  const from = join(directory, 'made.backup');
  await writeWhole(from, encodeBackup(batches(), now()));
  const works = {
    restore: () => store.restore(decodeBackup(createReadStream(from, { highWaterMark: 1 << 18 }), from), 'always'),
    backup: () => writeWhole(file, encodeBackup(store.snapshot(), now())),
  };
  for (const [name, work] of Object.entries(works)) {
    const { seconds, memory, longest } = await measured(work);
    yield figure(`${kind}: ${name} ${entries.toLocaleString('en-GB')}`, seconds, 's');
    yield figure(`${kind}: ${name}, memory of the process`, memory, 'MiB', { bar: { atMost: MIB_OF_PROCESS } });
    yield figure(`${kind}: ${name}, longest wait of the event loop`, longest, 'ms');
  }
  yield figure(`${kind}: entries lost`, entries - (await countOf(store)), '', { bar: { atMost: 0 } });
  await store.close();
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

await add('SQLite', `sqlite:${directory}/store.sqlite`);
if (serverExists.redis) await addServer('Redis', startRedis, '0');
if (serverExists.postgres) await addServer('PostgreSQL', startPostgres, 'postgres');
rmSync(directory, { recursive: true });
console.log(tableOf(figures));
process.exitCode = figures.some(({ passed }) => passed === false) ? 1 : 0;
