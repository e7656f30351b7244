import type { Kernel, Learnt } from './kernel.ts';
import type { PanelMatrix } from './matrix.ts';
import { LANES } from './panels.ts';

/** tfjs's constants. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-7];

/** A matrix of weights and that of their gradients. */
type Parameter = Pick<Learnt, 'weights' | 'gradients'>;

const reserveLike = (kernel: Kernel, { height, panels }: PanelMatrix): PanelMatrix =>
  kernel.reserve(height, panels * LANES);

/**
 * Adam (Kingma and Ba, 2015).
 *
 * @returns a step, which changes the weights in place along their gradients
 */
export function createAdam(kernel: Kernel, parameters: readonly Parameter[], learningRate: number): () => void {
  const learnt = parameters.map((parameter) => ({
    ...parameter,
    means: reserveLike(kernel, parameter.weights),
    squares: reserveLike(kernel, parameter.weights),
  }));
  let steps = 0;
  return () => {
    steps += 1;
    const [correction1, correction2] = [1 / (1 - BETA1 ** steps), 1 / (1 - BETA2 ** steps)];
    for (const one of learnt) {
      kernel.adam(one, 1 - BETA1, 1 - BETA2, learningRate * correction1, correction2, EPSILON);
    }
  };
}
