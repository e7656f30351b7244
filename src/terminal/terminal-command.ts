import type { ParseArgsConfig } from 'node:util';
import type { OnProgress } from '../engine/types.ts';
import { inWords } from '../progress.ts';

/** Flags as they were written: every value is a string until its command has parsed it. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** What a command answers; `json` is all that `--json` prints. */
export interface Output {
  readonly json: object;
  readonly text: string;
  /** 3: the limit cannot be kept. */
  readonly exitCode: 0 | 3;
}

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How far the command is; each call replaces the one before. Goes to standard error. */
  readonly progress: (text: string) => void;
  readonly onProgress: OnProgress;
  /** A remark that is not the answer; goes to standard error. */
  readonly note: (text: string) => void;
}

export interface CliCommand {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(flags: Flags, terminal: Terminal): Promise<Output>;
}

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
