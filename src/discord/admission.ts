import type { Reply } from '../reply.ts';
import { RateLimiter } from './rate-limit.ts';
import { crowdedReply, hurriedReply } from './standard-replies.ts';

/** How many commands of one member are at work at a time. */
export const MOST_AT_WORK = 4;
/** Cheap ones included. */
export const MOST_A_MINUTE = 30;

type Admitted = { readonly leave: () => void } | { readonly refusal: Reply };

/** Bounds how much of everybody's machine one member's commands take, whatever they ask. Reads nothing. */
export class Admission {
  readonly #atWork = new Map<string, number>();
  readonly #limiter: RateLimiter;

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#limiter = new RateLimiter(now, MOST_A_MINUTE);
  }

  enter(memberId: string): Admitted {
    const before = this.#atWork.get(memberId) ?? 0;
    if (before >= MOST_AT_WORK) return { refusal: crowdedReply(MOST_AT_WORK) };
    const seconds = this.#limiter.take(memberId);
    if (seconds !== undefined) return { refusal: hurriedReply(MOST_A_MINUTE, seconds) };
    this.#atWork.set(memberId, before + 1);
    return { leave: () => this.#leave(memberId) };
  }

  #leave(memberId: string): void {
    const left = (this.#atWork.get(memberId) ?? 1) - 1;
    if (left > 0) this.#atWork.set(memberId, left);
    else this.#atWork.delete(memberId);
  }
}
