import { z } from 'zod';
import type { Store } from '../../src/store/store.ts';

/** Saves something under this key, as a version of the program that is still to come might do. */
export const saveNewer = (store: Pick<Store, 'table'>, table: string, key: string): Promise<void> =>
  store.table(table, z.unknown(), 99).set(key, { unheardOf: true });
