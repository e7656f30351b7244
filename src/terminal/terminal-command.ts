import type { ParseArgsConfig } from 'node:util';
import type { OnProgress } from '../engine/types.ts';

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
