import { canonicalJson } from '../engine/canonical-json.ts';
import type { Drawn } from '../engine/strategies/drawn.ts';
import { findStrategy } from '../engine/strategies/index.ts';
import type { Model, StrategyChoice } from '../engine/strategies/strategy.ts';

/** Of all samples that are kept. Those of 36 dates, 12 assets and 5,000 scenarios take 82 MiB. */
const MOST_BYTES = 256 * 2 ** 20;

/** Strategies for which this is the same have the same models and scenarios on the same dates. */
export const generatorOf = ({ id, params }: StrategyChoice): string => {
  const strategy = findStrategy(id);
  return canonicalJson([strategy.recipeOf(params), params, strategy.settingsOf?.(params)]);
};

const sampleBytes = ({ samples, fresh }: Drawn): number =>
  [samples.scenarios, samples.pricing, fresh].reduce((sum, one) => sum + (one?.data.byteLength ?? 0), 0);

/**
 * The models and samples of walks over the same dates, by strategies of the same generator, one walk after the other. The
 * first computes them, and the others find them; samples beyond MOST_BYTES are drawn again.
 */
export class SharedWork {
  readonly #models = new Map<number, Promise<Model>>();
  readonly #drawn = new Map<number, { readonly drawn: Drawn; readonly model: Model }>();
  #bytes = 0;

  /** Whether a walk has left something. */
  get isFilled(): boolean {
    return this.#models.size > 0;
  }

  fit(training: number, make: () => Promise<Model>): Promise<Model> {
    const known = this.#models.get(training);
    if (known !== undefined) return known;
    const model = make();
    this.#models.set(training, model);
    // The next walk tries again.
    model.catch(() => this.#models.delete(training));
    return model;
  }

  /** @param model that samples are drawn from: those from another one, such as that after a fault, are not found */
  async draw(decision: number, model: Model, make: () => Promise<Drawn>): Promise<Drawn> {
    const known = this.#drawn.get(decision);
    if (known?.model === model) return known.drawn;
    const drawn = await make();
    const bytes = this.#bytes + sampleBytes(drawn) - (known ? sampleBytes(known.drawn) : 0);
    if (bytes <= MOST_BYTES) {
      this.#drawn.set(decision, { drawn, model });
      this.#bytes = bytes;
    }
    return drawn;
  }
}
