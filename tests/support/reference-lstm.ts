// An LSTM layer in float64 as in the textbook, to compare others with.

export interface ReferenceInputs {
  /** (B, T, n) */
  readonly x: Float64Array;
  /** (n, 4 units), gates in the order input, forget, candidate, output. */
  readonly kernel: Float64Array;
  /** (units, 4 units) */
  readonly recurrent: Float64Array;
  /** (4 units) */
  readonly bias: Float64Array;
  /** (B, units): h and c before the first step. */
  readonly hidden: Float64Array;
  readonly cell: Float64Array;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** @returns (T, units) the outputs of sequence b */
export function referenceOutputs(
  { x, kernel, recurrent, bias, hidden, cell }: ReferenceInputs,
  b: number,
  steps: number,
): number[][] {
  const units = bias.length / 4;
  const inputs = kernel.length / bias.length;
  let h = [...hidden.subarray(b * units, (b + 1) * units)];
  let c = [...cell.subarray(b * units, (b + 1) * units)];
  return Array.from({ length: steps }, (_, t) => {
    const now = x.subarray((b * steps + t) * inputs, (b * steps + t + 1) * inputs);
    const z = Array.from(bias, (sum, q) => {
      now.forEach((value, j) => (sum += value * kernel[j * 4 * units + q]!));
      h.forEach((value, k) => (sum += value * recurrent[k * 4 * units + q]!));
      return sum;
    });
    const gate = (index: number, k: number) => z[index * units + k]!;
    c = c.map((last, k) => sigmoid(gate(1, k)) * last + sigmoid(gate(0, k)) * Math.tanh(gate(2, k)));
    h = c.map((next, k) => sigmoid(gate(3, k)) * Math.tanh(next));
    return h;
  });
}
