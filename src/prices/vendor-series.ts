import { UNUSED_MS, type Aside, type SeriesTable, type StoredSeries } from './ticker-series.ts';
import { DEFAULT_VENDOR } from './vendors/index.ts';

/** The stored series of one vendor, and the answers that are kept aside. */
export class VendorSeries {
  readonly #vendor: string;
  readonly #table: SeriesTable;

  /** @param table keyed by the vendor's name and ticker: `name/AAPL`; `aside/name/AAPL` is what is kept aside */
  constructor(vendor: string, table: SeriesTable) {
    this.#vendor = vendor;
    this.#table = table;
  }

  /**
   * Series of the default vendor were once stored under the ticker alone. They move to their new key when they are
   * read. The new key is written before the old one is deleted, so that a crash in between loses nothing. It does not
   * overwrite what another process has written.
   */
  async get(ticker: string): Promise<StoredSeries | undefined> {
    const key = this.#keyOf(ticker);
    const found = await this.#table.get(key);
    if (found !== undefined || this.#vendor !== DEFAULT_VENDOR.name) return found;
    const old = await this.#table.get(ticker);
    // Another process may have moved it between the two reads.
    if (old === undefined) return this.#table.get(key);
    const moved = await this.#table.update(key, (newer) => newer ?? old);
    await this.#table.delete(ticker);
    return moved;
  }

  /** The newest stored day; undefined where only the series itself would tell, which takes longer to read. */
  newestKept(ticker: string): Promise<string | undefined> {
    return this.#table.newestDay(this.#keyOf(ticker));
  }

  /** The newest stored day. */
  async newest(ticker: string): Promise<string | undefined> {
    const day = await this.newestKept(ticker);
    if (day !== undefined) return day;
    const stored = await this.get(ticker);
    if (stored !== undefined) await this.#table.keepDay(this.#keyOf(ticker), stored);
    return stored?.dates.at(-1);
  }

  /** @param replacesAside also removes what was kept aside for it */
  async set(ticker: string, series: StoredSeries, replacesAside: boolean): Promise<void> {
    const key = this.#keyOf(ticker);
    await this.#table.set(key, series, UNUSED_MS);
    if (replacesAside) await this.#table.delete(asideKey(key));
  }

  /** The answer that is kept aside. */
  aside(ticker: string): Promise<StoredSeries | undefined> {
    return this.#table.get(asideKey(this.#keyOf(ticker)));
  }

  /** Leaves the stored series as it is, but for a word on the answer that is kept aside. */
  async keepAside(
    ticker: string,
    stored: StoredSeries,
    fetched: StoredSeries,
    { since, flaw }: Pick<Aside, 'since' | 'flaw'>,
  ): Promise<StoredSeries> {
    const key = this.#keyOf(ticker);
    const { deniedSince: _, ...known } = stored;
    const kept = { ...known, aside: { since, fetchedAt: fetched.fetchedAt, flaw } };
    await this.#table.set(asideKey(key), fetched, UNUSED_MS);
    await this.#table.set(key, kept, UNUSED_MS);
    return kept;
  }

  #keyOf(ticker: string): string {
    return `${this.#vendor}/${ticker}`;
  }
}

const asideKey = (key: string): string => `aside/${key}`;
