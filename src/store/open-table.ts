import { AsideTexts } from './aside-texts.ts';
import { hasExpired, toRow, type Listed } from './backend.ts';
import { Cells, type StoreCell, type TableContext } from './cells.ts';
import { withoutIds } from '../describe-error.ts';
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
  const asideTexts = new AsideTexts(backend, name, context.now);
  const textOf = (key: string, value: V): string => codec.encode(value, withoutIds(`${name}/${key}`));
  const remove = (key: string, evenNewer: boolean): Promise<boolean> =>
    cells.write(key, (old) => ({ forgets: true, result: hasContent(old) }), { evenNewer });
  async function live(prefix: string): Promise<readonly Listed[]> {
    const now = context.now();
    return (await backend.list(name, prefix)).filter(({ expires }) => !hasExpired(expires, now));
  }
  return {
    get: (key) => cells.read(key),
    async set(key, value, ttl) {
      assertKey(name, key);
      const text = textOf(key, value);
      await cells.write(key, () => ({
        text,
        expires: expiry(withoutIds(`${name}/${key}`), context.now(), ttl),
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
    delete: (key) => remove(key, false),
    keys: async (prefix = '') => (await live(prefix)).map(({ key }) => key).sort(),
    async keysByExpiry(prefix) {
      const listed = (await live(prefix)).toSorted((a, b) => (a.expires ?? Infinity) - (b.expires ?? Infinity));
      return listed.map(({ key }) => key);
    },
    keysWith: async (part) => (await backend.search(name, part)).toSorted(),
    async lastingKeys() {
      return (await backend.list(name, '')).filter(({ expires }) => expires === undefined).map(({ key }) => key);
    },
    ...unreadableTexts(cells, asideTexts, (key, row, next) => backend.swap(`${name}/${key}`, row, next)),
    async forget(key) {
      await remove(key, true);
      await asideTexts.forget(key);
    },
  };
}

/** What is set aside, and what a newer version has saved. */
function unreadableTexts<V>(
  cells: Cells<V>,
  asideTexts: AsideTexts,
  swap: (key: string, row: string | undefined, next: string) => Promise<boolean>,
): Pick<Table<V>, 'aside' | 'asideKeys' | 'changeAside'> {
  return {
    async aside(key) {
      const { text, isNewer = false } = await cells.find(key);
      const texts = await asideTexts.texts(key);
      return isNewer && text !== undefined ? [text, ...texts] : texts;
    },
    asideKeys: (prefix = '') => asideTexts.keys(prefix),
    async changeAside(key, change) {
      for (;;) {
        const { text = '', row, expires, isNewer = false } = await cells.find(key);
        if (!isNewer || (await swap(key, row, toRow(change(text), expires)))) break;
      }
      await asideTexts.change(key, change);
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
