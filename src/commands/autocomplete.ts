// Pure: what is offered for an option that is being typed.

export interface Choice {
  /** What is shown, at most 100 characters. */
  readonly name: string;
  readonly value: string;
}

/** Those whose name holds what is typed, whatever its case. */
export function matching(choices: readonly Choice[], typed: string): Choice[] {
  const wanted = typed.trim().toLowerCase();
  return choices.filter(({ name }) => name.toLowerCase().includes(wanted));
}
