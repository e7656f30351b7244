import { findUniverse, typedTickers, type UniverseSpec } from '../prices/universes.ts';
import { ALLOWABLE_PRICES, parseAllowances } from '../commands/allowances.ts';
import { CONSTRAINT_OPTIONS } from '../commands/constraint-options.ts';
import { costBpsOf, readConstraints, typedConstraints } from '../commands/constraints.ts';
import { terminalName } from '../commands/error-words.ts';
import { parseGroups } from '../commands/groups.ts';
import { parseViews } from '../commands/views.ts';
import { typedVocabulary, vocabularyOf, type Vocabulary } from '../commands/vocabulary.ts';
import type { Constraint } from '../engine/constraints/index.ts';
import type { Mandate } from '../engine/mandate.ts';
import { ALLOWANCES, type Allowance } from '../engine/quality/quality.ts';
import type { Sampling } from '../engine/samples.ts';
import { DEFAULT_STRATEGY, STRATEGIES, chooseStrategy } from '../engine/strategies/index.ts';
import type { StrategyChoice } from '../engine/strategies/strategy.ts';
import { UserError } from '../errors.ts';
import { percent } from '../format.ts';
import { DEFAULTS, RANGES, parseDay, parseWhole, type Range } from '../parse.ts';
import { parseRate } from '../parse-rates.ts';
import type { Flags } from './terminal-command.ts';

const text = { type: 'string' } as const;

export const UNIVERSE_OPTIONS = { universe: text, prices: text, tickers: text, vendor: text, allow: text } as const;
/** How models are trained; for the commands that only use their scenarios, which are the same under every strategy. */
export const RECIPE_OPTIONS = { recipe: text } as const;
export const STRATEGY_OPTIONS = { strategy: text, ...RECIPE_OPTIONS } as const;
/** How strategies with a signal are trained. */
export const SIGNAL_OPTIONS = { trees: text, period: text, target: text, units: text } as const;
const CONSTRAINT_FLAGS = {
  ...Object.fromEntries(CONSTRAINT_OPTIONS.map(({ key }) => [terminalName(key), text])),
  constraint: { type: 'string', multiple: true },
  groups: text,
} as const;
export const RISK_OPTIONS = { alpha: text, ...CONSTRAINT_FLAGS };
export const LIMIT_OPTIONS = { loss: text, ...RISK_OPTIONS };
export const SCENARIO_OPTIONS = {
  horizon: text,
  scenarios: text,
  seed: text,
  'as-of': text,
  views: text,
} as const;

export const UNIVERSE_HELP = `  --universe NAME        a named list of assets (see: universes)
  --prices FILE.csv      prices of your own: date,TICKER,… with adjusted closes
  --tickers A,B,C        with --prices: only these columns; otherwise fetched from Yahoo Finance.
                         An index (^IXIC) is not bought: a backtest compares with it
  --vendor yahoo         with --tickers alone: who is asked for their prices
  ${`--allow ${ALLOWANCES.join()}`.padEnd(22)} go on with ${ALLOWABLE_PRICES}`;

const CONSTRAINT_HELP = [
  ...CONSTRAINT_OPTIONS.map(({ key, neutral, description }) => {
    const [first = '', ...rest] = description;
    const value = key === 'constraints' ? 'TEXT' : neutral;
    return `  ${`--${terminalName(key)} ${value}`.padEnd(22)} ${first.toLowerCase()}${rest.join('')}`;
  }),
  '  --groups TEXT          names that constraints use, such as "tech: NVDA AAPL; bonds: TLT"',
].join('\n');

export const RISK_HELP = `  --alpha 95%            confidence level: 95% averages the worst 5% of cases; 50% to 99.9%
${CONSTRAINT_HELP}`;

export const LIMIT_HELP = `  --loss 8%              the limit: the largest average loss in the worst cases (CVaR), 0.01% to 100%
${RISK_HELP}`;

export const START_HELP = `  --holdings TEXT|FILE.csv  what is held on the first day, such as "AAPL 10, cash 500 USD", or the file of a broker;
                         default: cash. With --max-turnover or --cost each decision trades from the one before`;

