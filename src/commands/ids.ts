/** Numbers, for people to type: one above the highest there is. */
export const nextId = (taken: readonly { readonly id: string }[]): string =>
  String(1 + Math.max(0, ...taken.map(({ id }) => Number(id))));
