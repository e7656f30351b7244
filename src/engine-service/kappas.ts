import type { DecidedDay } from '../engine/backtest/decide.ts';
import { FIRST_KAPPA, kappaAfterCalm, nextKappa, outcomesOver } from '../engine/backtest/kappa.ts';
import type { Schedule } from '../engine/backtest/plan.ts';
import { daysBetween } from '../engine/history.ts';
import type { Prices } from '../engine/types.ts';
import type { StoredDecisions } from './decision-cache.ts';
import type { MadeDecisions } from './made-decisions.ts';

interface KappaDates {
  readonly schedule: Schedule;
  readonly assets: Prices;
  /** The cached decisions of each date. */
  readonly cached: readonly (StoredDecisions | undefined)[];
  readonly alpha: number;
  readonly made: MadeDecisions;
}

/** κ of each decision, which depends on the outcome of the one before. */
export class Kappas {
  readonly #dates: KappaDates;
  readonly #known: Promise<number>[] = [Promise.resolve(FIRST_KAPPA)];
  #latest = { decision: 0, kappa: FIRST_KAPPA };

  constructor(dates: KappaDates) {
    this.#dates = dates;
    dates.cached.forEach((decisions, at) => decisions && this.follow(at));
  }

  /** So that guesses know of a decision that was made. */
  follow(decision: number): void {
    void this.at(decision + 1);
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
    const { schedule, assets, alpha, made } = this.#dates;
    const { row, end } = schedule.decisionDates[decision]!;
    const [before, decisions] = [await this.#known[decision]!, await made.at(decision)];
    const kappa = nextKappa(before, outcomesOver(decisions, daysBetween(assets, row, end + 1)), alpha);
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
