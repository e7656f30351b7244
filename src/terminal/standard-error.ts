import { inWords } from '../progress.ts';
import type { Terminal } from './terminal-command.ts';

/** Milliseconds from one progress line to the next: on a terminal, where each replaces the one before, and in a log. */
const PAUSE_MS = { terminal: 100, log: 5_000 };

/** Progress and remarks on standard error. `clear` removes a progress line that stands there. */
export function openTerminal(env: Terminal['env']): Terminal & { readonly clear: () => void } {
  const isTty = process.stderr.isTTY;
  const pause = isTty ? PAUSE_MS.terminal : PAUSE_MS.log;
  let last = -Infinity;
  const clear = (): void => {
    if (isTty && last > 0) process.stderr.write('\r\u001B[2K');
  };
  const progress = (text: string): void => {
    if (performance.now() - last < pause) return;
    clear();
    last = performance.now();
    process.stderr.write(isTty ? text : `${text}\n`);
  };
  return {
    env,
    clear,
    progress,
    onProgress: inWords(progress),
    note(text) {
      clear();
      process.stderr.write(`${text}\n`);
    },
  };
}