export const COST_HELP = `  --cost-bps ${DEFAULTS.cost}          trading costs that decisions do not weigh, in hundredths of a percent of the value traded:
                         ${DEFAULTS.cost} is ${percent(DEFAULTS.cost / 10_000)}; ${RANGES.cost.min} to ${RANGES.cost.max}; instead of --cost`;

export const RECIPE_HELP = `  --recipe filtered      how scenarios are made: filtered (volatility as it is now, profits only as far as forecasts
                         have shown skill) or plain ("Generative LSTM + CVaR" as it is written)`;

export const STRATEGY_HELP = `  --strategy cvar-lstm   ${STRATEGIES.map(({ id }) => id).join(', ')} (see: strategies)
${RECIPE_HELP}`;

export const SIGNAL_HELP = `  --trees 200            for rank: trees of its forest
  --period 5             for rank: trading days ahead over which returns are ranked
  --target return        for weekly-lstm: what is forecast, return (from week to week) or price (as its document)
  --units 256            for weekly-lstm: of each of its two layers`;

export const SCENARIO_HELP = `  --horizon 21           trading days to look ahead, ${RANGES.horizon.min} to ${RANGES.horizon.max}
  --scenarios ${DEFAULTS.scenarios}      scenarios to draw, ${RANGES.scenarios.min} to ${RANGES.scenarios.max}
  --seed 1               the same seed, data and model give the same answer
  --as-of YYYY-MM-DD     decide as of that day: later prices are not used
  --views "NVDA +5%, KO > PEP"  what you expect over the horizon: scenarios that fit count more (no record covers it)`;

export const JSON_HELP = '  --json                 one JSON object on standard output';

/** The text of a flag; undefined when it is not given. */
export function flag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

export function requiredFlag(flags: Flags, name: string, example: string): string {
  const value = flag(flags, name);
  if (value === undefined) throw new UserError(`--${name} is needed, such as --${name} ${example}.`, { option: name });
  return value;
}

/** Whether a flag names the assets. */
export const namesAssets = (flags: Flags): boolean =>
  ['universe', 'prices', 'tickers'].some((name) => flag(flags, name) !== undefined);

export function universeOf(flags: Flags): UniverseSpec {
  const [name, file, symbols] = [flag(flags, 'universe'), flag(flags, 'prices'), flag(flags, 'tickers')];
  if (name !== undefined && (file !== undefined || symbols !== undefined)) {
    throw new UserError('--universe names its own assets: give it without --prices and --tickers.', {
      option: 'universe',
    });
  }
  const vendor = flag(flags, 'vendor');
  if (vendor !== undefined && (file !== undefined || symbols === undefined)) {
    throw new UserError('--vendor says who is asked for prices of --tickers: give it with them, without --prices.', {
      option: 'vendor',
    });
  }
  if (name !== undefined) return { kind: 'named', name: findUniverse(name).name };
  if (file !== undefined) {
    return { kind: 'csv', file, ...(symbols !== undefined && { tickers: splitNames(symbols) }) };
  }
  if (symbols !== undefined) return typedTickers(symbols, undefined, vendor);
  throw new UserError('Say which assets: --universe NAME, --prices FILE.csv or --tickers A,B,C.', {
    option: 'universe',
  });
}

/** What the person accepts in the prices. */
export function allowOf(flags: Flags): { readonly allow?: readonly Allowance[] } {
  const value = flag(flags, 'allow');
  return value === undefined ? {} : { allow: parseAllowances(value, 'allow') };
}

/**
 * A file's columns can have any names, so they are not checked for symbols. Whether a blank separates two of them or
 * belongs to a name, the file decides.
 */
export function splitNames(list: string, least = 2): string[] {
  const names = [...new Set(list.split(/[,;]/).map((name) => name.trim()))].filter((name) => name !== '');
  if (new Set(names.flatMap((name) => name.split(/\s+/))).size >= least) return names;
  const many = least === 1 ? 'names' : `at least ${least} different names`;
  throw new UserError(`--tickers takes ${many} separated by commas; got "${list}".`, { option: 'tickers' });
}

export function dayOf(flags: Flags, name: string): string | undefined {
  const value = flag(flags, name);
  return value === undefined ? undefined : parseDay(value, name);
}

