import { describe, expect, it } from 'vitest';
import { createSlots } from '../src/semaphore.ts';
import { UserError } from '../src/errors.ts';

const MINUTE = 60_000;

const slotsAt = (time: { now: number }) =>
  createSlots({ work: 'backtest', places: 2, usualMs: 3 * MINUTE, now: () => time.now });

const slots = () => slotsAt({ now: 0 });

const full = (minutes: number): UserError =>
  new UserError(`2 backtests are running already: try again in about ${minutes} min.`);

/** Whether a promise is settled once everything that is due has run. */
const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  const open = Symbol('open');
  await new Promise(setImmediate);
  return (await Promise.race([promise.catch(() => undefined), Promise.resolve(open)])) !== open;
};

describe('slots', () => {
  it('let one server do one thing at a time, and say so', () => {
    const places = slots();
    const release = places.take('guild');
    expect(() => places.take('guild')).toThrow(
      new UserError('A backtest is already running here: wait for it or cancel it.'),
    );
    release();
    expect(() => places.take('guild')).not.toThrow();
  });

  it('let two servers work, and tell a third when to come again', () => {
    const time = { now: 0 };
    const places = slotsAt(time);
    const release = places.take('a');
    time.now = MINUTE;
    places.take('b');
    expect(() => places.take('c')).toThrow(full(2));
    time.now = 9 * MINUTE;
    expect(() => places.take('c')).toThrow(full(1));
    time.now = 10 * MINUTE;
    release();
    places.take('c');
    // (3 + 10) / 2 min are expected now, and b began 9 min ago.
    expect(() => places.take('d')).toThrow(full(1));
    time.now = 5 * MINUTE;
    expect(() => places.take('d')).toThrow(full(3));
  });

  it('give a place back once, however often it is given back', () => {
    const places = slots();
    const release = places.take('a');
    release();
    places.take('a');
    release();
    expect(() => places.take('a')).toThrow(UserError);
  });

  it('let a job wait for its own server and for a place', async () => {
    const places = slots();
    const [releaseA, releaseB] = [places.take('a'), places.take('b')];
    const second = places.whenFree('a');
    const third = places.whenFree('c');
    expect(await isSettled(second)).toBe(false);
    expect(await isSettled(third)).toBe(false);
    releaseB();
    const releaseC = await third;
    expect(await isSettled(second)).toBe(false);
    releaseA();
    await second;
    expect(() => places.take('b')).toThrow(UserError);
    releaseC();
    expect(() => places.take('b')).not.toThrow();
  });

  it('take no place for who has stopped waiting', async () => {
    const places = slots();
    const release = places.take('a');
    const abort = new AbortController();
    const waiting = places.whenFree('a', abort.signal);
    abort.abort(new Error('the bot stops'));
    await expect(waiting).rejects.toThrow('the bot stops');
    await expect(places.whenFree('b', abort.signal)).rejects.toThrow('the bot stops');
    release();
    expect(() => places.take('a')).not.toThrow();
    expect(() => places.take('b')).not.toThrow();
  });
});
