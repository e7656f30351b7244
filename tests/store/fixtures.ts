import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { UserError } from '../../src/errors.ts';
import { openStore } from '../../src/store/store.ts';
import type { Entry } from '../../src/store/backend.ts';
import type { Store } from '../../src/store/store.ts';
import type { SetAside } from '../../src/store/table.ts';

/** A file in a directory that does not exist yet and goes when the test ends. */
export function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tailcap-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'data', 'tailcap.sqlite');
}

interface TestStore {
  readonly store: Store;
  readonly url: string;
  readonly clock: { now: number };
  /** What has been reported as set aside. */
  readonly aside: SetAside[];
}

/** A store of any kind, with a fixed clock. Without a URL it is a new SQLite file. */
export async function openTestStore(
  url = `sqlite:${temporaryFile()}`,
  timeLimit?: number,
  onFailure?: (error: UserError) => void,
): Promise<TestStore> {
  const clock = { now: Date.UTC(2024, 0, 2) };
  const aside: SetAside[] = [];
  const store = await openStore(url, {
    now: () => clock.now,
    onSetAside: (what) => aside.push(what),
    ...(timeLimit !== undefined && { timeLimit }),
    ...(onFailure && { onFailure }),
  });
  onTestFinished(() => store.close());
  return { store, url, clock, aside };
}

/** Everything in a store, ordered by key. */
export async function entriesOf(store: Store): Promise<readonly Entry[]> {
  const entries = (await Array.fromAsync(store.snapshot())).flat();
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
}
