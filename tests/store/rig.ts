import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import type { Store } from '../../src/store/store.ts';
import type { SetAside } from '../../src/store/table.ts';

/** A file in a directory that does not exist yet and goes when the test ends. */
export function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tailcap-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'data', 'tailcap.sqlite');
}

interface Rig {
  readonly store: Store;
  readonly path: string;
  readonly clock: { now: number };
  /** What has been reported as set aside. */
  readonly aside: SetAside[];
}

/** A store on a real file, with a clock that stands still. */
export async function rig(path: string = temporaryFile()): Promise<Rig> {
  const clock = { now: Date.UTC(2024, 0, 2) };
  const aside: SetAside[] = [];
  const store = await openStore(`sqlite:${path}`, { now: () => clock.now, onSetAside: (what) => aside.push(what) });
  onTestFinished(() => store.close());
  return { store, path, clock, aside };
}

/** Looks at, or changes, the file behind the store's back. */
export function sql(path: string, statement: string, ...values: string[]): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    return db.prepare(statement).all(...values);
  } finally {
    db.close();
  }
}
