// Pure: the options of the slash commands that ask about assets, and how they are read. Readers throw UserError.
import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { AllocateRequest, App, GuildView } from '../app.ts';
import type { Bounds } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import { checkWeights } from './constraints.ts';
import { matching } from './autocomplete.ts';
import { DEFAULTS, RANGES, USUAL_DRAW, parseRate, parseTickers, parseWhole } from '../parse.ts';

/** Options as Discord sent them, by name, those of the subcommand if there is one; absent ones are absent. */
export type Options = Readonly<Record<string, string | number | boolean>>;
type Universes = App['universes'];

/** What can be named there where a question is asked, and what it means when it does not say. */
type Place = GuildView;

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
  minWeight: {
    type: OptionType.String,
    name: 'min_weight',
    description: 'The least that every asset gets, such as 2%',
  },
  public: {
    type: OptionType.Boolean,
    name: 'public',
    description: 'Show the answer to everyone here; only you see it otherwise',
  },
} as const;

/** All of a request that these options, the server's settings and the defaults say; the rest is the command's own. */
export function readRequest(options: Options, place: Place): Omit<AllocateRequest, 'lossLimit'> {
  const { settings } = place;
  const { horizon } = options;
  const otherwise = { ...DEFAULTS, horizonDays: DEFAULTS.horizon, ...settings };
  const universe = readUniverse(options, place);
  return {
    universe: specOf(universe),
    horizonDays: horizon === undefined ? otherwise.horizonDays : parseWhole(Number(horizon), 'horizon', RANGES.horizon),
    alpha: readRate(options, 'alpha', RANGES.alpha, otherwise.alpha),
    ...readBounds(options, universe.tickers.length, settings),
    ...USUAL_DRAW,
  };
}

/** Some of everybody's or the server's universes, or tickers given on the spot, which have no name. */
type Meant = Pick<Universes[number], 'tickers'> & Partial<Pick<Universes[number], 'name' | 'owner'>>;

function readUniverse(options: Options, { universes, settings }: Place): Meant {
  const { universe = 'tickers' in options ? undefined : settings.universe, tickers } = options;
  if (universe !== undefined && tickers !== undefined) {
    throw new UserError('Give either universe or tickers, not both.', 'universe');
  }
  if (tickers !== undefined) {
    return { tickers: parseTickers(String(tickers), 'tickers', TICKERS) };
  }
  if (universe === undefined) {
    const known = universes.map(({ name }) => name).join(', ');
    throw new UserError(
      `Say which assets to split over: a universe (${known}) or tickers such as AAPL, MSFT, KO.`,
      'universe',
    );
  }
  return namedUniverse(String(universe), universes);
}

/** Bounds that so many assets can meet. */
function readBounds(options: Options, assets: number, settings: Place['settings']): Bounds {
  const { minWeight: least = DEFAULTS.minWeight, maxWeight: most = DEFAULTS.maxWeight } = settings;
  const bounds = {
    minWeight: readRate(options, 'min_weight', RANGES.weight, least),
    maxWeight: readRate(options, 'max_weight', RANGES.weight, most),
  };
  checkWeights(assets, bounds, {
    minWeight: 'min_weight' in options ? undefined : settings.minWeight,
    maxWeight: 'max_weight' in options ? undefined : settings.maxWeight,
  });
  return bounds;
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
  throw new UserError(`${option} takes one of ${known}; got "${name}".`, option);
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
export function completeUniverse(option: string, typed: string, universes: Universes) {
  if (option !== 'universe') return [];
  const choices = universes.map(({ name, title }) => ({ name: `${name}: ${title}`, value: name }));
  return matching(choices, typed);
}
