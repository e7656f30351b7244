import { UserError } from '../../errors.ts';
import { cvarLstm } from './cvar-lstm/index.ts';
import { equalWeight } from './equal-weight/index.ts';
import { minimumCvar } from './minimum-cvar/index.ts';
import type { AnyStrategy } from './strategy.ts';

/** Every strategy, by hand; the first is the one that is meant where none is named. */
export const STRATEGIES: readonly [AnyStrategy, ...AnyStrategy[]] = [cvarLstm, minimumCvar, equalWeight];

/** @throws UserError (option `strategy`) that names the strategies */
export function findStrategy(id: string): AnyStrategy {
  const found = STRATEGIES.find((strategy) => strategy.id === id);
  if (found !== undefined) return found;
  const known = STRATEGIES.map((strategy) => strategy.id);
  throw new UserError(`There is no strategy "${id}": expected one of ${known.join(', ')}.`, {
    option: 'strategy',
    code: 'strategies.unknown',
    data: { known, got: id },
  });
}
