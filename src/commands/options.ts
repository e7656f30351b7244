// The options of the slash commands that ask about assets. Readers throw UserError.
import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { Constraint } from '../engine/constraints/index.ts';
import { STRATEGIES, chooseStrategy } from '../engine/strategies/index.ts';
import type { StrategyChoice } from '../engine/strategies/strategy.ts';
import type { AllocateRequest } from '../engine-service/requests.ts';
import { UserError } from '../errors.ts';
import { DEFAULTS, DEFAULT_SAMPLING, DEFAULT_STRATEGY, RANGES, parseRate, parseTickers, parseWhole } from '../parse.ts';
import type { Universe } from '../prices/universes.ts';
import { matching } from './autocomplete.ts';
import { CONSTRAINT_OPTIONS, checkConstraints, readConstraints } from './constraints.ts';
import { discordName } from './error-words.ts';
import type { GuildView } from './guilds.ts';

/** Options as Discord sent them, by name, those of the subcommand if there is one; absent ones are absent. */
export type Options = Readonly<Record<string, string | number | boolean>>;

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
  strategy: {
    type: OptionType.String,
    name: 'strategy',
    description: 'How to decide; /strategies tells what there is',
    choices: STRATEGIES.map(({ id, title }) => ({ name: title, value: id })),
  },
  public: {
    type: OptionType.Boolean,
    name: 'public',
    description: 'Show the answer to everyone here; only you see it otherwise',
  },
} as const;

/** One option a kind of constraint. */
export const CONSTRAINTS = CONSTRAINT_OPTIONS.map(({ kind, description }) => ({
  type: OptionType.String as const,
  name: discordName(kind),
  description,
}));

/** All of a request that these options, the server's settings and the defaults say; the rest is the command's own. */
export function readRequest(options: Options, place: GuildView): AllocateRequest {
  const { settings } = place;
  const { horizon } = options;
  const otherwise = { ...DEFAULTS, horizonDays: DEFAULTS.horizon, ...settings };
  const universe = readUniverse(options, place);
  return {
    universe: specOf(universe),
    strategy: readStrategy(options),
    mandate: {
      horizonDays:
        horizon === undefined ? otherwise.horizonDays : parseWhole(Number(horizon), 'horizon', RANGES.horizon),
      constraints: readChecked(options, universe.tickers, settings),
      risk: { alpha: readRate(options, 'alpha', RANGES.alpha, otherwise.alpha) },
    },
    sampling: DEFAULT_SAMPLING,
  };
}

const readStrategy = ({ strategy }: Options): StrategyChoice =>
  strategy === undefined ? DEFAULT_STRATEGY : chooseStrategy(String(strategy));

/** Some of everybody's or the server's universes, or tickers given on the spot, which have no name. */
type Meant = Pick<Universe, 'tickers'> & Partial<Pick<Universe, 'name' | 'owner'>>;

function readUniverse(options: Options, { universes, settings }: GuildView): Meant {
  const { universe = 'tickers' in options ? undefined : settings.universe, tickers } = options;
  if (universe !== undefined && tickers !== undefined) {
    throw new UserError('Give either universe or tickers, not both.', { option: 'universe' });
  }
  if (tickers !== undefined) {
    return { tickers: parseTickers(String(tickers), 'tickers', TICKERS) };
  }
  if (universe === undefined) {
    const known = universes.map(({ name }) => name).join(', ');
    throw new UserError(`Say which assets to split over: a universe (${known}) or tickers such as AAPL, MSFT, KO.`, {
      option: 'universe',
    });
  }
  return namedUniverse(String(universe), universes);
}

/** The constraints of options that were given, known by the kinds of constraint. */
export const typedConstraints = (options: Options) =>
  Object.fromEntries(
    CONSTRAINT_OPTIONS.map(({ kind }) => [kind, options[discordName(kind)]] as const)
      .filter(([, value]) => value !== undefined)
      .map(([kind, value]) => [kind, String(value)]),
  );

/** Constraints that these assets can meet. */
function readChecked(
  options: Options,
  tickers: readonly string[],
  { constraints: defaults = [] }: GuildView['settings'],
): Constraint[] {
  const typed = typedConstraints(options);
  const constraints = readConstraints(typed, discordName, defaults);
  checkConstraints(
    constraints,
    tickers,
    defaults.filter(({ kind }) => !(kind in typed)),
  );
  return constraints;
}

/**
 * @param option the one that errors blame
 * @throws UserError that names the known ones
 */
export function namedUniverse<U extends { readonly name: string }>(
  name: string,
  universes: readonly U[],
  option = 'universe',
): U {
  const wanted = name.trim().toLowerCase();
  const found = universes.find((universe) => universe.name === wanted);
  if (found !== undefined) return found;
  const known = universes.map((universe) => universe.name).join(', ');
  throw new UserError(`${option} takes one of ${known}; got "${name}".`, { option });
}

function specOf({ name, owner, tickers }: Meant): AllocateRequest['universe'] {
  if (name === undefined) return { kind: 'tickers', tickers: [...tickers] };
  return owner === 'guild' ? { kind: 'tickers', tickers: [...tickers], name } : { kind: 'named', name };
}

function readRate(options: Options, name: string, range: { min: number; max: number }, otherwise: number): number {
  const text = options[name];
  return text === undefined ? otherwise : parseRate(String(text), name, range);
}

/** Choices for an option that is being typed: the universes that match. */
export function completeUniverse(option: string, typed: string, universes: readonly Universe[]) {
  if (option !== 'universe') return [];
  const choices = universes.map(({ name, title }) => ({ name: `${name}: ${title}`, value: name }));
  return matching(choices, typed);
}
