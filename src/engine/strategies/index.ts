import { z } from 'zod';
import type { Prices } from '../types.ts';
import { UserError } from '../../errors.ts';
import { cvarLstm } from './cvar-lstm/index.ts';
import { equalWeight } from './equal-weight/index.ts';
import { maxSharpe } from './max-sharpe/index.ts';
import { minimumCvar } from './minimum-cvar/index.ts';
import { minimumVariance } from './minimum-variance/index.ts';
import { rank } from './rank/index.ts';
import { riskParity } from './risk-parity/index.ts';
import { weeklyLstm } from './weekly-lstm/index.ts';
import type { AnyStrategy, StrategyChoice } from './strategy.ts';

/** All strategies, listed by hand. The first is the default. */
export const STRATEGIES: readonly [AnyStrategy, ...AnyStrategy[]] = [
  cvarLstm,
  minimumCvar,
  equalWeight,
  minimumVariance,
  riskParity,
  maxSharpe,
  rank,
  weeklyLstm,
];

/** @throws UserError (option `strategy`) when there is none with this id; it lists the strategies */
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

/**
 * A strategy with parameters that it takes; those that are left out are its own defaults.
 * @throws UserError when there is no such strategy, or it does not take these parameters
 */
export function chooseStrategy(id: string, params: StrategyChoice['params'] = {}): StrategyChoice {
  const strategy = findStrategy(id);
  const parsed = strategy.params.safeParse(params);
  if (parsed.success) return { id: strategy.id, params: parsed.data };
  const { option, ...taken } = refusalOf(parsed.error);
  const names = Object.keys(params).join(', ');
  throw new UserError(`The strategy ${id} does not take these values of ${names}.`, {
    option,
    code: 'strategies.wrong-params',
    data: { strategy: id, option, got: params[option], ...taken },
  });
}

/** Whether a stored choice is one of a strategy that there is, with parameters that it takes. */
export const takesParams = ({ id, params }: StrategyChoice): boolean =>
  STRATEGIES.find((strategy) => strategy.id === id)?.params.safeParse(params).success === true;

/** @returns `Strategy.isAdaptive`, which not every strategy says; false otherwise */
export const isAdaptive = ({ id, params }: StrategyChoice): boolean => findStrategy(id).isAdaptive?.(params) === true;

/** The strategy where none is named, with its own defaults. */
export const DEFAULT_STRATEGY = chooseStrategy(STRATEGIES[0].id);

/** What a schema of parameters refused. */
interface Refusal {
  /** The parameter at fault. */
  readonly option: string;
  /** The values that it takes; absent: no such parameter, or too many values to list. */
  readonly takes?: readonly string[];
  /** It takes whole numbers, and one of their ends was passed where there is an end here. */
  readonly whole?: { readonly least?: number; readonly most?: number };
  /** The other parameters because of which it takes only these. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** The `params` of a refinement that forbids one parameter's value beside another's. */
const refinedSchema = z.object({ takes: z.array(z.string()), beside: z.record(z.string(), z.string()) });

function refusalOf({ issues: [issue] }: z.ZodError): Refusal {
  if (issue?.code === 'unrecognized_keys') return { option: String(issue.keys[0]) };
  const option = String(issue?.path[0]);
  if (issue?.code === 'invalid_value') return { option, takes: issue.values.map(String) };
  if (issue?.code === 'too_small') return { option, whole: { least: Number(issue.minimum) } };
  if (issue?.code === 'too_big') return { option, whole: { most: Number(issue.maximum) } };
  if (issue?.code === 'invalid_type') return { option, whole: {} };
  const refined = issue?.code === 'custom' ? refinedSchema.safeParse(issue.params).data : undefined;
  return { option, ...refined };
}

/** @throws UserError when a strategy can neither fit nor decide on such prices: too few, or without volumes */
export function checkNeeds({ title, needs }: Pick<AnyStrategy, 'title' | 'needs'>, { dates, volumes }: Prices): void {
  const [needed, got] = [needs.minDays, dates.length];
  if (got < needed) {
    throw new UserError(`"${title}" needs at least ${needed} days of prices; got ${got}: take a longer history.`, {
      option: 'strategy',
      code: 'strategies.too-few-days',
      data: { strategy: title, needed, got },
    });
  }
  if (needs.volume === true && volumes === undefined) {
    throw new UserError(`"${title}" needs traded volumes, which these prices do not have.`, {
      option: 'strategy',
      code: 'strategies.no-volumes',
      data: { strategy: title },
    });
  }
}
