import { LRUCache } from 'lru-cache';
import PQueue, { type Options, type QueueAddOptions } from 'p-queue';
import { currentRequester, membersOf, type Requester } from './requester.ts';

type Run = () => Promise<unknown>;

interface TurnOptions extends QueueAddOptions {
  /** Whose work it is; absent: that of the present requester. */
  readonly requester?: Requester;
}

interface Waiting {
  readonly run: Run;
  readonly priority: number;
  readonly id: string | undefined;
  readonly requester: Requester;
  /** The lines in which it stands. */
  readonly keys: string[];
  /** Nobody who joins its requesters now stands in line for it. */
  close?: () => void;
}

interface Line {
  /** By priority, then by arrival. */
  readonly waiting: Waiting[];
  /** When its next turn is, counted in turns. */
  turn: number;
  /** The priority of what it did last. */
  level: number;
}

/** Lines without work that are remembered, so that nobody gains a turn by asking bit by bit. */
const REMEMBERED = 1_000;

/**
 * Serves requesters in turn (start-time fair queueing, each task counting as one turn; a line that was empty gains
 * nothing by it). Within a line the highest priority goes first, then what came first. A task of a higher priority than
 * its line's last one finishes what that one began and need not wait for its turn, which it uses up all the same: as
 * priorities rise with each such step, a line gets few of them in a row. A task that several wait for stands in the line
 * of each, and is done when the first of its turns comes, which alone is used up.
 */
export class Turns {
  /** Those with work that waits, in the order in which they began to wait. */
  readonly #lines = new Map<string, Line>();
  readonly #idle = new LRUCache<string, Line>({ max: REMEMBERED });
  /** The turn that is being served. */
  #now = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  enqueue(run: Run, { priority = 0, id, requester = currentRequester() }: Partial<TurnOptions> = {}): void {
    const added: Waiting = { run, priority, id, requester, keys: [] };
    this.#size += 1;
    if (typeof requester === 'string') this.#stand(requester, added);
    else added.close = requester.follow((member) => this.#stand(member, added));
  }

  dequeue(): Run | undefined {
    const finishing = this.#best(({ waiting, level }) =>
      waiting[0]!.priority > level ? waiting[0]!.priority : undefined,
    );
    const next = finishing ?? this.#best(({ turn }) => -turn);
    if (next === undefined) return undefined;
    const [requester, line] = next;
    const task = line.waiting[0]!;
    const { run, priority } = task;
    this.#leave(task);
    if (finishing === undefined) this.#now = line.turn;
    line.turn += 1;
    line.level = priority;
    if (this.#lines.delete(requester)) this.#lines.set(requester, line);
    return run;
  }

  filter({ priority, requester }: Readonly<Partial<TurnOptions>>): Run[] {
    const lines =
      requester === undefined ? this.#lines.values() : membersOf(requester).map((one) => this.#lines.get(one));
    const all = new Set([...lines].flatMap((line) => line?.waiting ?? []));
    return [...all].filter((one) => priority === undefined || one.priority === priority).map(({ run }) => run);
  }

  remove(idOrRun: string | Run): void {
    this.#take((one) => (typeof idOrRun === 'string' ? one.id : one.run) === idOrRun);
  }

  setPriority(id: string, priority: number): void {
    const found = this.#take((one) => one.id === id);
    if (found === undefined) throw new ReferenceError(`nothing that waits has the id "${id}"`);
    this.enqueue(found.run, { priority, id, requester: found.requester });
  }

  /** The line with the highest rank, and of equals the first; undefined when no line has a rank. */
  #best(rankOf: (line: Line) => number | undefined): [string, Line] | undefined {
    let best: { readonly rank: number; readonly entry: [string, Line] } | undefined;
    for (const entry of this.#lines) {
      const rank = rankOf(entry[1]);
      if (rank !== undefined && (best === undefined || rank > best.rank)) best = { rank, entry };
    }
    return best?.entry;
  }

  #begin(requester: string): Line {
    const known = this.#idle.get(requester);
    this.#idle.delete(requester);
    const line = known ?? { waiting: [], turn: this.#now, level: Infinity };
    line.turn = Math.max(line.turn, this.#now);
    this.#lines.set(requester, line);
    return line;
  }

  #stand(requester: string, task: Waiting): void {
    const { waiting } = this.#lines.get(requester) ?? this.#begin(requester);
    const at = waiting.findLastIndex((one) => one.priority >= task.priority);
    waiting.splice(at + 1, 0, task);
    task.keys.push(requester);
  }

  #leave(task: Waiting): void {
    task.close?.();
    this.#size -= 1;
    for (const requester of task.keys) {
      const line = this.#lines.get(requester)!;
      line.waiting.splice(line.waiting.indexOf(task), 1);
      if (line.waiting.length > 0) continue;
      this.#lines.delete(requester);
      this.#idle.set(requester, line);
    }
  }

  #take(matches: (one: Waiting) => boolean): Waiting | undefined {
    for (const { waiting } of this.#lines.values()) {
      const found = waiting.find(matches);
      if (found === undefined) continue;
      this.#leave(found);
      return found;
    }
    return undefined;
  }
}

/** A queue before something that all share: see `Turns`. */
export class FairQueue extends PQueue<Turns, TurnOptions> {
  constructor(options: Omit<Options<Turns, TurnOptions>, 'queueClass'>) {
    super({ ...options, queueClass: Turns });
  }

  /** How many tasks of the present requester wait; of several, those of the one with the fewest. */
  get ownSize(): number {
    return Math.min(...membersOf(currentRequester()).map((requester) => this.sizeBy({ requester })));
  }
}
