/** Numbers that a script in another language can make alike: a linear congruential generator. */
function uniform(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** By Box and Muller. */
export function normals(seed: number, count: number): number[] {
  const u = uniform(seed, 2 * count);
  return Array.from(
    { length: count },
    (_, k) => Math.sqrt(-2 * Math.log(1 - u[2 * k]!)) * Math.cos(2 * Math.PI * u[2 * k + 1]!),
  );
}
