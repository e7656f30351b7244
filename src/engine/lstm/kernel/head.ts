import type { LossGradients } from './backward.ts';
import type { Dense } from './dense.ts';
import { type ForwardPass, rowsAt } from './forward.ts';
import type { Kernel } from './kernel.ts';
import { matrixAt, type PanelMatrix } from './matrix.ts';

function reserveMatrices(kernel: Kernel, { units, outputs }: Dense, height: number, outputSteps: number) {
  return {
    predicted: kernel.reserve(height, outputs),
    targets: kernel.reserve(height, outputs),
    /** Of the loss with respect to the predictions, one for each of the last S steps. */
    gradients: kernel.reserve(height, outputs, outputSteps),
    /** One row. */
    zeros: kernel.reserve(1, units),
  };
}

/**
 * A dense layer on the outputs of a sequence's last S steps, and the mean squared error of its predictions. The passes
 * of a batch use it one after the other.
 */
export class Head {
  readonly #kernel: Kernel;
  readonly #dense: Dense;
  /** S */
  readonly #outputSteps: number;
  readonly #matrices: ReturnType<typeof reserveMatrices>;

  constructor(kernel: Kernel, dense: Dense, height: number, outputSteps: number) {
    this.#kernel = kernel;
    this.#dense = dense;
    this.#outputSteps = outputSteps;
    this.#matrices = reserveMatrices(kernel, dense, height, outputSteps);
  }

  #firstStep({ steps }: ForwardPass): number {
    return steps - this.#outputSteps;
  }

  /** The pass's rows of step t of a (B, S, n) array. */
  #rows(pass: ForwardPass, data: Float32Array, t: number) {
    return rowsAt({ ...pass, steps: this.#outputSteps }, data, this.#dense.outputs, t - this.#firstStep(pass));
  }

  #predict(h: PanelMatrix): void {
    const { units, weights } = this.#dense;
    this.#kernel.multiply(h, units, weights.kernel, weights.bias, this.#matrices.predicted);
  }

  /** To be called after step t of a forward pass: writes the pass's rows of the predictions (B, S, n). */
  predictStep(pass: ForwardPass, t: number, h: PanelMatrix, predictions: Float32Array): void {
    if (t < this.#firstStep(pass)) return;
    this.#predict(h);
    this.#kernel.unpack(this.#matrices.predicted, this.#rows(pass, predictions, t));
  }

  /**
   * To be called after step t of a forward pass: keeps the gradient of the loss for `gradients`.
   *
   * @param targets (B, S, n)
   * @returns the sum of the step's squared errors; 0 for a step before the last S
   */
  compareStep(pass: ForwardPass, t: number, h: PanelMatrix, targets: Float32Array): number {
    if (t < this.#firstStep(pass)) return 0;
    this.#predict(h);
    const { predicted, targets: packed, gradients } = this.#matrices;
    this.#kernel.pack(this.#rows(pass, targets, t), packed);
    const gradient = matrixAt(gradients, t - this.#firstStep(pass));
    return this.#kernel.squaredError(pass.rows, predicted, packed, gradient, 2 / targets.length);
  }

  /** Adds to the dense layer's gradients. @returns the gradients with respect to the outputs */
  gradients(pass: ForwardPass): LossGradients {
    const { units, outputs, gradients: sums, kernelT } = this.#dense;
    const { gradients, zeros } = this.#matrices;
    const [first, count] = [this.#firstStep(pass), this.#outputSteps];
    this.#kernel.multiplyTransposed(matrixAt(pass.hx, first + 1), units, gradients, sums.kernel, count);
    for (let s = 0; s < count; s += 1) this.#kernel.addRows(matrixAt(gradients, s), sums.bias);
    return {
      firstStep: first,
      write: (t, to) => this.#kernel.multiply(matrixAt(gradients, t - first), outputs, kernelT, zeros, to),
    };
  }
}
