/** Days [from, to) of a series. */
export type DayRange = readonly [from: number, to: number];

/** Sums over some days of a series. */
export interface Sums {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

/** Sums over any days of a series, in constant time a range. The series is taken to go on from its start after its end. */
export class RunningSums {
  readonly length: number;
  /** (2T + 1) */
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  /** @param values (T) */
  constructor(values: readonly number[]) {
    this.length = values.length;
    this.#sums = new Float64Array(2 * values.length + 1);
    this.#squares = new Float64Array(2 * values.length + 1);
    for (let t = 0; t < 2 * values.length; t += 1) {
      const value = values[t % values.length]!;
      this.#sums[t + 1] = this.#sums[t]! + value;
      this.#squares[t + 1] = this.#squares[t]! + value * value;
    }
  }

  /** @param from below T @param to at most from + T */
  sum(from: number, to: number): number {
    return this.#sums[to]! - this.#sums[from]!;
  }

  squares(from: number, to: number): number {
    return this.#squares[to]! - this.#squares[from]!;
  }

  over(ranges: readonly DayRange[]): Sums {
    return totalOf(
      ranges.map(([from, to]) => ({ count: to - from, sum: this.sum(from, to), squares: this.squares(from, to) })),
    );
  }
}

export const totalOf = (parts: readonly Sums[]): Sums =>
  parts.reduce(
    (all, one) => ({ count: all.count + one.count, sum: all.sum + one.sum, squares: all.squares + one.squares }),
    { count: 0, sum: 0, squares: 0 },
  );

/** Mean ÷ standard deviation, of one period; NaN where nothing varies. */
export function sharpeOf({ count, sum, squares }: Sums): number {
  const average = sum / count;
  const variance = squares / count - average * average;
  // Less is the rounding of the squares.
  return variance > 1e-14 * (squares / count) ? average / Math.sqrt(variance) : Number.NaN;
}

/** T days in `count` ranges, as equal as can be. */
export const ranges = (days: number, count: number): DayRange[] =>
  Array.from({ length: count }, (_, k) => [Math.floor((k * days) / count), Math.floor(((k + 1) * days) / count)]);

/** All ways to choose `chosen` of the numbers below `count`, in order. */
export function combinations(count: number, chosen: number, from = 0): number[][] {
  if (chosen === 0) return [[]];
  return Array.from({ length: count - from - chosen + 1 }, (_, k) => from + k).flatMap((first) =>
    combinations(count, chosen - 1, first + 1).map((rest) => [first].concat(rest)),
  );
}
