import { parseConstraints } from '../../src/commands/constraint-text.ts';
import type { Constraint } from '../../src/engine/constraints/index.ts';

/** As members write them: `A + B <= 2 * C; behind A <= 5%`. */
export const inWords = (text: string, tickers: readonly string[]): readonly Constraint[] =>
  parseConstraints(text, { option: 'constraints', door: 'discord', vocabulary: { tickers, groups: [] } });

/** For every asset. */
export const atMost = (weight: number): Constraint => ({ kind: 'max-weight', weight });

/** For every asset. */
export const atLeast = (weight: number): Constraint => ({ kind: 'min-weight', weight });

/** Invented tickers. */
export const assets = (count: number): string[] => Array.from({ length: count }, (_, at) => `A${at}`);
