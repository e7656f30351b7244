import type { Branch, Bounds } from './supports.ts';

/** The branches of a search, together all that is allowed: those that may be looked into, and those that are done with. */
export class Branches {
  #open: Branch[];
  readonly #closed: Branch[] = [];

  constructor(open: readonly Branch[]) {
    this.#open = [...open];
  }

  /** The open branch with the lowest bound. @param other than this one */
  lowest(other?: Branch): Branch | undefined {
    let found: Branch | undefined;
    for (const one of this.#open) if (one !== other && (found === undefined || one.bound < found.bound)) found = one;
    return found;
  }

  /** Of everything. */
  bound(): number {
    return Math.min(...this.#all().map((branch) => branch.bound));
  }

  get count(): number {
    return this.#open.length + this.#closed.length;
  }

  /** Puts what is known now, or its parts, in the place of an open branch. */
  replace(branch: Branch, parts: readonly Branch[], isOpen: boolean): void {
    this.#open = this.#open.filter((one) => one !== branch);
    (isOpen ? this.#open : this.#closed).push(...parts);
  }

  /** The same, all open, with the bounds that another limit has. */
  under(limit: number): Branches {
    const rebound = ({ inside, outside, boundUnder }: Branch): Branch => ({
      inside,
      outside,
      bound: boundUnder(limit),
      boundUnder,
    });
    return new Branches(this.#all().map(rebound));
  }

  #all(): readonly Branch[] {
    return [...this.#open, ...this.#closed];
  }
}

/** The higher of two bounds of the same branch. */
export const higher = (a: Bounds, b: Bounds): Bounds => ({
  bound: Math.max(a.bound, b.bound),
  boundUnder: (limit) => Math.max(a.boundUnder(limit), b.boundUnder(limit)),
});
