import { describe, expect, it } from 'vitest';
import { SingleFlight } from '../../src/engine-service/single-flight.ts';
import type { Progress } from '../../src/engine/types.ts';
import { FairQueue } from '../../src/fair-queue.ts';
import { asRequester } from '../../src/requester.ts';

/** Work that ends on request, and records how often it started and whether it was aborted. */
const open = () => {
  const flights = new SingleFlight<string>();
  const begun: { signal: AbortSignal; end: PromiseWithResolvers<string>; tell: (done: number) => void }[] = [];
  const ask = (key: string, signal?: AbortSignal, onProgress?: (progress: Progress) => void): Promise<string> =>
    flights.run(key, { signal, onProgress }, (context) => {
      const end = Promise.withResolvers<string>();
      context.signal.addEventListener('abort', () => end.reject(context.signal.reason));
      begun.push({
        signal: context.signal,
        end,
        tell: (done) => context.onProgress({ stage: 'scenarios', done }),
      });
      return end.promise;
    });
  return { begun, ask };
};

describe('a single flight', () => {
  it('runs once for all who ask for the same while it runs, and again for who asks later', async () => {
    const { begun, ask } = open();
    const asked = [ask('a'), ask('a'), ask('b')];
    begun[0]?.end.resolve('first');
    begun[1]?.end.resolve('other');
    expect(await Promise.all(asked)).toEqual(['first', 'first', 'other']);
    const later = ask('a');
    expect(begun).toHaveLength(3);
    begun[2]?.end.resolve('second');
    expect(await later).toBe('second');
  });

  it('fails for all who wait, and not for who asks later', async () => {
    const { begun, ask } = open();
    const asked = Promise.allSettled([ask('a'), ask('a')]);
    begun[0]?.end.reject(new Error('broken'));
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const later = ask('a');
    begun[1]?.end.resolve('well');
    expect(await later).toBe('well');
  });

  it('ends with a caller who leaves while it begins', async () => {
    const flights = new SingleFlight<string>();
    const caller = new AbortController();
    const asked = flights.run('a', { signal: caller.signal }, ({ signal }) => {
      caller.abort(new Error('gone'));
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    await expect(asked).rejects.toThrow('gone');
    expect(await flights.run('a', {}, () => Promise.resolve('again'))).toBe('again');
  });

  it('reports progress to all callers, and the latest progress to one who joins late', async () => {
    const { begun, ask } = open();
    const [first, late]: number[][] = [[], []];
    const asked = [ask('a', undefined, ({ done }) => first?.push(done))];
    begun[0]?.tell(0.1);
    begun[0]?.tell(0.2);
    asked.push(ask('a', undefined, ({ done }) => late?.push(done)));
    begun[0]?.tell(0.3);
    begun[0]?.end.resolve('done');
    await Promise.all(asked);
    expect([first, late]).toEqual([
      [0.1, 0.2, 0.3],
      [0.2, 0.3],
    ]);
  });

  it('continues while any caller waits: one that aborts ends only its own waiting', async () => {
    const { begun, ask } = open();
    const leaving = new AbortController();
    const left = ask('a', leaving.signal);
    const stayed = ask('a', new AbortController().signal);
    const reason = new Error('gone');
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.end.resolve('here');
    expect(await stayed).toBe('here');
  });

  it('is aborted when all callers have left, and starts again for the next one', async () => {
    const { begun, ask } = open();
    const leaving = [new AbortController(), new AbortController()];
    const left = Promise.allSettled(leaving.map(({ signal }) => ask('a', signal)));
    leaving[0]?.abort();
    expect(begun[0]?.signal.aborted).toBe(false);
    leaving[1]?.abort(new Error('last'));
    expect(begun[0]?.signal).toMatchObject({ aborted: true, reason: { message: 'last' } });
    const next = ask('a');
    expect(begun).toHaveLength(2);
    await left;
    begun[1]?.end.resolve('anew');
    expect(await next).toBe('anew');
    // The first one's end must not have hidden the second.
    expect((await left).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('does not begin for a caller who has gone already', async () => {
    const { begun, ask } = open();
    await expect(ask('a', AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(begun).toEqual([]);
  });

  it('ends what it has left running when it fails', async () => {
    const { begun, ask } = open();
    const asked = ask('a');
    begun[0]?.end.reject(new Error('half of it'));
    await expect(asked).rejects.toThrow('half of it');
    expect(begun[0]?.signal.aborted).toBe(true);
  });
});

describe('work that says how far it is as it begins', () => {
  it('is heard', async () => {
    const heard: number[] = [];
    const flights = new SingleFlight<string>();
    const answer = flights.run('a', { onProgress: ({ done }) => heard.push(done) }, async ({ onProgress }) => {
      onProgress({ stage: 'prices', done: 1 });
      return 'done';
    });
    expect(await answer).toBe('done');
    expect(heard).toEqual([1]);
  });

  it('waits in the line of everybody who has joined it', async () => {
    const queue = new FairQueue({ concurrency: 1 });
    const flights = new SingleFlight<void>();
    const order: string[] = [];
    const ask = (member: string, key: string): Promise<void> =>
      asRequester(member, () => flights.run(key, {}, () => queue.add(async () => void order.push(key))));
    const asked = Array.from({ length: 16 }, (_, k) => ask('flooder', `train ${k}`));
    await ask('stranger', 'train 15');
    expect(order.indexOf('train 15')).toBeLessThan(3);
    await Promise.all(asked);
    expect(order).toHaveLength(16);
  });
});
