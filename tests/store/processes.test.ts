import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openMembers } from '../../src/commands/members.ts';
import { indexStream } from '../../src/engine/random.ts';
import { describeKinds, describeServers, sql } from '../support/kinds-of-store.ts';
import { entriesOf, openTestStore, temporaryFile } from './fixtures.ts';
import { alertOf, generation, generationOf, GUILD, MEMBER, reportOf } from './saved.ts';

const script = fileURLToPath(new URL('./child.ts', import.meta.url));
const child = (url: string, ...words: string[]) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, url, ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** Lets processes count at the same moment. @returns how they ended */
async function countTogether(url: string, processes: number, times: number): Promise<unknown[]> {
  const children = Array.from({ length: processes }, () => child(url, `${times}`));
  await Promise.all(children.map((each) => once(each.stdout, 'data')));
  const ends = children.map((each) => once(each, 'exit'));
  for (const each of children) each.stdin.write('go\n');
  return Promise.all(ends);
}

const count = async (url: string): Promise<number | undefined> =>
  (await openTestStore(url)).store.table('counters', z.number(), 1).get('n');

describeKinds('processes at once', ({ fresh }) => {
  it('lose nothing when they update one counter', async () => {
    const url = await fresh();
    expect(await countTogether(url, 3, 200)).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ]);
    expect(await count(url)).toBe(600);
  });
});

it('processes that make the same new file at once all succeed', async () => {
  for (let round = 0; round < 3; round += 1) {
    const url = `sqlite:${temporaryFile()}`;
    await countTogether(url, 4, 1);
    expect(await count(url)).toBe(4);
  }
});

/** A child writes; after its first acknowledgement and some milliseconds it is killed. @returns what it acknowledged */
async function killed(url: string, after: number, ...words: string[]): Promise<number[]> {
  const writer = child(url, ...words);
  const lines = createInterface({ input: writer.stdout });
  const acknowledged: number[] = [];
  lines.on('line', (line) => acknowledged.push(Number(line)));
  const closed = once(lines, 'close');
  await once(lines, 'line');
  await setTimeout(after);
  writer.kill('SIGKILL');
  await closed;
  return acknowledged;
}

/** Everything that is stored is whole, and the last number is the last one acknowledged or the one after it. */
async function check(url: string, last: number): Promise<void> {
  const { store, aside } = await openTestStore(url);
  const { reports } = await openGuilds(store).get(GUILD);
  const { alerts } = await openMembers(store).get(MEMBER);
  const there = reports.length + alerts.length;
  expect([last + 1, last + 2]).toContain(there);
  expect(reports).toEqual(Array.from({ length: Math.ceil(there / 2) }, (_, i) => reportOf(2 * i)));
  expect(alerts).toEqual(Array.from({ length: Math.floor(there / 2) }, (_, i) => alertOf(2 * i + 1)));
  expect(aside).toEqual([]);
  await store.close();
}

async function killAgainAndAgain(url: string, delays: readonly number[]): Promise<number> {
  let last = -1;
  for (const delay of delays) {
    const acknowledged = await killed(url, delay);
    const first = acknowledged[0] ?? NaN;
    expect([last + 1, last + 2]).toContain(first); // the one of which nobody was told may have been written
    expect(acknowledged).toEqual(acknowledged.map((_, i) => first + i));
    last = acknowledged.at(-1) ?? NaN;
    await check(url, last);
  }
  return last;
}

// `npm run campaign` kills a hundred times.
describe('SIGKILL while schedules and alerts are written, at any moment', () => {
  const delays = [...indexStream(1, 60)(20)]; // ms
  const lanes = (kills: number) =>
    Array.from({ length: delays.length / kills }, (_, lane) => delays.slice(lane * kills, (lane + 1) * kills));

  it('loses nothing acknowledged and leaves nothing half there, 20 times', async () => {
    const waiting = lanes(5);
    const work = async (): Promise<void> => {
      for (let lane = waiting.pop(); lane; lane = waiting.pop()) {
        const url = `sqlite:${temporaryFile()}`;
        await killAgainAndAgain(url, lane);
        expect(sql(url, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    expect(waiting).toEqual([]);
  });
});

describeServers('SIGKILL while schedules and alerts are written', ({ fresh }) => {
  it('loses nothing acknowledged and leaves nothing half there', async () => {
    expect(await killAgainAndAgain(await fresh(), [...indexStream(2, 60)(5)])).toBeGreaterThanOrEqual(5);
  });
});

describeKinds('SIGKILL while a store is restored', ({ fresh }) => {
  it('leaves what was there or what was restored, all of it', async () => {
    const url = await fresh();
    let last = -1;
    for (const delay of indexStream(3, 60)(4)) {
      const acknowledged = await killed(url, delay, 'restore');
      expect([last + 1, last + 2]).toContain(acknowledged[0]);
      last = acknowledged.at(-1) ?? NaN;
      const { store } = await openTestStore(url);
      const there = await entriesOf(store);
      expect([last, last + 1]).toContain(generationOf(there));
      const whole = generation(generationOf(there));
      expect(there).toEqual(whole.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
      await store.close();
    }
  });
});
