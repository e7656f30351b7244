// What operators should know, collected until the night's digest tells them.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DAY_MS } from './durations.ts';
import { isoInstant } from './job-runs.ts';
import { unlessNewer } from './newer.ts';
import type { Store } from './store/store.ts';
import type { Table } from './store/table.ts';

const instant = z.iso.datetime();

const incidentSchema = z.strictObject({
  /** A universe, a task or another part of the bot. */
  subject: z.string(),
  /** Sentences: no holdings, no limits, no member. */
  sentence: z.string(),
  /** When it was noticed first, and how often since. */
  since: instant,
  times: z.int(),
  /** The due time of the night whose digest tells it; absent: no digest was begun since. */
  digest: instant.exactOptional(),
});

export type Incident = z.infer<typeof incidentSchema>;

/** One that no digest could tell for so long is forgotten. */
const KEPT_MS = 30 * DAY_MS;

export interface IncidentsOptions {
  readonly now: () => number;
  readonly log: { error(details: object, message: string): void };
}

export const openIncidents = (store: Pick<Store, 'table'>, options: IncidentsOptions): Incidents =>
  new Incidents(store.table('incidents', incidentSchema, 1), options);

/** In the store, so that a crash loses none. */
export class Incidents {
  readonly #table: Table<Incident>;
  readonly #options: IncidentsOptions;

  constructor(table: Table<Incident>, options: IncidentsOptions) {
    this.#table = table;
    this.#options = options;
  }

  /** Counts what is added again. Never rejects: without the store, what is added is in the log alone. */
  async add(subject: string, sentence: string): Promise<void> {
    const { now, log } = this.#options;
    const key = createHash('sha256')
      .update(JSON.stringify([subject, sentence]))
      .digest('base64url')
      .slice(0, 22);
    try {
      // The first write sets how long it is kept.
      if ((await this.#table.get(key)) === undefined)
        await this.#table.set(key, { subject, sentence, since: isoInstant(now()), times: 0 }, KEPT_MS);
      await this.#table.update(key, (old) => old && again(old));
    } catch (err) {
      log.error({ err, subject, sentence }, 'an incident could not be stored');
    }
  }

  /**
   * What the digest of a night tells. When it was begun before, the same: a message with its nonce may be out already.
   * @param due milliseconds since 1970
   */
  async digestOf(due: number): Promise<readonly Incident[]> {
    const digest = isoInstant(due);
    const all = await this.#all();
    if (all.some(([, one]) => one.digest === digest)) return told(all, digest);
    for (const [key] of all) await this.#table.update(key, (old) => old && { ...old, digest });
    return told(await this.#all(), digest);
  }

  /** Forgets what the digest of a night has told. */
  async forget(due: number): Promise<void> {
    for (const [key, { digest }] of await this.#all()) if (digest === isoInstant(due)) await this.#table.delete(key);
  }

  /** What a newer version of this program has saved is for its digest. */
  async #all(): Promise<readonly (readonly [string, Incident])[]> {
    const keys = await this.#table.keys();
    const found = await Promise.all(keys.map(async (key) => [key, await unlessNewer(this.#table.get(key))] as const));
    return found.flatMap(([key, one]) => (one === undefined ? [] : [[key, one] as const]));
  }
}

/** One that a digest is telling just now is for the next one, too. */
const again = ({ subject, sentence, since, times }: Incident): Incident => ({
  subject,
  sentence,
  since,
  times: times + 1,
});

const told = (all: readonly (readonly [string, Incident])[], digest: string): Incident[] =>
  all
    .map(([, one]) => one)
    .filter((one) => one.digest === digest)
    .toSorted((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : a.subject < b.subject ? -1 : 1));
