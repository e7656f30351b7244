import { AsyncLocalStorage } from 'node:async_hooks';

/** Whose work something is: a member's id, `JOBS`, `NOBODY`, or all who wait for the same. */
export type Requester = string | Requesters;

/** The requester of all scheduled work. */
export const JOBS = 'jobs';
/** In the terminal one person asks, who need not be told from others. */
export const NOBODY = '';

const ASKING = new AsyncLocalStorage<Requester>();

/**
 * Does work on behalf of somebody. What is queued meanwhile, however deep, waits in that requester's own line. Said
 * once, where the work comes in.
 */
export const asRequester = <T>(requester: Requester, work: () => T): T => ASKING.run(requester, work);

/** On whose behalf this runs. */
export const currentRequester = (): Requester => ASKING.getStore() ?? NOBODY;

/** The single ones. */
export const membersOf = (requester: Requester): readonly string[] =>
  typeof requester === 'string' ? [requester] : requester.members;

/**
 * All who wait for work that is done once for them. What is queued for it stands in the line of each, of those who join
 * later too: else they would wait for the turns of whoever asked first.
 */
export class Requesters {
  readonly #members = new Set<string>();
  readonly #followers = new Set<(member: string) => void>();

  /** The present requester is the first. */
  constructor() {
    this.join();
  }

  get members(): readonly string[] {
    return [...this.#members];
  }

  /** Adds the present requester; of several, those too who join them later. */
  join(): void {
    const requester = currentRequester();
    if (typeof requester === 'string') this.#add(requester);
    else requester.follow((member) => this.#add(member));
  }

  /** Calls back for each member, and for those who join later. @returns a function that ends this */
  follow(onMember: (member: string) => void): () => void {
    for (const member of this.members) onMember(member);
    this.#followers.add(onMember);
    return () => void this.#followers.delete(onMember);
  }

  #add(member: string): void {
    if (this.#members.has(member)) return;
    this.#members.add(member);
    for (const onMember of this.#followers) onMember(member);
  }
}
