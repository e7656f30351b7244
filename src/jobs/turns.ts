import PQueue from 'p-queue';

/** Runs works side by side, at most some at once, and those of one turn one after another. */
export class Turns {
  readonly #queue: PQueue;
  /** The end of each turn's last work. */
  readonly #ends = new Map<string, Promise<void>>();

  constructor(atOnce: number) {
    this.#queue = new PQueue({ concurrency: atOnce });
  }

  /** @param work must not reject */
  async add(turn: string, work: () => Promise<void>): Promise<void> {
    const before = this.#ends.get(turn) ?? Promise.resolve();
    // It takes no place before its turn has come.
    const end = before.then(() => this.#queue.add(work));
    this.#ends.set(turn, end);
    await end;
    if (this.#ends.get(turn) === end) this.#ends.delete(turn);
  }
}
