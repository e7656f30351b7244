import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UserError } from '../../src/errors.ts';
import { openStore } from '../../src/store/store.ts';
import { rig, sql, temporaryFile } from './rig.ts';

const limit = z.object({ universe: z.string(), loss: z.number().positive(), note: z.string().optional() });
const example = { universe: 'us12', loss: 0.08 };

describe('a table', () => {
  it('gives back what was set, in this process and the next', async () => {
    const first = await rig();
    await first.store.table('limits', limit, 1).set('a', example);
    expect(await first.store.table('limits', limit, 1).get('a')).toEqual(example);
    await first.store.close();
    const second = await rig(first.path);
    expect(await second.store.table('limits', limit, 1).get('a')).toEqual(example);
    expect(await second.store.table('limits', limit, 1).get('b')).toBeUndefined();
  });

  it('keeps strings that mean something to Keyv, SQL or JSON as they are', async () => {
    const table = (await rig()).store.table('words', z.string(), 1);
    const words = [':colon', ':base64:AAAA', '', "'; DROP TABLE entries; --", '\u0000"\\', '\uD800', '🐈 é'];
    for (const word of words) {
      await table.set(word, word);
      expect(await table.get(word)).toBe(word);
    }
    expect((await table.keys()).length).toBe(words.length);
  });

  it('stores {v, value}', async () => {
    const { store, path } = await rig();
    await store.table('limits', limit, 7).set('a', { ...example, note: undefined });
    expect(sql(path, 'SELECT namespace, key, value, expires FROM entries')).toEqual([
      { namespace: 'limits', key: 'a', value: '{"v":7,"value":{"universe":"us12","loss":0.08}}', expires: null },
    ]);
  });

  it('does not mix with another of equal keys, nor with keys that look like its own prefix', async () => {
    const { store } = await rig();
    const [one, two] = [store.table('one', z.number(), 1), store.table('two', z.number(), 1)];
    await one.set('k', 1);
    await two.set('k', 2);
    await one.set('one:k', 3);
    await one.set('two:k', 4);
    expect([await one.get('k'), await two.get('k'), await one.get('one:k'), await one.get('two:k')]).toEqual([
      1, 2, 3, 4,
    ]);
    expect(await two.delete('k')).toBe(true);
    expect(await two.keys()).toEqual([]);
    expect(await one.keys()).toEqual(['k', 'one:k', 'two:k']);
  });

  it('says whether there was something to delete', async () => {
    const table = (await rig()).store.table('numbers', z.number(), 1);
    await table.set('k', 0);
    expect([await table.delete('k'), await table.delete('k'), await table.get('k')]).toEqual([true, false, undefined]);
  });

  it('refuses a name that could meet the values set aside', async () => {
    const { store } = await rig();
    expect(() => store.table('aside:limits', limit, 1)).toThrow("expected a table's name");
  });
});

describe('times to live', () => {
  it('follow the given clock', async () => {
    const { store, clock, path } = await rig();
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
    clock.now += 1e9;
    await table.set('another', 4);
    expect(sql(path, 'SELECT key FROM entries ORDER BY key')).toEqual([
      { key: 'another' },
      { key: 'for ever' },
      { key: 'short' },
    ]);
  });

  it('are kept by update and replaced by set', async () => {
    const { store, clock } = await rig();
    const table = store.table('buttons', z.number(), 1);
    await table.set('kept', 1, 1_000);
    await table.update('kept', (old = 0) => old + 1);
    await table.set('replaced', 1, 1_000);
    await table.set('replaced', 2);
    clock.now += 1_000;
    expect([await table.get('kept'), await table.get('replaced')]).toEqual([undefined, 2]);
  });

  it.each([0, -1, Number.NaN])('of %s ms are refused', async (ttl) => {
    const table = (await rig()).store.table('buttons', z.number(), 1);
    await expect(table.set('k', 1, ttl)).rejects.toThrow('buttons/k: expected a time to live above 0 ms');
    expect(await table.get('k')).toBeUndefined();
  });
});

describe('what the store refuses to write', () => {
  it('is what the schema does not allow, and the old value stays', async () => {
    const table = (await rig()).store.table('limits', limit, 1);
    await table.set('k', example);
    await expect(table.set('k', { universe: 'us12', loss: -1 })).rejects.toThrow(/^limits\/k: expected .* loss: /);
    await expect(table.update('k', (old) => ({ universe: old?.universe ?? '', loss: 0 }))).rejects.toThrow('limits/k');
    expect(await table.get('k')).toEqual(example);
  });

  const circle: unknown[] = [];
  circle.push(circle);
  it.each([
    ['NaN', Number.NaN],
    ['Infinity', [1, Number.POSITIVE_INFINITY]],
    ['a date', { at: new Date(0) }],
    ['a map', new Map()],
    ['a typed array', Float64Array.of(1)],
    ['a hole', [1, undefined]],
    ['undefined', undefined],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a circle', circle],
  ])('is what JSON would change: %s', async (_name, value) => {
    const table = (await rig()).store.table('anything', z.unknown(), 1);
    await expect(table.set('k', value)).rejects.toThrow(/expected what JSON can hold|call stack/);
    expect(await table.keys()).toEqual([]);
  });

  it('says where in the value it is', async () => {
    const table = (await rig()).store.table('anything', z.unknown(), 1);
    await expect(
      table.set('k', {
        closes: [
          [1, 2],
          [3, Number.NaN],
        ],
      }),
    ).rejects.toThrow('anything/k.closes.1.1: expected what JSON can hold, got NaN');
  });
});

