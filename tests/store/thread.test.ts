import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { BusyError, UserError } from '../../src/errors.ts';
import { openSqlite, startThread } from '../../src/store/sqlite.ts';
import { entriesOf, openTestStore, temporaryFile } from './fixtures.ts';

/** A connection that holds the write lock of the file until it is told to end. */
function lock(url: string): () => void {
  const db = new DatabaseSync(url.replace('sqlite:', ''));
  db.exec('BEGIN IMMEDIATE');
  return () => db.close();
}

/** The longest time between two beats of this thread, in milliseconds. */
function watchLoop(): () => number {
  let [last, longest] = [performance.now(), 0];
  const beat = (): void => {
    const now = performance.now();
    [longest, last] = [Math.max(longest, now - last), now];
  };
  const timer = setInterval(beat, 2);
  return () => {
    clearInterval(timer);
    beat();
    return longest;
  };
}

async function opened(timeLimit?: number) {
  const made = await openTestStore(undefined, timeLimit);
  const table = made.store.table('numbers', z.number(), 1);
  await table.set('k', 1);
  return { ...made, table };
}

it('while another program holds the lock, this thread runs, reads are answered, and a write waits for its end', async () => {
  const { table, store, url } = await opened();
  const unlock = lock(url);
  const longest = watchLoop();
  const writing = table.set('k', 2);
  for (let n = 0; n < 20; n += 1) {
    expect(await table.get('k')).toBe(1);
    await setTimeout(20);
  }
  expect([await table.keys(), (await entriesOf(store)).length]).toEqual([['k'], 1]);
  const again = await openTestStore(url);
  expect(await again.store.table('numbers', z.number(), 1).get('k')).toBe(1);
  unlock();
  await writing;
  expect(longest()).toBeLessThan(300); // alone it stays below 20
  expect(await table.get('k')).toBe(2);
});

it('a locked store is told of once a minute, also after a clock was far ahead', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const onFailure = vi.fn<(error: UserError) => void>();
  const { store, url, clock } = await openTestStore(undefined, 100, onFailure);
  const table = store.table('numbers', z.number(), 1);
  await table.set('k', 1);
  const unlock = lock(url);
  const fail = (): Promise<void> => expect(table.set('k', 2)).rejects.toMatchObject({ code: 'store.locked' });
  clock.now += 400 * 86_400_000;
  await fail();
  clock.now -= 400 * 86_400_000;
  await fail();
  expect(onFailure).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_000);
  await fail();
  expect(onFailure).toHaveBeenCalledTimes(2);
  unlock();
});

it('a write that has waited for too long fails by name and never happens, nor do those behind it', async () => {
  const onFailure = vi.fn<(error: UserError) => void>();
  const { store, url } = await openTestStore(undefined, 200, onFailure);
  const table = store.table('numbers', z.number(), 1);
  await table.set('k', 1);
  const unlock = lock(url);
  const works = [table.set('k', 2), table.set('other', 2), table.update('k', (old = 0) => old + 1), table.delete('k')];
  for (const outcome of await Promise.allSettled(works)) {
    const reason: unknown = outcome.status === 'rejected' ? outcome.reason : undefined;
    expect(reason).toBeInstanceOf(UserError);
    // Jobs repeat what was busy without an end.
    expect(reason).not.toBeInstanceOf(BusyError);
    expect(reason).toMatchObject({ code: 'store.locked', message: expect.stringContaining('nothing was saved') });
  }
  expect(onFailure).toHaveBeenCalledOnce();
  unlock();
  await setTimeout(100);
  expect([await table.keys(), await table.get('k')]).toEqual([['k'], 1]);
  await table.set('k', 3);
  expect(await table.get('k')).toBe(3);
});

/** A file of which the test sees the threads. */
async function watched() {
  const workers: Worker[] = [];
  const start: typeof startThread = (data) => {
    const worker = startThread(data);
    workers.push(worker);
    return worker;
  };
  const path = temporaryFile();
  const backend = await openSqlite(path, { now: () => 0, timeLimit: 10_000 }, start);
  onTestFinished(() => backend.close());
  return { workers, path, backend };
}

it('a thread that dies fails the calls that it has, and the next call starts another', async () => {
  const { workers, path, backend } = await watched();
  await backend.swap('numbers/k', undefined, '|1');
  const unlock = lock(path);
  const writing = backend.swap('numbers/k', '|1', '|2');
  writing.catch(() => {});
  await setTimeout(50);
  await workers[0]!.terminate();
  await expect(writing).rejects.toThrow('the thread of the store has ended');
  unlock();
  expect(await backend.adapter.get('numbers/k')).toBe('|1');
  expect(await backend.swap('numbers/k', '|1', '|3')).toBe(true);
  expect(workers).toHaveLength(2);
});

it('a file whose thread has died is closed without another', async () => {
  const { workers, backend } = await watched();
  await workers[0]!.terminate();
  await backend.close();
  expect(workers).toHaveLength(1);
});
