/**
 * What a person can mend: shown to them as it is, so the message is one clear sentence that says
 * what was expected, what came, and how to mend it. Every other error is a fault: it goes to the
 * log under an id, and the person is shown only that id.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** The option or flag at fault, without dashes (`loss`, `max-weight`). */
  readonly option: string | undefined;

  constructor(message: string, option?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.option = option;
  }
}

/** There is too much to do now: the same will be answered later, so what can wait tries again. */
export class BusyError extends UserError {}
