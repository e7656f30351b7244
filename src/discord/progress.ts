import { ageAt } from '../believed.ts';

/** Discord allows about five edits in five seconds, but people read more slowly. */
const MIN_INTERVAL_MS = 2_000;

interface ProgressOptions {
  readonly show: (text: string) => Promise<unknown>;
  /** Milliseconds. */
  readonly now: () => number;
  /** Called instead of throwing, because a failure to show progress must not end the work. */
  readonly onFailure: (error: unknown) => void;
}

/** The text in a deferred reply that says how far the work has come. */
export class ProgressMessage {
  readonly #options: ProgressOptions;
  #lastAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  #underway: Promise<void> | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** Shows the text, unless the last one is less than two seconds old or still being sent. */
  update(text: string): void {
    const now = this.#options.now();
    const isTooSoon = this.#underway !== undefined || ageAt(this.#lastAt, now) < MIN_INTERVAL_MS;
    if (this.#isClosed || isTooSoon || text.trim() === '') return;
    this.#lastAt = now;
    this.#underway = this.#show(text);
  }

  /** Shows nothing from now on. Resolves when the last text has arrived. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#underway;
  }

  async #show(text: string): Promise<void> {
    try {
      await this.#options.show(text);
    } catch (error) {
      this.#options.onFailure(error);
    } finally {
      this.#underway = undefined;
    }
  }
}
