import { StoreError } from '../../src/errors.ts';
import type { Store } from '../../src/store/store.ts';

export const failing = (): Promise<never> => Promise.reject(new StoreError('disk I/O error'));

/** A store of which every table fails, or does not answer. */
export const brokenStore = (fail = failing): Pick<Store, 'table'> => ({
  table: () => ({
    get: fail,
    set: fail,
    update: fail,
    delete: fail,
    keys: fail,
    keysByExpiry: fail,
    lastingKeys: fail,
    keysWith: fail,
    aside: fail,
    asideKeys: fail,
    changeAside: fail,
    forget: fail,
  }),
});
