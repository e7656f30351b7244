// What is held in scenarios, which have names and no prices.
import type { Constraint } from '../../engine/constraints/index.ts';
import type { HeldWeights } from '../../engine/constraints/beyond-bounds.ts';
import { weightsOver } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';
import { parseWeights } from '../portfolio.ts';
import { splitTrades, type SplitTrades } from '../split-trades.ts';
import { listParts } from '../../typed-list.ts';

const EXAMPLE = '"A 30%, B 20%, cash 50%"';
/** `30%`, `0.3`, `1`. */
const PART = /(%|per ?cent|pct|[\s:=](0?[.,]\d+|[01]([.,]0*)?))$/i;

/**
 * What `--holdings` says: parts of the money by name. What is missing to 100% is cash.
 * @param names of the scenarios
 * @throws UserError when a part is none, or is of another name
 */
export function heldIn(text: string, names: readonly string[]): HeldWeights {
  const units = listParts(text).find((part) => !PART.test(part));
  if (units !== undefined) {
    throw refuse(
      `Scenarios have no prices, so that --holdings takes parts of the money, such as ${EXAMPLE}; got "${units}".`,
    );
  }
  const weights = weightsOver(names, parseWeights(text, 'terminal', 'holdings'), 'holdings');
  return Object.fromEntries(names.map((name, j) => [name, weights[j]!]));
}

const refuse = (sentence: string): UserError => new UserError(sentence, { option: 'holdings' });

/** From what is held to a split, in parts of the money. */
export interface WeightTrades extends SplitTrades {
  /** (n) What is held. */
  readonly before: readonly number[];
  /** (n) What is bought; negative: sold. */
  readonly changes: readonly number[];
}

/** @param weights (n) */
export function tradesIn(
  names: readonly string[],
  weights: readonly number[],
  { held = {}, constraints }: { readonly held?: HeldWeights; readonly constraints: readonly Constraint[] },
): WeightTrades {
  const before = names.map((name) => held[name] ?? 0);
  const changes = weights.map((weight, j) => weight - before[j]!);
  return { before, changes, ...splitTrades(weights, before, constraints) };
}
