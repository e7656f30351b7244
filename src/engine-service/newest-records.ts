import { LRUCache } from 'lru-cache';
import { MINUTE_MS } from '../durations.ts';
import { MOST_UNIVERSES } from '../engine/record/past.ts';
import type { Table } from '../store/table.ts';
import type { StoredRecord } from './record-table.ts';
import { horizonClass } from './requests.ts';

/** Other processes make records too. */
const KNOWN = { max: 20, ttl: 10 * MINUTE_MS };
/** To read one takes half a millisecond of the thread that answers everybody. */
const MOST_READ = 2 * MOST_UNIVERSES;

/** The records that were stored last, for universes that have too little past of their own. */
export class NewestRecords {
  readonly #table: Table<StoredRecord>;
  readonly #known = new LRUCache<string, Promise<readonly StoredRecord[]>>(KNOWN);

  constructor(table: Table<StoredRecord>) {
    this.#table = table;
  }

  /**
   * @param limits those that all of them are asked about: coins say nothing of shares
   * @returns `MOST_UNIVERSES` at most, the newest first
   */
  async alike(horizonDays: number, limits: readonly number[]): Promise<readonly StoredRecord[]> {
    const key = JSON.stringify([horizonClass(horizonDays), limits]);
    const known = this.#known.get(key);
    const reading = known ?? this.#read(horizonDays, limits);
    // What is known is not kept for longer by being asked for.
    if (known === undefined) this.#known.set(key, reading);
    try {
      return await reading;
    } catch (error) {
      this.#known.delete(key);
      throw error;
    }
  }

  /** Called when a record was stored: what an answer says is what the next one will say. */
  forget(): void {
    this.#known.clear();
  }

  async #read(horizonDays: number, limits: readonly number[]): Promise<readonly StoredRecord[]> {
    const keys = (await this.#table.keysByExpiry('')).filter((key) => key.endsWith(`/${horizonClass(horizonDays)}`));
    const found: StoredRecord[] = [];
    // One after the other, so that others are answered in between.
    for (const key of keys.reverse().slice(0, MOST_READ)) {
      const record = await this.#table.get(key);
      if (record !== undefined && isAbout(record, limits)) found.push(record);
      if (found.length === MOST_UNIVERSES) break;
    }
    return found;
  }
}

/** Whether a record is of these limits. */
export const isAbout = ({ summary }: StoredRecord, limits: readonly number[]): boolean =>
  summary.byLimit.map(({ limit }) => limit).join() === limits.join();
