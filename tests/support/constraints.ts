import type { Constraint } from '../../src/engine/constraints/index.ts';

/** For every asset. */
export const atMost = (weight: number): Constraint => ({ kind: 'max-weight', weight });

/** For every asset. */
export const atLeast = (weight: number): Constraint => ({ kind: 'min-weight', weight });

/** Invented tickers. */
export const assets = (count: number): string[] => Array.from({ length: count }, (_, at) => `A${at}`);
