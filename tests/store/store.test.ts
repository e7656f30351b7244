import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isSavedByNewer, UserError } from '../../src/errors.ts';
import { describeKinds, type Kind } from '../support/kinds-of-store.ts';
import { entriesOf, openTestStore } from './fixtures.ts';

const limit = z.object({ universe: z.string(), loss: z.number().positive(), note: z.string().optional() });
const example = { universe: 'us12', loss: 0.08 };

describeKinds('a table', ({ fresh, rows }) => {
  it('gives back what was set, in this process and the next', async () => {
    const first = await openTestStore(await fresh());
    await first.store.table('limits', limit, 1).set('a', example);
    expect(await first.store.table('limits', limit, 1).get('a')).toEqual(example);
    await first.store.close();
    const second = await openTestStore(first.url);
    expect(await second.store.table('limits', limit, 1).get('a')).toEqual(example);
    expect(await second.store.table('limits', limit, 1).get('b')).toBeUndefined();
  });

  it('preserves strings that mean something to Keyv, SQL, Redis or JSON', async () => {
    const table = (await openTestStore(await fresh())).store.table('words', z.string(), 1);
    const words = [':colon', ':base64:AAAA', '', "'; DROP TABLE entries; --", '"\\', '*?[a]', '/%_', '1|2', '🐈 é'];
    for (const word of words) {
      await table.set(word, word);
      expect(await table.get(word)).toBe(word);
    }
    expect(await table.keys()).toEqual(words.toSorted());
    for (const word of ['\u0000', '\uD800']) {
      await table.set('value', word);
      expect(await table.get('value')).toBe(word);
      await expect(table.set(word, 'key')).rejects.toThrow('words: expected a key that every kind of store can hold');
    }
  });

  it('keeps a megabyte', async () => {
    const { store, clock } = await openTestStore(await fresh());
    const table = store.table('prices', z.array(z.number()), 1);
    const closes = Array.from({ length: 60_000 }, (_, i) => i / 3);
    await table.set('a', closes, 1_000);
    await table.update('a', (old = []) => [...old, 1]);
    expect(await table.get('a')).toEqual([...closes, 1]);
    clock.now += 1_000;
    expect(await table.get('a')).toBeUndefined();
  });

  it('stores {v, value} behind the time of its expiry', async () => {
    const { store, url, clock } = await openTestStore(await fresh());
    await store.table('limits', limit, 7).set('a', { ...example, note: undefined });
    expect(await rows(url)).toEqual([{ key: 'limits/a', row: '|{"v":7,"value":{"universe":"us12","loss":0.08}}' }]);
    await store.table('limits', limit, 7).set('a', example, 1.5);
    const row = `${clock.now + 2}|{"v":7,"value":{"universe":"us12","loss":0.08}}`;
    expect(await rows(url)).toEqual([{ key: 'limits/a', row }]);
  });

  it('does not mix with another of equal keys, nor with keys that look like its own prefix', async () => {
    const { store } = await openTestStore(await fresh());
    const [one, two] = [store.table('one', z.number(), 1), store.table('two', z.number(), 1)];
    const more = store.table('one-more', z.number(), 1);
    await one.set('k', 1);
    await two.set('k', 2);
    await one.set('one/k', 3);
    await one.set('two/k', 4);
    await more.set('k', 5);
    expect(await Promise.all([one, two, more].map((each) => each.get('k')))).toEqual([1, 2, 5]);
    expect([await one.get('one/k'), await one.get('two/k')]).toEqual([3, 4]);
    expect(await two.delete('k')).toBe(true);
    expect(await two.keys()).toEqual([]);
    expect(await one.keys()).toEqual(['k', 'one/k', 'two/k']);
  });

  it('says whether there was something to delete, to one of two who do it at once', async () => {
    const { store, url } = await openTestStore(await fresh());
    const table = store.table('numbers', z.number(), 1);
    const other = (await openTestStore(url)).store.table('numbers', z.number(), 1);
    await table.set('k', 0);
    const told = await Promise.all([table.delete('k'), table.delete('k'), other.delete('k')]);
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await table.get('k')).toBeUndefined();
  });

  it('refuses a name that could meet the values set aside', async () => {
    const { store } = await openTestStore(await fresh());
    expect(() => store.table('aside:limits', limit, 1)).toThrow("expected a table's name");
  });

  it('throws once the store is closed', async () => {
    const { store } = await openTestStore(await fresh());
    const table = store.table('numbers', z.number(), 1);
    await store.close();
    await store.close();
    const works = [table.get('k'), table.set('k', 1), table.delete('k'), table.keys(), table.update('k', () => 1)];
    const closed = { status: 'rejected', reason: expect.objectContaining({ message: 'the store is not open' }) };
    expect(await Promise.allSettled(works)).toEqual(works.map(() => closed));
  });
});

