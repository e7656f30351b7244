/**
 * What a person can mend: shown to them as it is, so the message is one clear sentence that says
 * what was expected, what came, and how to mend it. Every other error is a fault: it goes to the
 * log under an id, and the person is shown only that id.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** The option or flag at fault, without dashes (`loss`, `max-weight`). */
  readonly option: string | undefined;
  /** What is the matter, for a door that words it itself: `constraints.max-weight-too-low`. */
  readonly code: string | undefined;
  /** The figures that belong to the code; plain data. */
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(
    message: string,
    option?: string,
    cause?: unknown,
    code?: string,
    data?: Readonly<Record<string, unknown>>,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.option = option;
    this.code = code;
    this.data = data;
  }
}

/** There is too much to do now: the same will be answered later, so what can wait tries again. */
export class BusyError extends UserError {}
