export async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1000;
}

/** In seconds. */
export async function fastestOf(times: number, run: () => Promise<unknown>): Promise<number> {
  let fastest = Infinity;
  for (let k = 0; k < times; k += 1) fastest = Math.min(fastest, await secondsOf(run));
  return fastest;
}

/** The peak memory of this process so far, in MiB. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** The smallest value that a share q of the values does not exceed; NaN without values. */
export function quantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)] ?? Number.NaN;
}
