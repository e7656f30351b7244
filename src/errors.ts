/** What an error carries beside its sentence. */
interface ErrorDetails {
  /** The key of the option at fault (`loss`, `max-weight`); each door spells it in its own way. */
  readonly option?: string | undefined;
  /** What is the matter, in a form that never changes: `constraints.max-weight-too-low`. */
  readonly code?: string | undefined;
  /** The figures of the code, from which a door can make a sentence: plain JSON without secrets or holdings. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  /** What it was made from, for the log. */
  readonly cause?: unknown;
}

/**
 * What a person can mend. The message is one clear sentence that says what was expected, what came, and how to mend
 * it. It is shown as it is, unless a door words the code itself (`wordError`); below the doors it names no option.
 * Every other error is a fault: it goes to the log under an id, and the person is shown only that id.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly option: ErrorDetails['option'];
  readonly code: ErrorDetails['code'];
  readonly data: ErrorDetails['data'];

  constructor(message: string, { option, code, data, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.option = option;
    this.code = code;
    this.data = data;
  }
}

/** There is too much to do now: the same will be answered later, so what can wait tries again. */
export class BusyError extends UserError {}
