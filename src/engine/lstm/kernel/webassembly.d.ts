// The part of WebAssembly's interface that the kernel uses: neither TypeScript's esnext library nor
// @types/node declares it.
declare namespace WebAssembly {
  class Module {
    private readonly brand;
  }
  class Instance {
    constructor(module: Module);
    readonly exports: unknown;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class RuntimeError extends Error {}
  const validate: (bytes: Uint8Array) => boolean;
  const compile: (bytes: Uint8Array) => Promise<Module>;
}
