export const secondsOf = async (run: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1000;
};

/** In seconds. */
export const fastestOf = async (times: number, run: () => Promise<unknown>): Promise<number> => {
  let fastest = Infinity;
  for (let k = 0; k < times; k += 1) fastest = Math.min(fastest, await secondsOf(run));
  return fastest;
};

/** MiB that this process has held at most until now. */
export const peakMemory = (): number => process.resourceUsage().maxRSS / 1024;
