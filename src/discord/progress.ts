/** Discord takes about five edits in five seconds; people read slower than that. */
const INTERVAL_MS = 2_000;

export interface Progress {
  /** Shows the text, unless the last one is younger than two seconds or still on its way. */
  readonly say: (text: string) => void;
  /** Shows nothing from now on; resolves when the last text has arrived. */
  close(): Promise<void>;
}

interface Means {
  readonly show: (text: string) => Promise<unknown>;
  readonly now: () => number;
  /** Progress that cannot be shown must not end the work. */
  readonly onFailure: (error: unknown) => void;
}

export function createProgress({ show, now, onFailure }: Means): Progress {
  let lastAt = Number.NEGATIVE_INFINITY;
  let isClosed = false;
  let underway: Promise<void> | undefined;
  async function send(text: string): Promise<void> {
    try {
      await show(text);
    } catch (error) {
      onFailure(error);
    } finally {
      underway = undefined;
    }
  }
  return {
    say(text) {
      if (isClosed || underway !== undefined || now() - lastAt < INTERVAL_MS || text.trim() === '') return;
      lastAt = now();
      underway = send(text);
    },
    async close() {
      isClosed = true;
      await underway;
    },
  };
}
