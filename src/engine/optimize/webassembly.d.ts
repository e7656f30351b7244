// What TypeScript declares only with the browser's types, beyond what the LSTM's kernel needs.

declare namespace WebAssembly {
  interface Imports {
    readonly [module: string]: unknown;
  }

  function instantiate(module: Module, imports: Imports): Promise<Instance>;
}
