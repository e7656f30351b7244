import type { z } from 'zod';
import type { Store } from '../../src/store/store.ts';
import type { Table } from '../../src/store/table.ts';

/** A table that forgets when the test ends; values pass through JSON, as they do in the store. */
export function memoryTable<V>(schema: z.ZodType<V>): Table<V> {
  const texts = new Map<string, string>();
  const read = (key: string): V | undefined => {
    const text = texts.get(key);
    return text === undefined ? undefined : schema.parse(JSON.parse(text));
  };
  return {
    get: async (key) => read(key),
    set: async (key, value) => void texts.set(key, JSON.stringify(value)),
    async update(key, change) {
      const value = change(read(key));
      if (value === undefined) texts.delete(key);
      else texts.set(key, JSON.stringify(value));
      return value;
    },
    delete: async (key) => texts.delete(key),
    keys: async (prefix = '') => [...texts.keys()].filter((key) => key.startsWith(prefix)).sort(),
    keysByExpiry: async (prefix) => [...texts.keys()].filter((key) => key.startsWith(prefix)), // as they were set
    lastingKeys: async () => [...texts.keys()],
    keysWith: async (part) => [...texts.keys()].filter((key) => texts.get(key)!.includes(part)).sort(),
    aside: async () => [], // what is not as the schema says throws here
    asideKeys: async () => [],
    changeAside: async () => {},
    forget: async (key) => void texts.delete(key),
  };
}

/** A store whose tables are in memory; stored values are never of an earlier version. */
export const memoryStore = (): Pick<Store, 'table'> => ({ table: (_name, schema) => memoryTable(schema) });
