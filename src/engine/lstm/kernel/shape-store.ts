import type { Kernel } from './kernel.ts';

/** Of one training: an epoch's whole batches, its last one, and likewise of the predictions after it. */
const MAX_SHAPES = 4;

/** Keeps what was reserved for the latest shapes, because to reserve memory is to clear it. */
export class ShapeStore<Shape extends object, Reserved> {
  readonly #kernel: Kernel;
  readonly #reserve: (shape: Shape) => Reserved;
  /** Where their memory begins. */
  readonly #mark: number;
  readonly #kept = new Map<string, Reserved>();

  /** Nothing else may be reserved in the kernel from now on. */
  constructor(kernel: Kernel, reserve: (shape: Shape) => Reserved) {
    this.#kernel = kernel;
    this.#reserve = reserve;
    this.#mark = kernel.mark();
  }

  /** What is reserved for this shape, as its last use left it. That of other shapes may be lost. */
  of(shape: Shape): Reserved {
    const key = JSON.stringify(shape);
    const kept = this.#kept.get(key);
    if (kept) return kept;
    if (this.#kept.size === MAX_SHAPES) {
      this.#kept.clear();
      this.#kernel.release(this.#mark);
    }
    const reserved = this.#reserve(shape);
    this.#kept.set(key, reserved);
    return reserved;
  }
}
