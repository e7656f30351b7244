import { describe, expect, it } from 'vitest';
import { patiently } from '../../src/answers/patience.ts';
import { BusyError, UserError } from '../../src/errors.ts';

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

describe('work that nobody waits for at a screen', () => {
  const { signal } = new AbortController();

  it('comes again until the threads have room for it', async () => {
    const { work, asked } = busyFor(3);
    expect(await patiently(work, { signal, pauseMs: 1 })).toBe('done');
    expect(asked()).toBe(4);
  });

  it('ends with every other error at once', async () => {
    await expect(patiently(refused, { signal, pauseMs: 60_000 })).rejects.toThrow('no such universe');
  });

  it('waits no longer than the bot runs', async () => {
    const stop = new AbortController();
    const { work, asked } = busyFor(Infinity);
    const waiting = patiently(work, { signal: stop.signal, pauseMs: 60_000 });
    stop.abort(new Error('the bot stops'));
    await expect(waiting).rejects.toThrow('aborted');
    expect(asked()).toBe(1);
  });
});
