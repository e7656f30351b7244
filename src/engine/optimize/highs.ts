import module, { type Highs } from 'highs';

/** The package's types are those of a CommonJS module, so its default export seems to lie one level deeper. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
const load = module as unknown as typeof module.default;

/** HiGHS, the linear solver, in WebAssembly. A solver of its own: its memory goes when nothing holds it any more. Takes about 20 ms. */
export const loadHighs = (): Promise<Highs> => load();
