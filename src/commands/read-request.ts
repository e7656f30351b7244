// Reads the options that the slash commands about assets share. All throw UserError.
import { DEFAULT_STRATEGY, chooseStrategy } from '../engine/strategies/index.ts';
import type { Constraint } from '../engine/constraints/index.ts';
import type { StrategyChoice } from '../engine/strategies/strategy.ts';
import type { AllocateRequest } from '../engine-service/requests.ts';
import { UserError } from '../errors.ts';
import { DEFAULTS, DEFAULT_SAMPLING, RANGES, parseWhole } from '../parse.ts';
import { parseRate } from '../parse-rates.ts';
import { chooseUniverse, typedTickers } from '../prices/universes.ts';
import { parseAllowances } from './allowances.ts';
import { constraintsAmong, readConstraints, typedConstraints, type TypedConstraints } from './constraints.ts';
import { wordsOf } from './constraint-words.ts';
import { discordName } from './error-words.ts';
import type { GuildView } from './guilds.ts';
import type { Options } from './options.ts';
import { parseViews } from './views.ts';
import { typedVocabulary, vocabularyOf, type Vocabulary } from './vocabulary.ts';

/**
 * Combines the options with the server's settings and the bot's defaults; the command adds the rest.
 * @param walks whether it is about decisions of the past, each of which trades from the one before
 */
export function readRequest(options: Options, place: GuildView, { walks = false } = {}): AllocateRequest {
  const { settings } = place;
  const { horizon, alpha, loss, views, allow } = options;
  const assets = readUniverse(options, place);
  const { universe } = assets;
  // A default limit on trades says nothing where nothing is held. An alert's option is no text.
  const isHeld = walks || typeof options.holdings === 'string';
  const defaults = settings.constraints?.filter(({ kind }) => isHeld || kind !== 'max-turnover') ?? [];
  const typed = typedInDiscord(options);
  const { kept, leftOut } = constraintsAmong(defaults, assets);
  const constraints = readConstraints(typed, 'discord', assets, kept);
  return {
    universe,
    strategy: readStrategy(options),
    mandate: {
      horizonDays:
        horizon === undefined
          ? (settings.horizonDays ?? DEFAULTS.horizon)
          : parseWhole(Number(horizon), 'horizon', RANGES.horizon),
      constraints,
      risk: {
        alpha: alpha === undefined ? (settings.alpha ?? DEFAULTS.alpha) : readRate(alpha, 'alpha'),
        ...(loss !== undefined && { limit: readRate(loss, 'loss') }),
      },
    },
    sampling: DEFAULT_SAMPLING,
    ...(views !== undefined && { views: parseViews(String(views), 'discord') }),
    ...(allow !== undefined && { allow: parseAllowances(String(allow), 'allow') }),
    ...settingsUsed(options, { ...settings, constraints }, 'constraints' in typed ? [] : leftOut),
  };
}

/**
 * The parts of the question that were not typed and that the server has a setting for.
 * @param settings their constraints are those of the question
 * @param leftOut constraints that are about other assets
 */
function settingsUsed(
  options: Options,
  { horizonDays, alpha, constraints = [] }: GuildView['settings'],
  leftOut: readonly Constraint[],
): Pick<AllocateRequest, 'settingsUsed'> {
  const set = [
    ...(horizonDays === undefined ? [] : ['horizon']),
    ...(alpha === undefined ? [] : ['alpha']),
    ...constraints.map(({ kind }) => kind),
  ];
  const parts = set.filter((part) => options[discordName(part)] === undefined);
  if (parts.length + leftOut.length === 0) return {};
  return { settingsUsed: { parts, ...(leftOut.length > 0 && { leftOut: leftOut.map((one) => wordsOf(one)) }) } };
}

/** A rate as members type it. */
export const readRate = (value: Options[string], option: 'alpha' | 'loss'): number =>
  parseRate(String(value), option, RANGES[option], 'discord');

const readStrategy = ({ strategy }: Options): StrategyChoice =>
  strategy === undefined ? DEFAULT_STRATEGY : chooseStrategy(String(strategy));

/** @throws UserError when the option `loss` is missing */
export function requireLoss({ loss }: Options): void {
  if (loss === undefined) throw new UserError('A limit is needed: give loss, such as 8%.', { option: 'loss' });
}

/** The chosen universe, or tickers given directly, and the names of what it buys. */
interface ReadUniverse extends Vocabulary {
  readonly universe: AllocateRequest['universe'];
  readonly tickers: readonly string[];
}

function readUniverse(options: Options, { universes, settings }: GuildView): ReadUniverse {
  const { universe = 'tickers' in options ? undefined : settings.universe, tickers } = options;
  if (universe !== undefined && tickers !== undefined) {
    throw new UserError('Give either universe or tickers, not both.', { option: 'universe' });
  }
  if (tickers !== undefined) {
    const typed = typedTickers(String(tickers), RANGES.assets);
    return { universe: typed, ...typedVocabulary(typed) };
  }
  if (universe === undefined) {
    const known = universes.map(({ name }) => name).join(', ');
    throw new UserError(`Say which assets to split over: a universe (${known}) or tickers such as AAPL, MSFT, KO.`, {
      option: 'universe',
    });
  }
  const named = namedUniverse(String(universe), universes);
  return { universe: chooseUniverse(named), ...vocabularyOf(named) };
}

export const typedInDiscord = (options: Options): TypedConstraints =>
  typedConstraints((key) => options[discordName(key)]);

/**
 * @param option named in the error
 * @throws UserError that lists the known ones
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
