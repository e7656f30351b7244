import type { Highs } from 'highs';

/**
 * HiGHS, the linear solver, in WebAssembly. A solver of its own: its memory goes when nothing holds it any more.
 * Takes about 20 ms. Imported only here, since threads that solve nothing do without it.
 */
export async function loadHighs(): Promise<Highs> {
  const module = await import('highs');
  // The package's types are those of a CommonJS module, so its default export seems to lie one level deeper.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  const load = module.default as unknown as typeof module.default.default;
  return load();
}
