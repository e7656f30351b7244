import type { Highs } from 'highs';
import { UserError } from '../../errors.ts';
import { borrowHighs, returnHighs } from './highs.ts';

/**
 * A borrowed solver. It goes back once; one that has failed, which nobody may use again, never does. What is refused to
 * a person is no failure of it.
 */
export class Loan {
  #giveBack: (() => void) | undefined;

  /** @param giveBack absent: nothing was borrowed */
  constructor(giveBack?: () => void) {
    this.#giveBack = giveBack;
  }

  /** @throws what the work throws */
  use<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof UserError)) this.#giveBack = undefined;
      throw error;
    }
  }

  end(): void {
    this.#giveBack?.();
    // Ended twice, it must not give back what somebody else has borrowed since.
    this.#giveBack = undefined;
  }
}

/** Work with a solver that is borrowed as long. @throws what the work throws */
export async function withHighs<T>(work: (highs: Highs) => T): Promise<T> {
  const highs = await borrowHighs();
  const loan = new Loan(() => returnHighs(highs));
  try {
    return loan.use(() => work(highs));
  } finally {
    loan.end();
  }
}
