import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UserError } from '../../src/errors.ts';
import { decodeBackup, encodeBackup } from '../../src/store/backup.ts';
import type { Entry } from '../../src/store/backend.ts';
import { describeKinds } from '../support/kinds-of-store.ts';
import { entriesOf, openTestStore } from './fixtures.ts';

const now = Date.UTC(2024, 0, 2);
const entries: readonly Entry[] = [
  { key: 'aside:limits/a@7', text: 'ill-formed \uD800 and "half' },
  { key: 'limits/a', text: '{"v":1,"value":1}' },
  { key: 'requests/b', text: '{"v":1,"value":"line\u2028\\n 🐈"}', expires: now + 5 },
];
const encoded = async (batches: readonly (readonly Entry[])[]): Promise<string> =>
  (await Array.fromAsync(encodeBackup(batches, now))).join('');

/** Reads a file that comes in chunks of this many bytes. */
async function decoded(text: string, chunk = 1_000): Promise<readonly Entry[]> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.subarray(i * chunk, (i + 1) * chunk),
  );
  return (await Array.fromAsync(decodeBackup(chunks, 'x.backup'))).flat();
}

/** The file of these lines, with the checksum that belongs to them. */
function sealed(lines: readonly object[], footer: object = {}): string {
  const body = lines.map((one) => `${JSON.stringify(one)}\n`).join('');
  return `${body}${JSON.stringify({ ...footer, sha256: createHash('sha256').update(body).digest('hex') })}\n`;
}

describe('a backup', () => {
  it('gives back every entry, in whatever batches it is written and read', async () => {
    expect(await decoded(await encoded([entries]))).toEqual(entries);
    expect(await decoded(await encoded(entries.map((one) => [one])))).toEqual(entries);
    expect(await decoded(await encoded([]))).toEqual([]);
    expect(await decoded(await encoded([entries]), 1)).toEqual(entries);
    const large = Array.from({ length: 500 }, (_, i) => ({ key: `limits/${i}`, text: 'é'.repeat(i % 1_000) }));
    expect(await decoded(await encoded([large, entries]))).toEqual([...large, ...entries]);
  });

  it('is refused wherever it is cut', async () => {
    const text = await encoded([entries]);
    for (let length = 0; length < text.length; length += 1) {
      await expect(decoded(text.slice(0, length))).rejects.toThrow(UserError);
    }
  });

  it('is refused whatever character is changed', async () => {
    const text = await encoded([entries]);
    for (let at = 0; at < text.length; at += 1) {
      const changed = `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
      await expect(decoded(changed)).rejects.toThrow(/^Expected a complete backup file; x\.backup .*\.$/);
    }
  });
});

describe('a file that is whole', () => {
  const head = { format: 'tailcap-backup', version: 2, at: new Date(now).toISOString() };
  const entry = { key: 'limits/a', text: '1' };

  it('can be made by hand', async () => {
    expect(await decoded(sealed([head, entry], { entries: 1 }))).toEqual([entry]);
  });

  it('may be of version 1', async () => {
    expect(await decoded(sealed([{ ...head, version: 1, entries: 1 }, entry]))).toEqual([entry]);
  });

  it.each([
    ['of another version', [{ ...head, version: 3 }, entry], 1, 'is of version 3, and this program reads version 2'],
    ['of another program', [{ ...head, format: 'dump' }, entry], 1, 'does not begin as one'],
    ['without an entry it promises', [head], 1, 'promises 1 entries and holds 0'],
    ['with a key twice', [head, entry, entry], 2, 'holds a key twice'],
    ['with a key of no table', [head, { key: 'a', text: '1' }], 1, 'has no entry in line 2'],
    ['with a time that is none', [head, { ...entry, expires: 1.5 }], 1, 'has no entry in line 2'],
  ])('is refused %s', async (_name, lines, promised, came) => {
    await expect(decoded(sealed(lines, { entries: promised }))).rejects.toThrow(came);
  });
});

describeKinds('a store', ({ fresh, put }) => {
  const limits = z.number();

  it('moves with all it holds, what was set aside and times of expiry included', async () => {
    const { store, url, clock } = await openTestStore(await fresh());
    await store.table('limits', limits, 1).set('a', 1);
    await store.table('requests', limits, 1).set('b', 2, 1_000);
    await store.table('requests', limits, 1).set('gone', 3, 10);
    await put(url, 'limits/spoilt', '|oops');
    await store.table('limits', limits, 1).get('spoilt');
    clock.now += 10;
    const taken = await entriesOf(store);
    expect(taken.map(({ key }) => key.replace(/@.*/, ''))).toEqual(['aside:limits/spoilt', 'limits/a', 'requests/b']);

    const other = await openTestStore(await fresh());
    expect(await other.store.restore([taken], 'empty')).toBe(true);
    expect(await entriesOf(other.store)).toEqual(taken);
    expect(await other.store.table('limits', limits, 1).aside('spoilt')).toEqual(['oops']);
    other.clock.now += 1_000;
    expect(await other.store.table('requests', limits, 1).keys()).toEqual([]);
  });

  it('that holds something is only replaced when that is meant, and then wholly', async () => {
    const { store } = await openTestStore(await fresh());
    const table = store.table('limits', limits, 1);
    await table.set('a', 1);
    await table.set('b', 2);
    const taken = [{ key: 'limits/b', text: '{"v":1,"value":3}' }];
    expect(await store.restore([taken], 'empty')).toBe(false);
    expect([await table.get('a'), await table.get('b')]).toEqual([1, 2]);
    expect(await store.restore([taken], 'always')).toBe(true);
    expect([await table.keys(), await table.get('b')]).toEqual([['b'], 3]);
    expect(await store.restore([], 'always')).toBe(true);
    expect(await entriesOf(store)).toEqual([]);
  });

  it('in which all has expired counts as empty, and what has expired since is not restored', async () => {
    const { store, clock } = await openTestStore(await fresh());
    await store.table('limits', limits, 1).set('a', 1, 10);
    clock.now += 10;
    const taken = [
      { key: 'limits/b', text: '{"v":1,"value":3}' },
      { key: 'limits/c', text: '{"v":1,"value":4}', expires: clock.now },
    ];
    expect(await store.restore([taken], 'empty')).toBe(true);
    expect(await store.table('limits', limits, 1).keys()).toEqual(['b']);
  });

  it('gives a snapshot of one moment while it is written', async () => {
    const { store, url } = await openTestStore(await fresh());
    const pair = store.table('pairs', z.number(), 1);
    const stop = new AbortController();
    const write = async () => {
      for (let n = 1; !stop.signal.aborted; n += 1) {
        for (const key of ['first', 'second']) await pair.set(key, n);
      }
    };
    const writing = write();
    const reader = await openTestStore(url);
    for (let i = 0; i < 30; i += 1) {
      const taken = new Map((await entriesOf(reader.store)).map((entry) => [entry.key, JSON.parse(entry.text).value]));
      const [first = 0, second = 0] = [taken.get('pairs/first'), taken.get('pairs/second')];
      expect([0, 1]).toContain(first - second);
    }
    stop.abort();
    await writing;
  });
});
