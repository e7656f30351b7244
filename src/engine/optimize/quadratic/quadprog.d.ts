declare module 'quadprog' {
  /** Arrays begin at 1. Minimises ½ x'Dx − d'x subject to A'x ≥ b, the first `meq` of them equations. */
  export function solveQP(
    Dmat: number[][],
    dvec: number[],
    Amat: number[][],
    bvec: number[],
    meq: number,
  ): { readonly solution: number[]; readonly Lagrangian: number[]; readonly message: string };
}
