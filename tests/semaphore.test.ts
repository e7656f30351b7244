import { describe, expect, it } from 'vitest';
import { Semaphore } from '../src/semaphore.ts';
import { UserError } from '../src/errors.ts';

const MINUTE = 60_000;

const semaphoreAt = (time: { now: number }) =>
  new Semaphore({ work: 'backtest', permits: 2, usualMs: 3 * MINUTE, now: () => time.now });

const openSemaphore = () => semaphoreAt({ now: 0 });

const full = (minutes: number): UserError =>
  new UserError(`2 backtests are running already: try again in about ${minutes} min.`, {
    code: 'semaphore.full',
    data: { work: 'backtest', permits: 2, minutes },
  });

/** Whether a promise is settled once everything that is due has run. */
const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  const open = Symbol('open');
  await new Promise(setImmediate);
  return (await Promise.race([promise.catch(() => undefined), Promise.resolve(open)])) !== open;
};

describe('a semaphore', () => {
  it('lets one server do one thing at a time, and says so', () => {
    const semaphore = openSemaphore();
    const release = semaphore.tryAcquire('guild');
    expect(() => semaphore.tryAcquire('guild')).toThrow(
      new UserError('A backtest is already running here: wait for it or cancel it.', {
        code: 'semaphore.running-here',
        data: { work: 'backtest' },
      }),
    );
    release();
    expect(() => semaphore.tryAcquire('guild')).not.toThrow();
  });

  it('gives the permit back after work, also after work that fails', async () => {
    const semaphore = openSemaphore();
    const both = semaphore.tryRun('guild', () => semaphore.tryRun('guild', async () => 'both'));
    await expect(both).rejects.toThrow('already running here');
    await expect(semaphore.tryRun('guild', async () => 'done')).resolves.toBe('done');
    expect(() => semaphore.tryAcquire('guild')).not.toThrow();
  });

  it('lets two servers work, and tells a third when to try again', () => {
    const time = { now: 0 };
    const semaphore = semaphoreAt(time);
    const release = semaphore.tryAcquire('a');
    time.now = MINUTE;
    semaphore.tryAcquire('b');
    expect(() => semaphore.tryAcquire('c')).toThrow(full(2));
    time.now = 9 * MINUTE;
    expect(() => semaphore.tryAcquire('c')).toThrow(full(1));
    time.now = 10 * MINUTE;
    release();
    semaphore.tryAcquire('c');
    // (3 + 10) / 2 min are expected now, and b began 9 min ago.
    expect(() => semaphore.tryAcquire('d')).toThrow(full(1));
    time.now = 5 * MINUTE;
    expect(() => semaphore.tryAcquire('d')).toThrow(full(3));
  });

  it('takes a permit back once, however often it is released', () => {
    const semaphore = openSemaphore();
    const release = semaphore.tryAcquire('a');
    release();
    semaphore.tryAcquire('a');
    release();
    expect(() => semaphore.tryAcquire('a')).toThrow(UserError);
  });

  it('lets a job wait for its own server and for a permit', async () => {
    const semaphore = openSemaphore();
    const [releaseA, releaseB] = [semaphore.tryAcquire('a'), semaphore.tryAcquire('b')];
    const second = semaphore.acquire('a');
    const third = semaphore.acquire('c');
    expect(await isSettled(second)).toBe(false);
    expect(await isSettled(third)).toBe(false);
    releaseB();
    const releaseC = await third;
    expect(await isSettled(second)).toBe(false);
    releaseA();
    await second;
    expect(() => semaphore.tryAcquire('b')).toThrow(UserError);
    releaseC();
    expect(() => semaphore.tryAcquire('b')).not.toThrow();
  });

  it('gives no permit to a caller that has stopped waiting', async () => {
    const semaphore = openSemaphore();
    const release = semaphore.tryAcquire('a');
    const abort = new AbortController();
    const waiting = semaphore.acquire('a', abort.signal);
    abort.abort(new Error('the bot stops'));
    await expect(waiting).rejects.toThrow('the bot stops');
    await expect(semaphore.acquire('b', abort.signal)).rejects.toThrow('the bot stops');
    release();
    expect(() => semaphore.tryAcquire('a')).not.toThrow();
    expect(() => semaphore.tryAcquire('b')).not.toThrow();
  });
});
