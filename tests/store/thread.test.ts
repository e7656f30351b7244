import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { BusyError, UserError } from '../../src/errors.ts';
import { openSqlite, startThread } from '../../src/store/sqlite.ts';
import { serveCalls, type Answer, type Call } from '../../src/store/thread-calls.ts';
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

/** Takes calls and answers none, as on a disk that hangs. */
const mute = (): Worker =>
  new Worker("require('node:worker_threads').parentPort.on('message', () => {})", { eval: true });

const exited = (worker: Worker): Promise<void> => new Promise((resolve) => worker.once('exit', () => resolve()));

it('a file that does not answer is not waited for for ever, and its thread ends', async () => {
  const worker = mute();
  const ended = exited(worker);
  const opening = openSqlite(temporaryFile(), { now: () => 0, timeLimit: 1, openLimit: 0 }, () => worker);
  await expect(opening).rejects.toMatchObject({ code: 'store.no-file' });
  await ended;
});

it('a file that another program keeps locked is named when it is opened', async () => {
  const { url, store } = await opened();
  await store.close();
  const db = new DatabaseSync(url.replace('sqlite:', ''));
  db.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  const opening = openSqlite(url.replace('sqlite:', ''), { now: () => 0, timeLimit: 1, openLimit: 100 });
  await expect(opening).rejects.toMatchObject({ code: 'store.locked', message: expect.stringContaining('Another') });
  db.close();
});

it('a thread that does not answer ends when its file is closed', async () => {
  const workers = [startThread, mute];
  const begun: Worker[] = [];
  const start: typeof startThread = (data) => {
    begun.push(workers.shift()!(data));
    return begun.at(-1)!;
  };
  const backend = await openSqlite(temporaryFile(), { now: () => 0, timeLimit: 10_000 }, start);
  await begun[0]!.terminate();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  backend.list('numbers', '').catch(() => {});
  const ended = exited(begun[1]!);
  const closing = backend.close();
  vi.advanceTimersByTime(10_000);
  await expect(closing).rejects.toThrow('no answer');
  await ended;
});

it('a store that cannot be closed takes no answer away', async () => {
  const { store } = await opened();
  const terminating = vi.spyOn(Worker.prototype, 'terminate').mockRejectedValueOnce(new Error('no'));
  await store.close();
  expect(terminating).toHaveBeenCalledOnce();
});

it('an answer that cannot be copied fails its call alone', async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  serveCalls(port2, async () => ({ odd: () => () => {}, even: () => 2 }));
  const ask = (id: number, method: string): Promise<Answer> => {
    const call: Call = { id, method, deadline: 0, args: [] };
    port1.postMessage(call);
    return new Promise((resolve) => port1.once('message', resolve));
  };
  expect(await ask(1, 'odd')).toMatchObject({
    id: 1,
    error: { message: expect.stringContaining('could not be cloned') },
  });
  expect(await ask(2, 'even')).toEqual({ id: 2, result: 2 });
});
