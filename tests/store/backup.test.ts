import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UserError } from '../../src/errors.ts';
import { decodeBackup, encodeBackup } from '../../src/store/backup.ts';
import type { Entry } from '../../src/store/backend.ts';
import { describeKinds } from '../support/kinds-of-store.ts';
import { openTestStore } from './fixtures.ts';

const now = Date.UTC(2024, 0, 2);
const entries: readonly Entry[] = [
  { key: 'aside:limits/a@7', text: 'ill-formed \uD800 and "half' },
  { key: 'limits/a', text: '{"v":1,"value":1}' },
  { key: 'requests/b', text: '{"v":1,"value":"line\u2028\\n 🐈"}', expires: now + 5 },
];
const text = encodeBackup(entries, now);

/** The file of these lines, with the checksum that belongs to them. */
function sealed(lines: readonly object[]): string {
  const body = lines.map((one) => `${JSON.stringify(one)}\n`).join('');
  return `${body}{"sha256":"${createHash('sha256').update(body).digest('hex')}"}\n`;
}

describe('a backup', () => {
  it('gives back every entry', () => {
    expect(decodeBackup(text, 'x')).toEqual(entries);
    expect(decodeBackup(encodeBackup([], now), 'x')).toEqual([]);
  });

  it('is refused wherever it is cut', () => {
    for (let length = 0; length < text.length; length += 1) {
      expect(() => decodeBackup(text.slice(0, length), 'x.backup')).toThrow(UserError);
    }
  });

  it('is refused whatever character is changed', () => {
    for (let at = 0; at < text.length; at += 1) {
      const changed = `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
      expect(() => decodeBackup(changed, 'x.backup')).toThrow(/^Expected a complete backup file; x\.backup .*\.$/);
    }
  });
});

describe('a file that is whole', () => {
  const head = { format: 'tailcap-backup', version: 1, at: new Date(now).toISOString(), entries: 1 };
  const entry = { key: 'limits/a', text: '1' };

  it('can be made by hand', () => {
    expect(decodeBackup(sealed([head, entry]), 'x')).toEqual([entry]);
  });

  it.each([
    ['of another version', [{ ...head, version: 2 }, entry], 'is of version 2, and this program reads version 1'],
    ['of another program', [{ ...head, format: 'dump' }, entry], 'does not begin as one'],
    ['without an entry it promises', [head], 'promises 1 entries and holds 0'],
    ['with a key twice', [{ ...head, entries: 2 }, entry, entry], 'holds a key twice'],
    ['with a key of no table', [head, { key: 'a', text: '1' }], 'has no entry in line 2'],
    ['with a time that is none', [head, { ...entry, expires: 1.5 }], 'has no entry in line 2'],
  ])('is refused %s', (_name, lines, came) => {
    expect(() => decodeBackup(sealed(lines), 'x.backup')).toThrow(came);
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
    const taken = await store.snapshot();
    expect(taken.map(({ key }) => key.replace(/@.*/, ''))).toEqual(['aside:limits/spoilt', 'limits/a', 'requests/b']);

    const other = await openTestStore(await fresh());
    expect(await other.store.restore(taken, 'empty')).toBe(true);
    expect(await other.store.snapshot()).toEqual(taken);
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
    expect(await store.restore(taken, 'empty')).toBe(false);
    expect([await table.get('a'), await table.get('b')]).toEqual([1, 2]);
    expect(await store.restore(taken, 'always')).toBe(true);
    expect([await table.keys(), await table.get('b')]).toEqual([['b'], 3]);
    expect(await store.restore([], 'always')).toBe(true);
    expect(await store.snapshot()).toEqual([]);
  });

  it('in which all has expired counts as empty, and what has expired since is not restored', async () => {
    const { store, clock } = await openTestStore(await fresh());
    await store.table('limits', limits, 1).set('a', 1, 10);
    clock.now += 10;
    const taken = [
      { key: 'limits/b', text: '{"v":1,"value":3}' },
      { key: 'limits/c', text: '{"v":1,"value":4}', expires: clock.now },
    ];
    expect(await store.restore(taken, 'empty')).toBe(true);
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
      const taken = new Map((await reader.store.snapshot()).map((entry) => [entry.key, JSON.parse(entry.text).value]));
      const [first = 0, second = 0] = [taken.get('pairs/first'), taken.get('pairs/second')];
      expect([0, 1]).toContain(first - second);
    }
    stop.abort();
    await writing;
  });
});
