import type { Highs } from 'highs';

/**
 * Loads a new instance of HiGHS, the linear solver, in WebAssembly. Its memory is freed when the instance is collected.
 * Takes about 20 ms. Imported dynamically, because not every thread needs it.
 */
export async function loadHighs(): Promise<Highs> {
  const module = await import('highs');
  // The package's types are those of a CommonJS module, so its default export appears one level too deep.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  const load = module.default as unknown as typeof module.default.default;
  return load();
}
