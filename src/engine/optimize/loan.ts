/** A borrowed solver. It goes back once; one that has failed, which nobody may use again, never does. */
export class Loan {
  #giveBack: (() => void) | undefined;

  /** @param giveBack absent: nothing was borrowed */
  constructor(giveBack: (() => void) | undefined) {
    this.#giveBack = giveBack;
  }

  /** @throws what the work throws */
  use<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#giveBack = undefined;
      throw error;
    }
  }

  end(): void {
    this.#giveBack?.();
    // Ended twice, it must not give back what somebody else has borrowed since.
    this.#giveBack = undefined;
  }
}
