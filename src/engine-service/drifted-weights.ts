import { heldNext } from '../engine/backtest/drift.ts';
import type { Schedule } from '../engine/backtest/plan.ts';
import type { HeldWeights } from '../engine/constraints/beyond-bounds.ts';
import type { Prices } from '../engine/types.ts';
import type { MadeDecisions } from './made-decisions.ts';

interface HeldDates {
  readonly schedule: Schedule;
  readonly assets: Prices;
  readonly made: MadeDecisions;
}

/** By rule, and by asset. */
type Weights = readonly (readonly number[])[];

/** What each rule holds before each decision: its decision before, as prices have moved it since. */
export class DriftedWeights {
  readonly #dates: HeldDates;
  readonly #known: Promise<Weights | undefined>[] = [Promise.resolve(undefined)];

  constructor(dates: HeldDates) {
    this.#dates = dates;
  }

  /** Resolves when the decision before is made. @returns by rule; undefined before the first */
  async before(decision: number): Promise<readonly HeldWeights[] | undefined> {
    // One after the other from the first, as in `Kappas`.
    while (this.#known.length <= decision) this.#known.push(this.#after(this.#known.length - 1));
    const { tickers } = this.#dates.assets;
    const held = await this.#known[decision]!;
    return held?.map((weights) => Object.fromEntries(tickers.map((ticker, j) => [ticker, weights[j]!])));
  }

  async #after(decision: number): Promise<Weights> {
    const { schedule, assets, made } = this.#dates;
    const { tickers, closes } = assets;
    const { row, end } = schedule.decisionDates[decision]!;
    const [before, decisions] = [await this.#known[decision]!, await made.at(decision)];
    return heldNext({ before, decisions, tickers, start: closes[row]!, end: closes[end]! });
  }
}
