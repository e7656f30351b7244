import { describe, expect, it, vi } from 'vitest';
import { BusyError, UserError } from '../src/errors.ts';
import { abortable, createTurns, retryWhileBusy, withTimeout } from '../src/async.ts';

const never = new Promise<string>(() => {});

const tooLate = (): never => {
  throw new Error('too late');
};

describe('withTimeout', () => {
  it('returns the result in time, and clears the timer', async () => {
    vi.useFakeTimers();
    try {
      expect(await withTimeout(1_000, Promise.resolve('done'), () => 'late')).toBe('done');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('returns the substitute when the work is late', async () => {
    expect(await withTimeout(1, never, () => 'late')).toBe('late');
  });

  it('throws what the work or the timeout throws', async () => {
    await expect(withTimeout(1_000, Promise.reject(new Error('broken')), () => 'late')).rejects.toThrow('broken');
    await expect(withTimeout(1, never, tooLate)).rejects.toThrow('too late');
  });
});

describe('abortable', () => {
  it('waits to the end without a signal', async () => {
    expect(await abortable(Promise.resolve('done'), undefined)).toBe('done');
    expect(await abortable(Promise.resolve('done'), new AbortController().signal)).toBe('done');
  });

  it('throws the reason of a signal that aborts, or has aborted', async () => {
    const abort = new AbortController();
    const waiting = abortable(never, abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(abortable(Promise.resolve('done'), abort.signal)).rejects.toThrow('enough');
  });
});

const busyFor = (times: number) => {
  let asked = 0;
  return {
    asked: () => asked,
    work: async () => {
      asked += 1;
      if (asked <= times) throw new BusyError('I am busy');
      return 'done';
    },
  };
};

const refused = () => Promise.reject(new UserError('no such universe'));

describe('background work', () => {
  const { signal } = new AbortController();

  it('comes again until the threads have room for it', async () => {
    const { work, asked } = busyFor(3);
    expect(await retryWhileBusy(work, { signal, pauseMs: 1 })).toBe('done');
    expect(asked()).toBe(4);
  });

  it('ends with every other error at once', async () => {
    await expect(retryWhileBusy(refused, { signal, pauseMs: 60_000 })).rejects.toThrow('no such universe');
  });

  it('waits no longer than the bot runs', async () => {
    const stop = new AbortController();
    const { work, asked } = busyFor(Infinity);
    const waiting = retryWhileBusy(work, { signal: stop.signal, pauseMs: 60_000 });
    stop.abort(new Error('the bot stops'));
    await expect(waiting).rejects.toThrow('aborted');
    expect(asked()).toBe(1);
  });
});

it('createTurns runs the works of one key in order, beside those of others, whatever becomes of them', async () => {
  const inTurn = createTurns();
  const ran: string[] = [];
  const first = Promise.withResolvers<void>();
  const works = [
    inTurn('a', () => first.promise),
    inTurn('a', async () => void ran.push('a2')),
    inTurn('b', async () => void ran.push('b1')),
  ];
  await works[2];
  first.reject(new Error('broken'));
  await expect(works[0]).rejects.toThrow('broken');
  await works[1];
  expect(ran).toEqual(['b1', 'a2']);
});
