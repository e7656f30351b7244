// Pure: Adam (Kingma and Ba, 2015), with tfjs's constants.

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-7];

/** @returns a step: moves the parameters, in place, by gradients of their sizes and in their order */
export const createAdam = (
  parameters: readonly Float32Array[],
  learningRate: number,
): ((gradients: readonly Float32Array[]) => void) => {
  const moments = parameters.map(({ length }) => [new Float32Array(length), new Float32Array(length)] as const);
  let steps = 0;
  return (gradients) => {
    steps += 1;
    const [unbias1, unbias2] = [1 / (1 - BETA1 ** steps), 1 / (1 - BETA2 ** steps)];
    parameters.forEach((parameter, i) => {
      const [gradient, [first, second]] = [gradients[i]!, moments[i]!];
      for (let k = 0; k < parameter.length; k += 1) {
        const slope = gradient[k]!;
        first[k] = BETA1 * first[k]! + (1 - BETA1) * slope;
        second[k] = BETA2 * second[k]! + (1 - BETA2) * slope * slope;
        parameter[k]! -= (learningRate * unbias1 * first[k]!) / (Math.sqrt(unbias2 * second[k]!) + EPSILON);
      }
    });
  };
};
