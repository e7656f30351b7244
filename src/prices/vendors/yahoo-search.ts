import { LRUCache } from 'lru-cache';
import type YahooFinance from 'yahoo-finance2';
import { z } from 'zod';
import { withTimeout } from '../../async.ts';
import { HOUR_MS } from '../../durations.ts';
import { FairQueue } from '../../fair-queue.ts';
import { asRequester, Requesters } from '../../requester.ts';
import { VendorError, type SymbolMatch } from './vendor.ts';
import { isSymbol } from './yahoo-symbols.ts';

/** Discord accepts choices for three seconds. */
const TIMEOUT_MS = 1_500;
/** When a member's own searches that wait are as many, they are typing faster than the vendor may be asked. */
const MOST_WAITING_EACH = 8;
const MOST_WAITING = 64;
const CACHE = { max: 500, ttl: HOUR_MS };

/** Only the fields that we use. Options, and companies that are not listed, are no assets here. */
const answerSchema = z.object({
  quotes: z.array(
    z.object({
      symbol: z.string().optional(),
      quoteType: z.string().optional(),
      shortname: z.string().optional(),
      longname: z.string().optional(),
    }),
  ),
});

interface SearchServices {
  readonly library: () => Promise<InstanceType<typeof YahooFinance>>;
  readonly fetch: typeof fetch;
}

/** Yahoo's search for symbols by name. */
export class YahooSearch {
  readonly #services: SearchServices;
  readonly #known = new LRUCache<string, Promise<readonly SymbolMatch[]>>(CACHE);
  /** Who waits for each search that has not been answered. */
  readonly #requesters = new Map<string, Requesters>();
  readonly #queue = new FairQueue({ concurrency: 4, interval: 1000, intervalCap: 8, strict: true });

  constructor(services: SearchServices) {
    this.#services = services;
  }

  /** Best first. Empty when there are none, or no answer soon. Never throws. */
  async find(name: string): Promise<readonly SymbolMatch[]> {
    const key = name.trim().toLowerCase();
    const known = this.#known.get(key);
    if (known === undefined && this.#isFull()) return [];
    this.#requesters.get(key)?.join();
    const found = known ?? this.#askInTurn(key);
    try {
      return await withTimeout(TIMEOUT_MS, found, () => []);
    } catch {
      return [];
    }
  }

  #isFull(): boolean {
    const { ownSize, size } = this.#queue;
    return ownSize >= MOST_WAITING_EACH || (size >= MOST_WAITING && ownSize > 0);
  }

  #askInTurn(key: string): Promise<readonly SymbolMatch[]> {
    const requesters = new Requesters();
    this.#requesters.set(key, requesters);
    const asked = asRequester(requesters, () => this.#queue.add(() => this.#ask(key))).finally(() =>
      this.#requesters.delete(key),
    );
    this.#known.set(key, asked);
    asked.catch(() => this.#known.delete(key));
    return asked;
  }

  /** The library would write about other responses on the terminal. */
  readonly #fetch: typeof fetch = async (input, init) => {
    const response = await this.#services.fetch(input, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new VendorError(`HTTP ${response.status}`);
    return response;
  };

  async #ask(name: string): Promise<readonly SymbolMatch[]> {
    const library = await this.#services.library();
    const query = { quotesCount: 10, newsCount: 0 };
    const answer = await library.search(name, query, { fetch: this.#fetch, validateResult: false });
    return answerSchema.parse(answer).quotes.flatMap(({ symbol, quoteType, shortname, longname }) => {
      if (symbol === undefined || quoteType === 'OPTION' || !isSymbol(symbol)) return [];
      return [{ symbol, name: (longname ?? shortname ?? '').replaceAll(/\s+/g, ' ').trim() }];
    });
  }
}
