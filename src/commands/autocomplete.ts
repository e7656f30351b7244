// Choices offered while an option is typed.
import type { App } from '../app.ts';
import type { Universe } from '../prices/universes.ts';
import { completeNames, namedAssets, isNamingText, serverNames } from './complete-names.ts';
import type { GuildView } from './guilds.ts';
import type { Options } from './options.ts';
import { zonesNamed } from '../time-zones.ts';

export interface AutocompleteChoice {
  /** The text shown, at most 100 characters. */
  readonly name: string;
  readonly value: string;
}

/** The choices whose name contains the typed text, ignoring case. */
export function matching(choices: readonly AutocompleteChoice[], typed: string): AutocompleteChoice[] {
  const wanted = typed.trim().toLowerCase();
  return choices.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** Fewer letters find too much. */
const LEAST_LETTERS = 2;

/**
 * Symbols for the name after the last comma: `KO, app` offers `KO, AAPL (Apple Inc.)`. What stands in brackets is left
 * out when the option is read.
 */
export async function completeTickers(
  typed: string,
  { prices }: Pick<App, 'prices'>,
): Promise<readonly AutocompleteChoice[]> {
  const [, before = '', last = ''] = /^(.*[,;]\s*)?([^,;]*)$/s.exec(typed) ?? [];
  const name = last.replace(/^\s*\$/, '').trim();
  if (name.length < LEAST_LETTERS) return [];
  const found = await prices.search(name);
  return found.map(({ symbol, name: company }) => ({
    name: `${before}${symbol}${company === '' ? '' : ` (${company.replaceAll(/[()]/g, '')})`}`,
    value: `${before}${symbol}`,
  }));
}

export const matchingUniverses = (typed: string, universes: readonly Universe[]) =>
  matching(
    universes.map(({ name, title }) => ({ name: `${name}: ${title}`, value: name })),
    typed,
  );

/** The universes that match the typed text; no choices for other options. */
export const completeUniverse = (option: string, typed: string, universes: readonly Universe[]) =>
  option === 'universe' ? matchingUniverses(typed, universes) : [];

interface QuestionTyped {
  readonly guild: GuildView;
  readonly others: Options;
}

interface AssetsTyped extends QuestionTyped {
  readonly app: Pick<App, 'prices'>;
}

/** A name that is looked for, not a number or a comparison: what stands after the last comma. */
const LOOKED_FOR = /(?:^|[,;])[\s$]*[\p{L}][\p{L} .&'-]*$/u;

/** Universes, symbols for the tickers that are typed, or names in texts; no choices for other options. */
export async function completeAssets(option: string, typed: string, { app, guild, others }: AssetsTyped) {
  if (option === 'tickers') return completeTickers(typed, app);
  const choices = completeQuestion(option, typed, { guild, others });
  // A constraint can name nothing but the assets of its universe. What is held may lie beside them.
  const isBound = option === 'constraints' || (option !== 'holdings' && namedAssets(others, guild) !== undefined);
  const isSearched = choices.length === 0 && !isBound && isNamingText(option) && LOOKED_FOR.test(typed);
  return isSearched ? completeTickers(typed, app) : choices;
}

/** Universes, or names in texts; no choices for other options. */
export const completeQuestion = (option: string, typed: string, { guild, others }: QuestionTyped) =>
  isNamingText(option)
    ? completeNames(option, typed, namedAssets(others, guild) ?? serverNames(guild))
    : completeUniverse(option, typed, guild.universes);

/** Time zones, those of the largest cities first: `new york` finds America/New_York. */
export const completeTimeZone = (typed: string): AutocompleteChoice[] =>
  zonesNamed(typed).map((zone) => ({ name: zone, value: zone }));

/** Currencies: `fra` finds the Swiss franc, `eur` the euro first. */
export function completeCurrency(typed: string, codes: readonly string[]) {
  const names = new Intl.DisplayNames('en-GB', { type: 'currency' });
  const wanted = typed.trim().toLowerCase();
  const choices = codes.map((code) => ({ name: `${code}: ${names.of(code)}`, value: code }));
  const isExact = (code: string): number => Number(code.toLowerCase() === wanted);
  return matching(choices, typed).toSorted((a, b) => isExact(b.value) - isExact(a.value));
}