describe('update', () => {
  it('gives the new value, starts from nothing, and loses none of many at once', async () => {
    const { store, path } = await rig();
    const other = await rig(path);
    const [one, two] = [store.table('counters', z.number(), 1), other.store.table('counters', z.number(), 1)];
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) => (i % 2 ? one : two).update('n', (old = 0) => old + 1)),
    );
    expect(results.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('leaves the value as it was when the change throws', async () => {
    const table = (await rig()).store.table('counters', z.number(), 1);
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
async function spoilt(text: string) {
  const made = await rig();
  const table = made.store.table('limits', limit, 1);
  await table.set('k', example);
  sql(made.path, 'UPDATE entries SET value = ?', text);
  const kept = () =>
    sql(made.path, "SELECT value FROM entries WHERE namespace = 'aside:limits' ORDER BY id").map((row) => row['value']);
  return { ...made, table, kept };
}

describe('an unreadable value', () => {
  const kinds = [
    ['broken JSON', '{"v":1,"value":{"universe":"us1', 'expected JSON'],
    ['another shape', '{"v":1,"value":{"universe":"us12","loss":"8%"}}', 'loss: '],
    ['another version', '{"v":2,"value":{"universe":"us12","loss":0.08}}', 'expected version 1, got 2'],
    ['no version', '{"universe":"us12","loss":0.08}', 'expected JSON of the form'],
  ] as const;

  it.each(kinds)('is set aside and reported once when it is read: %s', async (_name, text, reason) => {
    const { table, aside, kept } = await spoilt(text);
    expect([await table.get('k'), await table.get('k'), await table.keys()]).toEqual([undefined, undefined, []]);
    expect(aside).toEqual([{ table: 'limits', key: 'k', reason: expect.stringContaining(reason) }]);
    expect(kept()).toEqual([text]);
  });

  it.each(kinds)('is set aside before it is overwritten: %s', async (_name, text) => {
    const { table, path, aside, kept } = await spoilt(text);
    await table.set('k', example);
    sql(path, "UPDATE entries SET value = ? WHERE namespace = 'limits'", text);
    expect(await table.update('k', (old) => old ?? { ...example, loss: 0.1 })).toEqual({ ...example, loss: 0.1 });
    expect(aside.length).toBe(2);
    expect(kept()).toEqual([text, text]);
  });

  it('stays where it is, unreported, when the change throws', async () => {
    const { table, aside, kept } = await spoilt('oops');
    await expect(
      table.update('k', () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect([aside, kept(), await table.keys()]).toEqual([[], [], ['k']]);
  });

  it('outlives its time to live once it is set aside', async () => {
    const { table, path, clock, kept } = await spoilt('oops');
    sql(path, 'UPDATE entries SET expires = 1e15');
    await table.get('k');
    clock.now = 2e15;
    await table.set('k', example);
    expect(kept()).toEqual(['oops']);
  });
});

const now = () => 0;

describe('opening', () => {
  it.each([
    '',
    'data/tailcap.sqlite',
    'sqlite:',
    'sqlite://data/x.sqlite',
    'sqlite::memory:',
    'mysql://me:secret@host/db',
  ])('refuses %j, names STORE_URL and gives an example', async (url) => {
    const error = await openStore(url, { now }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(/STORE_URL: expected .*sqlite:\.\/data\/tailcap\.sqlite, got ".*"/);
    expect(String(error)).not.toContain('secret');
  });

  it.each(['redis://localhost', 'rediss://me:secret@host', 'postgres://localhost/db', 'postgresql://localhost/db'])(
    'says that %s is not supported yet',
    async (url) => {
      await expect(openStore(url, { now })).rejects.toThrow(
        /STORE_URL: Redis and PostgreSQL are not supported yet; expected sqlite:(?!.*secret)/,
      );
    },
  );

  it('leaves a file that is no database alone and says so', async () => {
    const path = temporaryFile();
    mkdirSync(dirname(path));
    writeFileSync(path, 'date,AAPL,MSFT\n'.repeat(100));
    await expect(openStore(`sqlite:${path}`, { now })).rejects.toThrow(
      /STORE_URL: expected a SQLite file .* not a database/,
    );
    mkdirSync(`${path}.d`);
    await expect(openStore(`sqlite:${path}.d`, { now })).rejects.toThrow(UserError);
  });

  it('makes what fails under Keyv throw', async () => {
    const { store } = await rig();
    const table = store.table('numbers', z.number(), 1);
    await store.close();
    await store.close();
    const works = [table.get('k'), table.set('k', 1), table.delete('k'), table.keys(), table.update('k', () => 1)];
    for (const outcome of await Promise.allSettled(works)) {
      expect(outcome).toEqual({
        status: 'rejected',
        reason: expect.objectContaining({ message: expect.stringMatching(/not open|finalized/) }),
      });
    }
  });
});
