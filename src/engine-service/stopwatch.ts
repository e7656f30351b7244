import type { Seconds } from './answers.ts';

/** Seconds by stage. */
export class Stopwatch {
  readonly #started = performance.now();
  #last = this.#started;
  readonly #laps = { prices: 0, model: 0, scenarios: 0, optimize: 0 };

  lap(stage: Exclude<keyof Seconds, 'total'>): void {
    const now = performance.now();
    this.#laps[stage] = (now - this.#last) / 1000;
    this.#last = now;
  }

  seconds(): Seconds {
    return { ...this.#laps, total: (performance.now() - this.#started) / 1000 };
  }
}
