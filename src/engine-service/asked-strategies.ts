// Which strategies people have asked about lately, beside the default one: their models are renewed at night too.
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { DAY_MS } from '../durations.ts';
import { DEFAULT_STRATEGY, findStrategy, takesParams } from '../engine/strategies/index.ts';
import { type StrategyChoice, strategyChoiceSchema } from '../engine/strategies/strategy.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { FaultLog } from './backtest-decisions.ts';
import { modelName, type ModelSubject } from './model-fit.ts';

/** A model that nobody has asked about for so long is renewed no more. */
const ASKED_MS = 7 * DAY_MS;
/** What was noted is not noted again for so long. */
const NOTED = { max: 1_000, ttl: DAY_MS };

const askedStrategySchema = z.strictObject({ strategy: strategyChoiceSchema });

/** A strategy that was asked about. */
export type AskedStrategy = z.infer<typeof askedStrategySchema>;

/** Keys are `<universe>/<recipe>`, with the name of the universe's models. */
export const openAskedStrategies = (store: Pick<Store, 'table'>): Table<AskedStrategy> =>
  store.table('asked', askedStrategySchema, 1, {}, { isCache: true });

const recipeOf = ({ id, params }: StrategyChoice): string => findStrategy(id).recipeOf(params);

export class AskedStrategies {
  readonly #table: Table<AskedStrategy> | undefined;
  readonly #log: FaultLog;
  readonly #noted = new LRUCache<string, true>(NOTED);

  /** @param table absent: nothing is remembered */
  constructor(table: Table<AskedStrategy> | undefined, log: FaultLog) {
    this.#table = table;
    this.#log = log;
  }

  /** Notes that somebody has asked about a universe by this strategy. Never rejects: no answer fails of it. */
  async note({ universe, loaded, strategy, isPast = false }: ModelSubject): Promise<void> {
    const recipe = recipeOf(strategy);
    if (isPast || recipe === recipeOf(DEFAULT_STRATEGY)) return;
    const key = `${modelName(universe, loaded)}/${recipe}`;
    if (this.#noted.has(key)) return;
    this.#noted.set(key, true);
    try {
      await this.#table?.set(key, { strategy }, ASKED_MS);
    } catch (err) {
      this.#noted.delete(key);
      this.#log.error({ err }, 'that a strategy was asked about could not be noted');
    }
  }

  /** Those that were asked about, one for each recipe, that this version knows. */
  async of({ universe, loaded }: Pick<ModelSubject, 'universe' | 'loaded'>): Promise<readonly StrategyChoice[]> {
    const table = this.#table;
    if (table === undefined) return [];
    const keys = await table.keys(`${modelName(universe, loaded)}/`);
    const asked = await Promise.all(keys.map((key) => table.get(key)));
    return asked.flatMap((one) => (one !== undefined && takesParams(one.strategy) ? [one.strategy] : []));
  }
}