export function optionalRate(flags: Flags, name: string, range: Range): number | undefined {
  const value = flag(flags, name);
  return value === undefined ? undefined : parseRate(value, name, range, 'terminal');
}

export const rate = (flags: Flags, name: string, range: Range, fallback: number): number =>
  optionalRate(flags, name, range) ?? fallback;

export function whole(flags: Flags, name: string, range: Range, fallback: number): number {
  const value = flag(flags, name);
  return value === undefined ? fallback : parseWhole(value, name, range);
}

export const alphaOf = (flags: Flags): number => rate(flags, 'alpha', RANGES.alpha, DEFAULTS.alpha);

export const lossOf = (flags: Flags): number =>
  parseRate(requiredFlag(flags, 'loss', '8%'), 'loss', RANGES.loss, 'terminal');

/** @param assets the names that constraints may use */
export function constraintsOf(flags: Flags, assets: Vocabulary): Constraint[] {
  const { constraint } = flags;
  const words = typeof constraint === 'object' ? constraint.join(';') : undefined;
  const typed = typedConstraints((key) => (key === 'constraints' ? words : flag(flags, terminalName(key))));
  const groups = flag(flags, 'groups');
  const named = groups === undefined ? [] : parseGroups(groups, 'groups', assets.tickers);
  const others = assets.groups.filter(({ name }) => named.every((one) => one.name !== name));
  return readConstraints(typed, 'terminal', { ...assets, groups: [...named, ...others] });
}

/** The columns of a file are not known before it is read. */
function assetsOf(universe: UniverseSpec): Vocabulary {
  if (universe.kind === 'named') return vocabularyOf(findUniverse(universe.name));
  if (universe.kind === 'tickers') return typedVocabulary(universe);
  return universe.tickers === undefined ? { groups: [] } : vocabularyOf({ tickers: universe.tickers });
}

export const horizonOf = (flags: Flags): number => whole(flags, 'horizon', RANGES.horizon, DEFAULTS.horizon);

/** @param universe whose names constraints may use @param limit absent: risk is only measured */
export const mandateOf = (flags: Flags, universe: UniverseSpec, limit?: number): Mandate => ({
  horizonDays: horizonOf(flags),
  constraints: constraintsOf(flags, assetsOf(universe)),
  risk: { alpha: alphaOf(flags), ...(limit !== undefined && { limit }) },
});

/** The flags that are parameters of strategies, which check them. */
const PARAMS = ['recipe', 'memory', 'trees', 'period', 'target', 'units'];

export function strategyOf(flags: Flags): StrategyChoice {
  const given = PARAMS.map((name) => [name, flag(flags, name)] as const).filter(([, value]) => value !== undefined);
  return chooseStrategy(flag(flags, 'strategy') ?? DEFAULT_STRATEGY.id, Object.fromEntries(given));
}

export const samplingOf = (flags: Flags, scenarios: number = DEFAULTS.scenarios): Sampling => ({
  scenarios: whole(flags, 'scenarios', RANGES.scenarios, scenarios),
  seed: whole(flags, 'seed', RANGES.seed, DEFAULTS.seed),
});

/** The strategy, the sampling, the day, what is expected and what is accepted in the prices of a request. */
export function scenarioFlagsOf(flags: Flags) {
  const [asOf, views] = [dayOf(flags, 'as-of'), flag(flags, 'views')];
  return {
    ...(views !== undefined && { views: parseViews(views, 'terminal') }),
    ...allowOf(flags),
    strategy: strategyOf(flags),
    sampling: samplingOf(flags),
    ...(asOf !== undefined && { asOf }),
  };
}

/** Decisions weigh one of the two. @throws UserError when both are given */
export function costOf(flags: Flags, { constraints }: Mandate): number {
  if (flag(flags, 'cost-bps') === undefined) return costBpsOf(constraints);
  if (flag(flags, 'cost') === undefined) return whole(flags, 'cost-bps', RANGES.cost, DEFAULTS.cost);
  throw new UserError(
    'Give either --cost, which decisions weigh, or --cost-bps, which they do not: both are paid for every trade.',
    { option: 'cost-bps' },
  );
}
