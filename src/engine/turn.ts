/** Lets the event loop run: a long computation calls it now and then, so that its thread goes on hearing. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
