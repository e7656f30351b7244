import { fromRow, hasExpired, toRow } from './backend.ts';
import { asideKeysOf, Cells, keysAside, type StoreCell, type TableContext } from './cells.ts';
import type { OpenBackend } from './open-backend.ts';
import type { Table } from './table.ts';
import type { ValueCodec } from './values.ts';

/** A table on any kind of backend. */
export function openTable<V>(
  backend: OpenBackend,
  name: string,
  codec: ValueCodec<V>,
  context: TableContext,
): Table<V> {
  const cells = new Cells(backend, name, codec.decode, context);
  const textOf = (key: string, value: V): string => codec.encode(value, `${name}/${key}`);
  const remove = (key: string): Promise<boolean> =>
    cells.write(key, (old) => ({ forgets: true, result: hasContent(old) }));
  return {
    get: (key) => cells.read(key),
    async set(key, value, ttl) {
      assertKey(name, key);
      const text = textOf(key, value);
      await cells.write(key, () => ({
        text,
        expires: expiry(`${name}/${key}`, context.now(), ttl),
        result: undefined,
      }));
    },
    async update(key, change) {
      assertKey(name, key);
      return cells.write(key, ({ value: old, expires }) => {
        const value = change(old);
        return { ...(value !== undefined && { text: textOf(key, value) }), expires, result: value };
      });
    },
    delete: remove,
    async keys() {
      const now = context.now();
      const live = (await backend.list(name)).filter(({ expires }) => !hasExpired(expires, now));
      return live.map(({ key }) => key).sort();
    },
    async aside(key) {
      const keys = await asideKeysOf(backend, name, key);
      const rows = await Promise.all(keys.map((one) => backend.get(one)));
      return rows.filter((row) => row !== undefined).map((row) => fromRow(row).text);
    },
    asideKeys: () => keysAside(backend, name),
    async changeAside(key, change) {
      for (const one of await asideKeysOf(backend, name, key)) {
        const row = await backend.get(one);
        if (row !== undefined) await backend.swap(one, row, toRow(change(fromRow(row).text)));
      }
    },
    async forget(key) {
      await remove(key);
      for (const one of await asideKeysOf(backend, name, key)) await backend.delete(one);
    },
  };
}

const hasContent = ({ value, unreadable }: StoreCell<unknown>): boolean =>
  value !== undefined || unreadable !== undefined;

function assertKey(table: string, key: string): void {
  if (key.isWellFormed() && !key.includes('\0')) return;
  throw new Error(`${table}: expected a key that every kind of store can hold, got ${JSON.stringify(key)}`);
}

function expiry(where: string, now: number, ttl: number | undefined): number | undefined {
  if (ttl === undefined) return undefined;
  const expires = Math.ceil(now + ttl);
  if (ttl > 0 && Number.isSafeInteger(expires)) return expires;
  throw new Error(`${where}: expected a time to live above 0 ms, got ${ttl}`);
}
