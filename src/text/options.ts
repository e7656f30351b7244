// Pure: the options of the slash commands that ask about assets, and how they are read. Readers throw UserError.
import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { AllocateRequest, App } from '../app.ts';
import { UserError } from '../errors.ts';
import { DEFAULTS, RANGES, parseRate, parseTickers, parseWhole } from './parse.ts';

/** Options as Discord sent them, by name; absent ones are absent. */
type Options = Readonly<Record<string, string | number | boolean>>;
type Universes = App['universes'];

/** More would not fit into an answer, and would keep the bot from hearing while they are merged. */
const TICKERS = { min: 2, max: 60 };

/** As a command's data lists them. */
export const OPTIONS = {
  horizon: {
    type: OptionType.Integer,
    name: 'horizon',
    description: 'Trading days to look ahead; 21 is about a month',
    min_value: RANGES.horizon.min,
    max_value: RANGES.horizon.max,
  },
  alpha: { type: OptionType.String, name: 'alpha', description: 'Confidence: 95% looks at the worst 5% of cases' },
  universe: { type: OptionType.String, name: 'universe', description: 'A named list of assets', autocomplete: true },
  tickers: { type: OptionType.String, name: 'tickers', description: 'Assets by their symbols, such as AAPL, MSFT, KO' },
  maxWeight: {
    type: OptionType.String,
    name: 'max_weight',
    description: 'The most that one asset may get, such as 40%',
  },
  public: {
    type: OptionType.Boolean,
    name: 'public',
    description: 'Show the answer to everyone here; only you see it otherwise',
  },
} as const;

/** All of a request that these options and the defaults say; what they leave open is the command's own. */
export function readRequest(options: Options, universes: Universes): Omit<AllocateRequest, 'lossLimit'> {
  const { horizon } = options;
  return {
    universe: readUniverse(options, universes),
    horizonDays: horizon === undefined ? DEFAULTS.horizon : parseWhole(Number(horizon), 'horizon', RANGES.horizon),
    alpha: readRate(options, 'alpha', RANGES.alpha, DEFAULTS.alpha),
    maxWeight: readRate(options, 'max_weight', RANGES.weight, DEFAULTS.maxWeight),
    minWeight: DEFAULTS.minWeight,
    scenarios: DEFAULTS.scenarios,
    seed: DEFAULTS.seed,
    recipe: 'calibrated',
  };
}

function readUniverse({ universe, tickers }: Options, universes: Universes): AllocateRequest['universe'] {
  if (universe !== undefined && tickers !== undefined) {
    throw new UserError('Give either universe or tickers, not both.', 'universe');
  }
  if (tickers !== undefined) {
    return { kind: 'tickers', tickers: parseTickers(String(tickers), 'tickers', TICKERS) };
  }
  const known = universes.map(({ name }) => name);
  if (universe === undefined) {
    throw new UserError(
      `Say which assets to split over: a universe (${known.join(', ')}) or tickers such as AAPL, MSFT, KO.`,
      'universe',
    );
  }
  const name = String(universe).trim().toLowerCase();
  if (!known.includes(name)) {
    throw new UserError(`universe takes one of ${known.join(', ')}; got "${String(universe)}".`, 'universe');
  }
  return { kind: 'named', name };
}

function readRate(options: Options, name: string, range: { min: number; max: number }, otherwise: number): number {
  const text = options[name];
  return text === undefined ? otherwise : parseRate(String(text), name, range);
}

/** Choices for an option that is being typed: the universes that match. */
export function completeUniverse(option: string, typed: string, universes: Universes) {
  if (option !== 'universe') return [];
  const wanted = typed.trim().toLowerCase();
  return universes
    .filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted))
    .map(({ name, title }) => ({ name: `${name}: ${title}`, value: name }));
}
