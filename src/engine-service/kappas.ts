import type { DecidedDay } from '../engine/backtest/decide.ts';
import { FIRST_KAPPA, kappaAfterCalm, nextKappa, outcomesOver } from '../engine/backtest/kappa.ts';
import type { Schedule } from '../engine/backtest/plan.ts';
import { daysBetween } from '../engine/history.ts';
import type { Prices } from '../engine/types.ts';
import type { StoredDecisions } from './decision-cache.ts';

interface KappaDates {
  readonly schedule: Schedule;
  readonly assets: Prices;
  /** The cached decisions of each date. */
  readonly cached: readonly (StoredDecisions | undefined)[];
  readonly alpha: number;
}

/** κ of each decision, which depends on the outcome of the one before. */
export class Kappas {
  readonly #dates: KappaDates;
  readonly #made: readonly PromiseWithResolvers<StoredDecisions>[];
  readonly #known: Promise<number>[] = [Promise.resolve(FIRST_KAPPA)];
  #latest = { decision: 0, kappa: FIRST_KAPPA };
  #isWhole = true;

  constructor(dates: KappaDates) {
    this.#dates = dates;
    this.#made = dates.cached.map(() => Promise.withResolvers());
    dates.cached.forEach((decisions, at) => decisions && this.add(at, decisions));
  }

  add(at: number, decisions: StoredDecisions): void {
    if (decisions.some(({ status }) => status === 'failed')) this.#isWhole = false;
    this.#made[at]!.resolve(decisions);
    // So that guesses know of it.
    void this.at(at + 1);
  }

  /** Whether no decision has failed. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  at(decision: number): Promise<number> {
    // One after the other from the first: by recursion thousands of cached decisions would overflow the stack.
    while (this.#known.length <= decision) this.#known.push(this.#after(this.#known.length - 1));
    return this.#known[decision]!;
  }

  /** κ of a decision if no limit is broken between the latest outcome that is known and it. */
  likelyAt(decision: number): number {
    let { kappa } = this.#latest;
    for (let at = this.#latest.decision; at < decision; at += 1) kappa = kappaAfterCalm(kappa, this.#dates.alpha);
    return kappa;
  }

  async #after(decision: number): Promise<number> {
    const { schedule, assets, alpha } = this.#dates;
    const { row, end } = schedule.decisionDates[decision]!;
    const [before, made] = [await this.#known[decision]!, await this.#made[decision]!.promise];
    const kappa = nextKappa(before, outcomesOver(made, daysBetween(assets, row, end + 1)), alpha);
    this.#latest = { decision: decision + 1, kappa };
    return kappa;
  }
}

/**
 * Decides with the κ that is likely, beside the decision before it, and again when its outcome has made another κ.
 * Decisions do not depend on which guesses were right, and a fault under a wrong one is none.
 * @throws as `decideWith`
 */
export async function decideEarly(
  kappas: Kappas,
  at: number,
  decideWith: (kappa: number) => Promise<DecidedDay>,
): Promise<DecidedDay> {
  const guess = kappas.likelyAt(at);
  const early = decideWith(guess);
  // Whatever became of it, it does not count where the guess was wrong.
  early.catch(() => undefined);
  const kappa = await kappas.at(at);
  return kappa === guess ? early : decideWith(kappa);
}
