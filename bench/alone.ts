import { type Bench, type Figure, hasMissed, lineOf } from './figures.ts';

/**
 * Runs a bench to its end, and reports each figure as it comes.
 * @param figures takes them up, also those of a bench that fails later
 */
export async function collect(
  bench: Bench,
  report: (line: string) => void,
  figures: Figure[] = [],
): Promise<readonly Figure[]> {
  for await (const figure of bench()) {
    figures.push(figure);
    report(lineOf(figure));
  }
  return figures;
}

/** Runs one bench as a program. Prints its figures as lines; exit code 1 when a bar is missed. */
export async function runAlone(bench: Bench): Promise<void> {
  const figures = await collect(bench, (line) => console.log(line));
  if (figures.some(hasMissed)) process.exitCode = 1;
}
