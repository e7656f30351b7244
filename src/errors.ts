import { shorten } from './format.ts';
import { visible } from './names.ts';

/** The details of an error, in addition to its sentence. */
interface ErrorDetails {
  /** The key of the option at fault (`loss`, `max-weight`). Discord and the terminal each spell it in their own way. */
  readonly option?: string | undefined;
  /** The kind of error, which never changes: `constraints.max-weight-too-low`. */
  readonly code?: string | undefined;
  /** The figures that belong to the code, from which a sentence can be made. Plain JSON without secrets or holdings. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  /** The underlying error, for the log. */
  readonly cause?: unknown;
}

/**
 * An error that a person can correct. The message says in one clear sentence what was expected, what came, and how to
 * correct it. It is shown as it is, unless Discord or the terminal words the code itself (`wordError`); otherwise it
 * names no option. Every other error is a fault: it is logged under an id, and the person sees only that id.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly option: ErrorDetails['option'];
  readonly code: ErrorDetails['code'];
  readonly data: ErrorDetails['data'];

  constructor(message: string, { option, code, data, cause }: ErrorDetails = {}) {
    super(withShortQuotes(visible(message)), cause === undefined ? undefined : { cause });
    this.option = option;
    this.code = code;
    this.data = data;
  }
}

const LONGEST_QUOTE = 100;
const LONGEST_WORD = 300;

/** A sentence quotes what somebody typed, or a file has, only as far as it helps to find it. */
const withShortQuotes = (sentence: string): string =>
  sentence
    .replaceAll(/"([^"]*)"/g, (_, quoted: string) => `"${shorten(quoted, LONGEST_QUOTE)}"`)
    .replaceAll(/\S{301,}/g, (word) => shorten(word, LONGEST_WORD));

/** Node's code of an error, such as `ENOENT`; undefined for errors that have none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Too much work is waiting. The same request may succeed later. */
export class BusyError extends UserError {}

/** The store fails or does not answer: a fault. What needs nothing of it can still be answered. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** Of a store that fails, is full or locked: what was asked for may be there. */
export const isStoreFailure = (error: unknown): boolean =>
  error instanceof StoreError ||
  (error instanceof UserError && (error.code === 'store.full' || error.code === 'store.locked'));

/** The code of the error for what a newer version of this program has saved: nothing of it is changed. */
export const SAVED_BY_NEWER = 'store.newer';

export const isSavedByNewer = (error: unknown): boolean => error instanceof UserError && error.code === SAVED_BY_NEWER;