describeKinds('times to live', ({ fresh, rows }) => {
  it('follow the given clock', async () => {
    const { store, clock, url } = await openTestStore(await fresh());
    const table = store.table('buttons', z.number(), 1);
    await table.set('short', 1, 1_000);
    await table.set('long', 2, 5_000);
    await table.set('for ever', 3);
    clock.now += 999;
    expect(await table.keys()).toEqual(['for ever', 'long', 'short']);
    clock.now += 1;
    expect(await table.get('short')).toBeUndefined();
    expect(await table.keys()).toEqual(['for ever', 'long']);
    expect(await table.delete('short')).toBe(false);
    expect(await table.update('short', (old) => old ?? 10)).toBe(10);
    expect((await rows(url)).map(({ key }) => key).sort()).toEqual([
      'buttons/for ever',
      'buttons/long',
      'buttons/short',
    ]);
  });

  it('are kept by update and replaced by set', async () => {
    const { store, clock } = await openTestStore(await fresh());
    const table = store.table('buttons', z.number(), 1);
    await table.set('kept', 1, 1_000);
    await table.update('kept', (old = 0) => old + 1);
    await table.set('replaced', 1, 1_000);
    await table.set('replaced', 2);
    clock.now += 1_000;
    expect([await table.get('kept'), await table.get('replaced')]).toEqual([undefined, 2]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('of %s ms are refused', async (ttl) => {
    const table = (await openTestStore(await fresh())).store.table('buttons', z.number(), 1);
    await expect(table.set('k', 1, ttl)).rejects.toThrow('buttons/k: expected a time to live above 0 ms');
    expect(await table.get('k')).toBeUndefined();
  });
});

describeKinds('update', ({ fresh, rows }) => {
  it('gives the new value, starts from nothing, and loses none of many at once', async () => {
    const { store, url } = await openTestStore(await fresh());
    const other = await openTestStore(url);
    const [one, two] = [store.table('counters', z.number(), 1), other.store.table('counters', z.number(), 1)];
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) => (i % 2 ? one : two).update('n', (old = 0) => old + 1)),
    );
    expect(results.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('sees what was set and deleted in between', async () => {
    const { store, url } = await openTestStore(await fresh());
    const other = (await openTestStore(url)).store.table('counters', z.number(), 1);
    const table = store.table('counters', z.number(), 1);
    await table.set('n', 1);
    const calls: (number | undefined)[] = [];
    let work: Promise<unknown> = Promise.resolve();
    const updated = await table.update('n', (old) => {
      if (calls.length === 0) work = other.set('n', 10);
      calls.push(old);
      return (old ?? 0) + 1;
    });
    await work;
    // Either was first; nothing of the one that was is lost on the other.
    expect([10, 11]).toContain(await table.get('n'));
    expect(updated).toBe((calls.at(-1) ?? 0) + 1);
  });

  it('leaves nothing when the change gives nothing', async () => {
    const { store, url } = await openTestStore(await fresh());
    const table = store.table('counters', z.number(), 1);
    const drop = () => table.update('n', () => undefined);
    await table.set('n', 1);
    expect([await drop(), await table.get('n'), await drop(), await rows(url)]).toEqual([
      undefined,
      undefined,
      undefined,
      [],
    ]);
  });

  it('leaves the value as it was when the change throws', async () => {
    const table = (await openTestStore(await fresh())).store.table('counters', z.number(), 1);
    await table.set('n', 1);
    const fails = table.update('n', () => {
      throw new UserError('expected at most 25, got 26');
    });
    await expect(fails).rejects.toThrow(UserError);
    expect(await table.get('n')).toBe(1);
    expect(await table.update('n', (old = 0) => old + 1)).toBe(2);
  });
});

/** A table whose one value has been overwritten by hand. */
async function spoilt({ fresh, put, rows }: Kind, row: string) {
  const made = await openTestStore(await fresh());
  const table = made.store.table('limits', limit, 1);
  await table.set('k', example);
  const spoil = () => put(made.url, 'limits/k', row);
  await spoil();
  const kept = async () =>
    (await rows(made.url)).filter(({ key }) => key.startsWith('aside:limits/k@')).map((one) => one.row);
  return { ...made, table, kept, spoil };
}

describeKinds('an unreadable value', (kind) => {
  const flaws = [
    ['broken JSON', '{"v":1,"value":{"universe":"us1', 'expected JSON'],
    ['another shape', '{"v":1,"value":{"universe":"us12","loss":"8%"}}', 'loss: '],
    ['a version without steps', '{"v":0,"value":{"universe":"us12","loss":0.08}}', 'expected version 1, got 0'],
    ['no version', '{"universe":"us12","loss":0.08}', 'expected JSON of the form'],
  ] as const;

  it.each(flaws)('is set aside and reported once when it is read: %s', async (_name, text, reason) => {
    const { table, aside, kept } = await spoilt(kind, `|${text}`);
    expect([await table.get('k'), await table.get('k'), await table.keys()]).toEqual([undefined, undefined, []]);
    expect(aside).toEqual([{ table: 'limits', key: 'k', reason: expect.stringContaining(reason) }]);
    expect(await kept()).toEqual([`|${text}`]);
  });

  it('is set aside before it is overwritten', async () => {
    const { table, spoil, aside, kept } = await spoilt(kind, '|oops');
    await table.set('k', example);
    expect([aside.length, await kept()]).toEqual([1, ['|oops']]);
    await spoil();
    expect(await table.update('k', (old) => old ?? { ...example, loss: 0.1 })).toEqual({ ...example, loss: 0.1 });
    expect([aside.length, await kept()]).toEqual([2, ['|oops']]);
  });

  it('is stored once for all who read it at the same time, with every other beside it', async () => {
    const { table, url, aside, kept } = await spoilt(kind, '|one');
    const others = await Promise.all([openTestStore(url), openTestStore(url)]);
    await Promise.all([table, ...others.map(({ store }) => store.table('limits', limit, 1))].map((t) => t.get('k')));
    expect(aside.length + others.flatMap((other) => other.aside).length).toBe(1);
    await kind.put(url, 'limits/k', '|two');
    await table.get('k');
    expect((await kept()).toSorted()).toEqual(['|one', '|two']);
  });

  it('stays where it is, unreported, when the change throws', async () => {
    const { table, aside, kept } = await spoilt(kind, '|oops');
    await expect(
      table.update('k', () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect([aside, await kept(), await table.keys()]).toEqual([[], [], ['k']]);
  });

  it('keeps its time to live when it is set aside', async () => {
    const { table, clock, kept } = await spoilt(kind, '1000000000000000|oops');
    await table.get('k');
    expect([await kept(), await table.asideKeys()]).toEqual([['1000000000000000|oops'], ['k']]);
    await table.changeAside('k', (text) => text.replace('oops', 'oh'));
    expect([await kept(), await table.aside('k')]).toEqual([['1000000000000000|oh'], ['oh']]);
    clock.now = 1e15;
    expect([await table.aside('k'), await table.asideKeys()]).toEqual([[], []]);
  });

  it('of a cache is kept aside for 90 days at most', async () => {
    const { store, url, clock } = await openTestStore(await kind.fresh());
    const table = store.table('limits', limit, 1, {}, { isCache: true });
    const end = clock.now + 90 * 86_400_000;
    await kind.put(url, 'limits/lasting', '|oops');
    await kind.put(url, 'limits/short', `${clock.now + 1_000}|oops`);
    expect([await table.get('lasting'), await table.get('short')]).toEqual([undefined, undefined]);
    expect((await entriesOf(store)).map(({ expires }) => expires)).toEqual([end, clock.now + 1_000]);
    clock.now = end;
    expect(await entriesOf(store)).toEqual([]);
  });

  it('can be read and forgotten with its key, and with no other', async () => {
    const { store, table, url } = await spoilt(kind, '|mine');
    await table.get('k');
    await kind.put(url, 'limits/k@b', '|another’s');
    await table.get('k@b');
    await kind.put(url, 'aside:limits/k@7', '|as older versions kept it');
    await table.set('k', example);
    const aside = await table.aside('k');
    expect(aside.toSorted()).toEqual(['as older versions kept it', 'mine']);
    expect(await table.asideKeys()).toEqual(['k', 'k@b']);
    const change = (from: string, to: string) => table.changeAside('k', (text) => text.replace(from, to));
    await Promise.all([change('m', 'th'), change('ne', 'nes')]);
    expect((await table.aside('k')).toSorted()).toEqual(['as older versions kept it', 'thines']);
    expect(await table.aside('k@b')).toEqual(['another’s']);
    await table.forget('k');
    expect(await table.asideKeys()).toEqual(['k@b']);
    expect([await table.get('k'), await table.aside('k'), await table.aside('k@b')]).toEqual([
      undefined,
      [],
      ['another’s'],
    ]);
    await kind.put(url, 'limits/k', '|not even set aside');
    await store.table('limits', limit, 1).forget('k');
    expect((await kind.rows(url)).map(({ row }) => row)).toEqual(['|another’s']);
  });
});

describeKinds('what a newer version has saved', ({ fresh, put, rows }) => {
  const row = '|{"v":2,"value":{"universe":"us12"}}';

  it('stays where it is: it is listed, can be neither read nor written, and can be forgotten', async () => {
    const { store, url, aside } = await openTestStore(await fresh());
    const table = store.table('limits', limit, 1);
    await put(url, 'limits/k', row);
    await table.set('other', example);
    const works = [table.get('k'), table.set('k', example), table.update('k', () => example), table.delete('k')];
    for (const outcome of await Promise.allSettled(works)) {
      const reason = outcome.status === 'rejected' ? outcome.reason : undefined;
      expect([reason instanceof UserError, isSavedByNewer(reason)]).toEqual([true, true]);
    }
    expect([await table.keys(), aside]).toEqual([['k', 'other'], []]);
    expect((await rows(url)).find(({ key }) => key === 'limits/k')?.row).toBe(row);
    expect(await table.aside('k')).toEqual([row.slice(1)]);
    await Promise.all([
      table.changeAside('k', (text) => text.replace('us12', 'none')),
      table.changeAside('k', (text) => text.replace('universe', 'list')),
    ]);
    const changed = row.replace('us12', 'none').replace('universe', 'list');
    expect((await rows(url)).find(({ key }) => key === 'limits/k')?.row).toBe(changed);
    await table.forget('k');
    expect(await table.keys()).toEqual(['other']);
  });

  it('is set aside where it can be made again', async () => {
    const { store, url, aside } = await openTestStore(await fresh());
    const table = store.table('limits', limit, 1, {}, { isCache: true });
    await put(url, 'limits/k', row);
    expect([await table.get('k'), aside.length]).toEqual([undefined, 1]);
  });
});

describeKinds('keys', ({ fresh }) => {
  it('are listed by their beginning and by their expiry', async () => {
    const { store, clock } = await openTestStore(await fresh());
    const table = store.table('buttons', z.number(), 1);
    const begun = ['a/', 'a/1', 'a/\u{10FFFF}', 'a/é', 'a/*'];
    const others = ['', 'a', 'a0', 'A/1', 'b/1', 'a*', 'a?1', '\u{10FFFF}'];
    for (const [n, key] of [...begun, ...others].entries()) await table.set(key, n, 1_000 - n);
    await store.table('buttons-2', z.number(), 1).set('a/1', 1);
    expect(await table.keys('a/')).toEqual(begun.toSorted());
    expect(await table.keysByExpiry('a/')).toEqual(begun.toReversed());
    expect([await table.keys('a*'), await table.keys('\u{10FFFF}')]).toEqual([['a*'], ['\u{10FFFF}']]);
    const words = store.table('words', z.string(), 1);
    for (const word of ['a%b', 'ab', "a'b"]) await words.set(word, `${word}.`);
    expect([await words.keysWith('b.'), await words.keysWith('%'), await words.keysWith('a*')]).toEqual([
      ['a%b', "a'b", 'ab'],
      ['a%b'],
      [],
    ]);
    clock.now += 1_000 - 2;
    expect(await table.keys('a/')).toEqual(['a/', 'a/1']);
  });
});

describe('migrations', () => {
  const second = z.strictObject({ universe: z.string(), lossLimit: z.number() });
  const shape = z.object({ universe: z.string(), loss: z.string() });
  const steps = {
    1: (old: unknown) => ({ ...shape.parse(old), isOld: true }),
    2: (old: unknown) => {
      const { universe, loss } = shape.parse(old);
      return { universe, lossLimit: Number.parseFloat(loss) / 100 };
    },
  };

  async function stored(...values: readonly [version: number, value: unknown][]) {
    const made = await openTestStore();
    for (const [i, [version, value]] of values.entries())
      await made.store.table('limits', z.unknown(), version).set(`k${i + 1}`, value);
    return { ...made, table: made.store.table('limits', second, 3, steps) };
  }

  it('lead every older version, step by step, to the one of the schema', async () => {
    const old = { universe: 'us12', loss: '8%' };
    const now = { universe: 'us12', lossLimit: 0.08 };
    const { table, aside } = await stored([1, old], [2, old], [3, now]);
    expect(await Promise.all(['k1', 'k2', 'k3'].map((key) => table.get(key)))).toEqual([now, now, now]);
    expect(await table.update('k1', (value) => ({ ...value!, lossLimit: 0.1 }))).toEqual({ ...now, lossLimit: 0.1 });
    expect(await table.get('k1')).toEqual({ ...now, lossLimit: 0.1 });
    expect(aside).toEqual([]);
  });

  it.each([
    [1, { universe: 'us12' }, 'the step from version 1 to 2 failed: '],
    [2, { universe: 'us12', loss: 'none' }, 'lossLimit: '],
    [0, {}, 'expected version 3, got 0'],
    [1.5, {}, 'expected version 3, got 1.5'],
  ])('that fail set the value aside: version %s, %j', async (version, value, reason) => {
    const { table, aside } = await stored([version, value]);
    expect(await table.get('k1')).toBeUndefined();
    expect(aside).toEqual([{ table: 'limits', key: 'k1', reason: expect.stringContaining(reason) }]);
    expect(await table.aside('k1')).toEqual([JSON.stringify({ v: version, value })]);
  });
});
