// The way back through a forward pass (forward.ts).
import type { ForwardPass } from './forward.ts';
import type { Kernel } from './kernel.ts';
import type { Layer } from './layer.ts';
import { matrixAt, type PanelMatrix, tiled } from './matrix.ts';

/** The gradients of one step, which a backward pass needs beside its forward pass. */
export interface BackwardPass {
  readonly dh: PanelMatrix;
  readonly dc: PanelMatrix;
  readonly dx: PanelMatrix;
  /** The part of dh that comes from the loss itself. */
  readonly lossGradient: PanelMatrix;
  /** One row. */
  readonly zeros: PanelMatrix;
}

export function reserveBackwardPass(kernel: Kernel, { inputs, units }: Layer, height: number): BackwardPass {
  return {
    dh: kernel.reserve(height, units),
    dc: kernel.reserve(height, units),
    dx: kernel.reserve(height, inputs),
    lossGradient: kernel.reserve(height, units),
    zeros: kernel.reserve(1, Math.max(inputs, units)),
  };
}

export interface LossGradients {
  /** The loss depends on the outputs of this step and of later ones. */
  readonly firstStep: number;
  /** Writes the loss's gradient with respect to the output of step t; padding rows stay 0. */
  readonly write: (t: number, gradient: PanelMatrix) => void;
}

/** Rows of matrices whose products are summed at once: enough to be quick, few enough to stay in the cache. */
const SUMMED_ROWS = 192;

/** What is wanted beside the gradients of the weights. */
interface Wanted {
  /** Whether the gradients of the initial state are left in `dh` and `dc`. */
  readonly initial: boolean;
  /** Called for every step with the gradient of its x. */
  readonly onInput?: ((t: number, dx: PanelMatrix) => void) | undefined;
}

/** Adds to the gradients of the weights. */
export function runBackward(
  kernel: Kernel,
  { width, depth, gradients, kernelT, recurrentT }: Layer,
  { steps, hx, z, c, t: tanhC }: ForwardPass,
  { dh, dc, dx, lossGradient, zeros }: BackwardPass,
  loss: LossGradients,
  { initial, onInput }: Wanted,
): void {
  const summed = Math.max(1, Math.floor(SUMMED_ROWS / tiled(z.height)));
  for (const matrix of [dh, dc, lossGradient]) kernel.clear(matrix);
  loss.write(steps - 1, dh);
  let summedFrom = steps;
  for (let t = steps - 1; t >= 0; t -= 1) {
    const dz = matrixAt(z, t);
    kernel.stepBack(dz, matrixAt(c, t), matrixAt(tanhC, t), dh, dc);
    kernel.addRows(dz, gradients.bias);
    if (summedFrom - t === summed || t === 0) {
      kernel.multiplyTransposed(matrixAt(hx, t), depth, dz, gradients.joint, summedFrom - t);
      summedFrom = t;
    }
    if (onInput) {
      kernel.multiply(dz, width, kernelT, zeros, dx);
      onInput(t, dx);
    }
    if (t === 0 && !initial) return;
    const hasLoss = t > loss.firstStep;
    if (hasLoss) loss.write(t - 1, lossGradient);
    kernel.multiply(dz, width, recurrentT, hasLoss ? lossGradient : zeros, dh);
  }
}
