import { type Bench, type Figure, hasMissed, lineOf } from './figures.ts';

/** Runs a bench to its end, telling each figure as it comes. */
export async function collect(bench: Bench, tell: (line: string) => void): Promise<Figure[]> {
  const figures: Figure[] = [];
  for await (const figure of bench()) {
    figures.push(figure);
    tell(lineOf(figure));
  }
  return figures;
}

/** One bench as a program: its figures as lines, exit code 1 when a bar is missed. */
export async function runAlone(bench: Bench): Promise<void> {
  const figures = await collect(bench, (line) => console.log(line));
  if (figures.some(hasMissed)) process.exitCode = 1;
}
