import type { ParseArgsConfig } from 'node:util';
import type { OnProgress } from '../engine/types.ts';
import { progressText } from '../progress.ts';

/** Flags as typed: every value is a string, or several, until its command has parsed it. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A command's answer; `json` is all that `--json` prints. */
export interface Output {
  readonly json: object;
  readonly text: string;
  /** 2: from these prices nothing is computed. 3: the limit is not kept. */
  readonly exitCode: 0 | 2 | 3;
}

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Shows progress on standard error; each text replaces the one before. */
  readonly progress: (text: string) => void;
  readonly onProgress: OnProgress;
  /** Prints a remark on standard error. */
  readonly note: (text: string) => void;
}

export interface TerminalCommand {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(flags: Flags, terminal: Terminal): Promise<Output>;
}

/** Where a command's text goes; a process has both. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** Milliseconds between progress lines, on a terminal and in a log. */
const PAUSE_MS = { terminal: 100, log: 5_000 };

/** Progress and remarks on standard error. `clear` removes the current progress line. */
export function openTerminal(
  env: Terminal['env'],
  stderr: Streams['stderr'],
): Terminal & { readonly clear: () => void } {
  const isTty = stderr.isTTY === true;
  const pause = isTty ? PAUSE_MS.terminal : PAUSE_MS.log;
  let last = -Infinity;
  const clear = (): void => {
    if (isTty && last > 0) stderr.write('\r\u001B[2K');
  };
  const progress = (text: string): void => {
    if (performance.now() - last < pause) return;
    clear();
    last = performance.now();
    stderr.write(isTty ? text : `${text}\n`);
  };
  return {
    env,
    clear,
    progress,
    onProgress: progressText(progress),
    note(text) {
      clear();
      stderr.write(`${text}\n`);
    },
  };
}
