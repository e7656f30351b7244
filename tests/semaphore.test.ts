import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../src/durations.ts';
import { UserError } from '../src/errors.ts';
import { type Holder, type HeldPlace, Semaphore } from '../src/semaphore.ts';

/** A semaphore with two places, in which work ends when its function is called. */
function open() {
  const time = { now: 0 };
  const semaphore = new Semaphore({ work: 'backtest', places: 2, usualMs: 3 * MINUTE_MS, now: () => time.now });
  let place: HeldPlace | undefined;
  const begin = (holder: Holder): (() => Promise<void>) => {
    const gate = Promise.withResolvers<void>();
    const work = semaphore.tryRun(holder, (its) => {
      place = its;
      return gate.promise;
    });
    return () => {
      gate.resolve();
      return work;
    };
  };
  const ask = (holder: Holder): Promise<string> => semaphore.tryRun(holder, async () => 'done');
  return { time, semaphore, begin, ask, expect: (seconds: number) => place!.expect(seconds) };
}

const full = (minutes: number): UserError =>
  new UserError(`2 backtests are running already: try again in about ${minutes} min.`, {
    code: 'semaphore.full',
    data: { work: 'backtest', places: 2, minutes },
  });

describe('a semaphore', () => {
  it('gives a member one place, wherever they ask', async () => {
    const { begin, ask } = open();
    const end = begin({ memberId: 'm', guildId: 'g' });
    for (const guildId of [undefined, 'g', 'h']) {
      await expect(ask({ memberId: 'm', guildId })).rejects.toThrow(
        new UserError('A backtest of yours is already running: wait for it or cancel it.', {
          code: 'semaphore.yours-running',
          data: { work: 'backtest' },
        }),
      );
    }
    await end();
    expect(await ask({ memberId: 'm' })).toBe('done');
  });

  it('gives a server one place, whoever asks', async () => {
    const { begin, ask } = open();
    const end = begin({ memberId: 'm', guildId: 'g' });
    await expect(ask({ memberId: 'n', guildId: 'g' })).rejects.toThrow(
      new UserError('A backtest is already running here: wait for it or cancel it.', {
        code: 'semaphore.running-here',
        data: { work: 'backtest' },
      }),
    );
    // Two members in direct messages share no server.
    expect(await ask({ memberId: 'n' })).toBe('done');
    await end();
    expect(await ask({ memberId: 'n', guildId: 'g' })).toBe('done');
  });

  it('leaves a place that no single member can take', async () => {
    const { begin, ask } = open();
    begin({ memberId: 'm', guildId: 'g' });
    expect(await ask({ memberId: 'n' })).toBe('done');
  });

  it('gives the place back after work that fails', async () => {
    const { semaphore, ask } = open();
    const failing = semaphore.tryRun({ memberId: 'm' }, () => Promise.reject(new Error('out of memory')));
    await expect(failing).rejects.toThrow('out of memory');
    expect(await ask({ memberId: 'm' })).toBe('done');
  });

  it('tells a third when to try again, by what such work took before', async () => {
    const { time, begin, ask } = open();
    const end = begin({ memberId: 'a' });
    time.now = MINUTE_MS;
    begin({ memberId: 'b' });
    await expect(ask({ memberId: 'c' })).rejects.toThrow(full(2));
    time.now = 9 * MINUTE_MS;
    await expect(ask({ memberId: 'c' })).rejects.toThrow(full(1));
    time.now = 10 * MINUTE_MS;
    await end();
    begin({ memberId: 'c' });
    // b is expected to have ended long ago.
    await expect(ask({ memberId: 'd' })).rejects.toThrow(full(1));
  });

  it('tells it by what the work itself expects', async () => {
    const { time, begin, ask, expect: expectSeconds } = open();
    begin({ memberId: 'a' });
    expectSeconds(20 * 60);
    begin({ memberId: 'b' });
    expectSeconds(12 * 60);
    time.now = 2 * MINUTE_MS;
    await expect(ask({ memberId: 'c' })).rejects.toThrow(full(10));
    expectSeconds(60);
    await expect(ask({ memberId: 'c' })).rejects.toThrow(full(1));
  });
});

it('by itself, a semaphore measures by a clock that nobody sets', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const semaphore = new Semaphore({ work: 'backtest', places: 1, usualMs: 3 * MINUTE_MS });
  await semaphore.tryRun({ memberId: 'a' }, async () => vi.setSystemTime(Date.now() + 400 * DAY_MS));
  void semaphore.tryRun({ memberId: 'a' }, () => Promise.withResolvers<never>().promise);
  await expect(semaphore.tryRun({ memberId: 'b' }, async () => 'done')).rejects.toThrow('try again in about 2 min.');
});
