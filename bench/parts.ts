import { collect } from './alone.ts';
import { type Bench, type Figure, hasMissed } from './figures.ts';
import { secondsOf } from './timing.ts';

export interface Outcome {
  readonly figures: readonly Figure[];
  /** A line for each part that failed. */
  readonly notes: readonly string[];
}

/** Runs the parts one after another. A failed one is noted; the others still run. */
export async function runParts(
  parts: Readonly<Record<string, Bench>>,
  report: (line: string) => void,
): Promise<Outcome> {
  const figures: Figure[] = [];
  const notes: string[] = [];
  for (const [name, part] of Object.entries(parts)) {
    report(`${name} …`);
    const seconds = await secondsOf(async () => {
      try {
        await collect(part, report, figures);
      } catch (error) {
        report(error instanceof Error ? String(error.stack) : String(error));
        notes.push(`- FAILED: ${name}: ${String(error)}`);
      }
    });
    report(`${name} took ${seconds.toFixed(0)} s`);
  }
  return { figures, notes };
}

/** Whether a part failed or a figure falls short. */
export const hasFailed = ({ figures, notes }: Outcome): boolean => notes.length > 0 || figures.some(hasMissed);
