/**
 * An error that a person can correct. The message is shown to them as it is, so it says in one clear sentence what was
 * expected, what came, and how to correct it. Every other error is a fault: it is logged under an id, and the person
 * sees only that id.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** The option or flag at fault, without dashes (`loss`, `max-weight`). */
  readonly option: string | undefined;
  /** The kind of error, for callers that word it themselves: `constraints.max-weight-too-low`. */
  readonly code: string | undefined;
  /** The figures that belong to the code. Plain data. */
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

/** Too much work is waiting. The same request may succeed later. */
export class BusyError extends UserError {}
