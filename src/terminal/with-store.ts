import { readConfig } from '../config.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Terminal } from './terminal-command.ts';

const now = (): number => Date.now();

/** The store alone, for the length of one command. */
export async function withStore<T>({ env }: Terminal, work: (store: Store, now: number) => Promise<T>): Promise<T> {
  const store = await openStore(readConfig(env).storeUrl, { now });
  try {
    return await work(store, now());
  } finally {
    await store.close();
  }
}
