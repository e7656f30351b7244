// Processes that write to a store are killed at any moment; then everything is there that was acknowledged.
import { join } from 'node:path';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openMembers } from '../../src/commands/members.ts';
import { canonicalJson } from '../../src/engine/canonical-json.ts';
import { openStore } from '../../src/store/store.ts';
import { alertOf, GUILD, MEMBER, reportOf } from '../../tests/store/saved.ts';
import { serverExists } from '../../tests/support/installed-servers.ts';
import { startPostgres, startRedis } from '../../tests/support/servers.ts';
import { temporaryHome } from '../../tests/support/tailcap.ts';
import type { Figure } from '../figures.ts';
import { createChance, type Chance } from './chance.ts';
import { killed } from './killed.ts';
import { killedAnswer } from './killed-answer.ts';
import { killedModels } from './killed-models.ts';
import { none } from './none.ts';

/** On a file, kills are in groups on a new file each, so that some also come while a file is made. */
const FILES = 20;
const KILLS_A_FILE = 5;
const KILLS_A_SERVER = 20;
/** So many files at a time. */
const LANES = 2;
const LATEST_MS = 60;

interface Damage {
  lost: number;
  unreadable: number;
}

export async function* kills(seed: number): AsyncGenerator<Figure> {
  // Meanwhile: a process counts as dead only half a minute after its last sign.
  const apology = killedAnswer();
  apology.catch(() => {});
  yield* killsOfFiles(createChance(seed, 'kills of files'));
  if (serverExists.redis) yield* killsOn('redis', await startRedis(), '/0', createChance(seed, 'redis'));
  if (serverExists.postgres)
    yield* killsOn('postgres', await startPostgres(), '/postgres', createChance(seed, 'postgres'));
  yield* killedModels(createChance(seed, 'kills of models'));
  yield* await apology;
  const absent = Object.entries(serverExists).filter(([, exists]) => !exists);
  if (absent.length > 0) throw new Error(`not installed: ${absent.map(([name]) => name).join(', ')}`);
}

async function* killsOfFiles(chance: Chance): AsyncGenerator<Figure> {
  const { home, remove } = temporaryHome();
  const damage: Damage = { lost: 0, unreadable: 0 };
  const waiting = Array.from({ length: FILES }, (_, k) => `sqlite:${join(home, `${k}`, 'tailcap.sqlite')}`);
  const work = async (): Promise<void> => {
    for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
      await killAgainAndAgain(url, KILLS_A_FILE, chance, damage);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, work));
  } finally {
    remove();
  }
  yield* figuresOf(`${FILES * KILLS_A_FILE} on sqlite`, damage);
}

type Running = Pick<Awaited<ReturnType<typeof startRedis>>, 'url' | 'remove'>;

async function* killsOn(name: string, server: Running, database: string, chance: Chance): AsyncGenerator<Figure> {
  const damage: Damage = { lost: 0, unreadable: 0 };
  try {
    await killAgainAndAgain(server.url + database, KILLS_A_SERVER, chance, damage);
  } finally {
    await server.remove();
  }
  yield* figuresOf(`${KILLS_A_SERVER} on ${name}`, damage);
}

function* figuresOf(name: string, { lost, unreadable }: Damage): Generator<Figure> {
  yield none(`kills, ${name}: acknowledged writes that are lost`, lost);
  yield none(`kills, ${name}: values that are damaged`, unreadable);
}

async function killAgainAndAgain(url: string, times: number, chance: Chance, damage: Damage): Promise<void> {
  for (let kill = 0; kill < times; kill += 1) {
    const said = await killed('child.ts', [url], chance.below(LATEST_MS));
    await inspect(url, Number(said.at(-1)), damage);
  }
}

/** Numbers up to the last acknowledged one, and perhaps the one of which nobody was told: even ones are schedules. */
async function inspect(url: string, last: number, damage: Damage): Promise<void> {
  const store = await openStore(url, { now: () => Date.now(), onSetAside: () => (damage.unreadable += 1) });
  try {
    const { reports } = await openGuilds(store).get(GUILD);
    const { alerts } = await openMembers(store).get(MEMBER);
    const stored = new Map<string, unknown>([...reports, ...alerts].map((one) => [one.id, one]));
    for (let n = 0; n <= last; n += 1) {
      const found = stored.get(`${n}`);
      if (found === undefined) damage.lost += 1;
      else if (canonicalJson(found) !== canonicalJson(n % 2 === 0 ? reportOf(n) : alertOf(n))) damage.unreadable += 1;
    }
    if (stored.size > last + 2) damage.unreadable += 1;
  } finally {
    await store.close();
  }
}
