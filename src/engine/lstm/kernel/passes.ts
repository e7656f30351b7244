import { type BackwardPass, reserveBackwardPass } from './backward.ts';
import { type ForwardPass, reserveForwardPass } from './forward.ts';
import type { Kernel } from './kernel.ts';
import type { Layer } from './layer.ts';
import { batchHeight } from './matrix.ts';

/** Rows of a batch that are computed together: few enough for a step to stay in the cache. */
const MAX_ROWS = 96;

export interface Shape {
  /** B */
  readonly batch: number;
  /** T */
  readonly steps: number;
  /** Whether a backward pass follows. It then need not repeat the forward pass. */
  readonly keep: boolean;
}

/** The batch's forward passes, all of one height, and the backward pass that they share. */
interface Passes {
  readonly height: number;
  readonly forward: readonly ForwardPass[];
  readonly backward: BackwardPass;
}

export function reservePasses(kernel: Kernel, layer: Layer, { batch, steps, keep }: Shape): Passes {
  const count = Math.ceil(batch / MAX_ROWS);
  const height = batchHeight(Math.ceil(batch / count));
  const forward = Array.from({ length: count }, (_, k) => {
    const rows = Math.min(height, batch - k * height);
    return reserveForwardPass(kernel, layer, height, { from: k * height, rows, steps, kept: keep });
  });
  return { height, forward, backward: reserveBackwardPass(kernel, layer, height) };
}
