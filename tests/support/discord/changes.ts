/** Something that changes, and can be waited for. */
export interface Changes {
  /** Says that something has changed. */
  announce(): void;
  /**
   * The first value that `read` gives, asked now, at every change and every now and then.
   * @throws Error after `withinMs`, saying what was waited for
   */
  until<T>(read: () => T | undefined, what: string, withinMs?: number): Promise<T>;
}

/** Long, for a busy machine: waiting ends as soon as there is what is waited for. */
const PATIENCE_MS = 15_000;

/** Not everything that is waited for is the stand-in's to announce: the bot's log is not. */
const GLANCE_MS = 20;

export function createChanges(): Changes {
  const watchers = new Set<() => void>();
  return {
    announce() {
      for (const watch of watchers) watch();
    },
    until: (read, what, withinMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        function stop(): void {
          clearTimeout(timer);
          clearInterval(glances);
          watchers.delete(watch);
        }
        function watch(): void {
          const value = read();
          if (value === undefined) return;
          stop();
          resolve(value);
        }
        const timer = setTimeout(() => {
          stop();
          reject(new Error(`waited ${withinMs} ms for ${what}`));
        }, withinMs);
        const glances = setInterval(watch, GLANCE_MS);
        watchers.add(watch);
        watch();
      }),
  };
}
