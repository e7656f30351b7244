import { MINUTE_MS } from './durations.ts';
import { UserError } from './errors.ts';

/** Who works, and where. */
export interface Holder {
  readonly memberId: string;
  /** Absent in direct messages. */
  readonly guildId?: string | undefined;
}

/** A place in which work runs. */
export interface HeldPlace {
  /** Tells how much longer the work will probably take. */
  expect(secondsLeft: number): void;
}

interface SemaphoreOptions {
  /** What a place is for, as a noun: `backtest`. */
  readonly work: string;
  readonly places: number;
  /** How long the work takes, until it tells by itself: a guess, with which each measured duration is averaged. */
  readonly usualMs: number;
  /** Milliseconds, of a clock that nobody sets. */
  readonly now?: () => number;
}

/** Limits work that occupies most of the machine: to one place for each member and each server, and a few in total. */
export class Semaphore {
  readonly #options: Required<SemaphoreOptions>;
  readonly #running = new Set<{ readonly holder: Holder; endsAt: number }>();
  #usualMs: number;

  constructor(options: SemaphoreOptions) {
    this.#options = { now: () => performance.now(), ...options };
    this.#usualMs = options.usualMs;
  }

  /**
   * Works in a place.
   * @throws UserError before the work begins, when the member or the server has a place already, or none is free
   */
  async tryRun<T>(holder: Holder, work: (place: HeldPlace) => Promise<T>): Promise<T> {
    this.#check(holder);
    const { now } = this.#options;
    const since = now();
    const running = { holder, endsAt: since + this.#usualMs };
    this.#running.add(running);
    try {
      return await work({ expect: (secondsLeft) => (running.endsAt = now() + secondsLeft * 1_000) });
    } finally {
      this.#running.delete(running);
      this.#usualMs = (this.#usualMs + now() - since) / 2;
    }
  }

  #check({ memberId, guildId }: Holder): void {
    const { work, places } = this.#options;
    const holders = [...this.#running].map(({ holder }) => holder);
    if (holders.some((one) => one.memberId === memberId)) {
      throw new UserError(`A ${work} of yours is already running: wait for it or cancel it.`, {
        code: 'semaphore.yours-running',
        data: { work },
      });
    }
    if (guildId !== undefined && holders.some((one) => one.guildId === guildId)) {
      throw new UserError(`A ${work} is already running here: wait for it or cancel it.`, {
        code: 'semaphore.running-here',
        data: { work },
      });
    }
    if (holders.length < places) return;
    const minutes = this.#minutesLeft();
    throw new UserError(`${places} ${work}s are running already: try again in about ${minutes} min.`, {
      code: 'semaphore.full',
      data: { work, places, minutes },
    });
  }

  /** Estimated minutes until a place is free; at least one. */
  #minutesLeft(): number {
    const first = Math.min(...[...this.#running].map(({ endsAt }) => endsAt));
    return Math.max(1, Math.ceil((first - this.#options.now()) / MINUTE_MS));
  }
}
