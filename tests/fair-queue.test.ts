import { describe, expect, it } from 'vitest';
import { FairQueue, Turns } from '../src/fair-queue.ts';
import { asRequester, currentRequester, membersOf, Requesters } from '../src/requester.ts';

const nothing = async (): Promise<void> => undefined;

/** Names of tasks in the order in which they are served, if nothing is added meanwhile. */
function turnsOf(...tasks: readonly (readonly [requester: string, name: string, priority?: number])[]) {
  const turns = new Turns();
  const add = (requester: string, name: string, priority = 0): void => {
    turns.enqueue(async () => name, { requester, priority, id: name });
  };
  for (const task of tasks) add(...task);
  const next = async (): Promise<unknown> => turns.dequeue()?.();
  const rest = async (): Promise<string> => {
    const order: unknown[] = [];
    while (turns.size > 0) order.push(await next());
    return order.join(' ');
  };
  return { turns, add, next, rest };
}

describe('a fair queue', () => {
  it('serves requesters in turn, and each by arrival', async () => {
    const { rest } = turnsOf(['a', 'a1'], ['a', 'a2'], ['a', 'a3'], ['b', 'b1'], ['c', 'c1'], ['b', 'b2']);
    expect(await rest()).toBe('a1 b1 c1 a2 b2 a3');
  });

  it('lets a stranger go next, however many tasks of another wait', async () => {
    const { add, next, rest } = turnsOf(...Array.from({ length: 1_000 }, (_, k) => ['a', `a${k}`] as const));
    for (let k = 0; k < 10; k++) await next();
    add('b', 'b1');
    expect(await next()).toMatch(/a10|b1/);
    add('b', 'b2');
    expect((await rest()).split(' ').indexOf('b2')).toBeLessThan(3);
  });

  it('gives nobody a turn more for asking bit by bit', async () => {
    const { add, next } = turnsOf(['a', 'a1'], ['b', 'b1'], ['c', 'c1'], ['d', 'd1']);
    expect(await next()).toBe('a1');
    add('a', 'a2');
    expect([await next(), await next(), await next(), await next()]).toEqual(['b1', 'c1', 'd1', 'a2']);
  });

  it('keeps a requester who was away for long from catching up on turns', async () => {
    const { add, next, rest } = turnsOf(['a', 'a1'], ['b', 'b1']);
    await next();
    for (let k = 0; k < 5; k++) {
      add('b', `b${k + 2}`);
      await next();
    }
    for (const k of [2, 3, 4]) add('a', `a${k}`);
    add('b', 'b7');
    expect((await rest()).startsWith('a2 a3 a4')).toBe(false);
  });

  it("lets a requester's answers be completed before new ones begin", async () => {
    const { add, next } = turnsOf(['a', 'draw a'], ['b', 'draw b'], ['c', 'draw c']);
    expect(await next()).toBe('draw a');
    add('a', 'decide a', 1);
    expect(await next()).toBe('decide a');
    add('a', 'chart a', 2);
    add('d', 'chart d', 2);
    expect([await next(), await next()]).toEqual(['chart a', 'draw b']);
  });

  it('lets nobody starve the others by tasks of a high priority', async () => {
    const flood = Array.from({ length: 9 }, (_, k) => ['a', `a${k}`, 1] as const);
    const { rest } = turnsOf(...flood, ['b', 'b1', 0], ['c', 'c1', 0]);
    expect((await rest()).slice(0, 11)).toBe('a0 b1 c1 a1');
  });

  it('forgets tasks that are aborted while they wait', async () => {
    const queue = new FairQueue({ concurrency: 1 });
    const order: string[] = [];
    const abort = new AbortController();
    const gate = Promise.withResolvers<void>();
    const first = queue.add(() => gate.promise);
    const gone = queue.add(nothing, { signal: abort.signal }).catch(() => order.push('gone'));
    const other = asRequester('b', () => queue.add(async () => order.push(...membersOf(currentRequester()))));
    expect([queue.size, queue.ownSize, asRequester('b', () => queue.ownSize)]).toEqual([2, 1, 1]);
    abort.abort();
    expect(queue.size).toBe(1);
    gate.resolve();
    await Promise.all([first, gone, other]);
    // Whoever made room for it, it runs as its own requester.
    expect(order.toSorted()).toEqual(['b', 'gone']);
  });

  it('changes priorities of what waits', async () => {
    const { turns, rest } = turnsOf(['a', 'a1'], ['a', 'a2']);
    turns.setPriority('a2', 1);
    expect(turns.filter({ priority: 1 })).toHaveLength(1);
    expect(await rest()).toBe('a2 a1');
    expect(() => turns.setPriority('a3', 1)).toThrow('nothing that waits has the id "a3"');
  });

  it('lets a task that several wait for stand in the line of each, and does it once', async () => {
    const { turns, add, next, rest } = turnsOf(...Array.from({ length: 9 }, (_, k) => ['a', `a${k}`] as const));
    const asked = asRequester('a', () => new Requesters());
    turns.enqueue(async () => 'shared', { requester: asked, id: 'shared' });
    expect(await next()).toBe('a0');
    add('b', 'b1');
    asRequester('b', () => asked.join());
    asRequester('a', () => asked.join());
    expect([turns.size, turns.filter({ requester: 'b' }).length, turns.filter({}).length]).toEqual([10, 2, 10]);
    expect(await rest()).toMatch(/^(a1 )?b1 (a\d )?shared( a\d)+$/);
    // It has left all lines, and nobody stands in line for it any more.
    asRequester('c', () => asked.join());
    expect([turns.size, turns.dequeue()]).toEqual([0, undefined]);
  });

  it('lets those who join what waits for shared work stand in line for it too', async () => {
    const { turns, next } = turnsOf(['a', 'a1'], ['a', 'a2']);
    const outer = asRequester('a', () => new Requesters());
    const inner = asRequester(outer, () => new Requesters());
    turns.enqueue(async () => 'shared', { requester: inner });
    asRequester('b', () => outer.join());
    expect(inner.members).toEqual(['a', 'b']);
    expect(new Set([await next(), await next()])).toEqual(new Set(['a1', 'shared']));
  });

  it('clears, removes and counts shared tasks once', async () => {
    const queue = new FairQueue({ concurrency: 1 });
    const gate = Promise.withResolvers<void>();
    const first = queue.add(() => gate.promise);
    const asked = asRequester('a', () => new Requesters());
    const abort = new AbortController();
    const settled = asRequester(asked, () =>
      Promise.allSettled([queue.add(nothing), queue.add(nothing, { signal: abort.signal })]),
    );
    asRequester('b', () => asked.join());
    const sizes = () => [queue.size, ...['a', 'b', 'c'].map((one) => asRequester(one, () => queue.ownSize))];
    expect(sizes()).toEqual([2, 2, 2, 0]);
    abort.abort();
    expect(sizes()).toEqual([1, 1, 1, 0]);
    void asRequester('a', () => queue.add(nothing)).catch(() => {});
    expect(asRequester(asked, () => queue.ownSize)).toBe(1);
    queue.clear();
    expect(sizes()).toEqual([0, 0, 0, 0]);
    asRequester('c', () => asked.join());
    gate.resolve();
    await first;
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await queue.add(async () => 'goes on')).toBe('goes on');
  });
});
