// Choices offered while a text with names of assets is typed: constraints, weights, holdings, a shock, views.
import { isIndex } from '../engine/market.ts';
import { BEHIND } from './constraint-parser.ts';
import type { GuildView } from './guilds.ts';
import { UserError } from '../errors.ts';
import { type Universe, typedTickers } from '../prices/universes.ts';
import type { Options } from './options.ts';
import { serverVocabulary, typedVocabulary, vocabularyOf, type Vocabulary } from './vocabulary.ts';

/** Discord's. */
const MOST_CHOICES = 25;
const LONGEST = 100;

interface NamingText {
  /** What may follow a name. */
  readonly endings: readonly string[];
  /** Words that it knows beside tickers, at its beginning. */
  readonly words?: readonly string[];
  readonly hasGroups?: boolean;
}

/** By the option's name. */
const TEXTS: Readonly<Record<string, NamingText>> = {
  constraints: { endings: [' <= 20%', ' >= 5%'], words: [BEHIND], hasGroups: true },
  weights: { endings: [' 30%'] },
  holdings: { endings: [' 10'], words: ['saved', 'cash 500 USD'] },
  shock: { endings: [' -30%', ' -10%', ' +10%'] },
  views: { endings: [' +5%', ' > '] },
};

/** Whether the option is a text with names. */
export const isNamingText = (option: string): boolean => Object.hasOwn(TEXTS, option);

/** The names that a text may use. */
export interface Names extends Vocabulary {
  /** With the indices, which are not bought: what constraints may be compared with. */
  readonly all: readonly string[];
}

/** Of the assets that the question's other options name; undefined where they name none that are known. */
export function namedAssets({ universe, tickers }: Options, { universes }: Pick<GuildView, 'universes'>) {
  if (tickers !== undefined) return typedNames(String(tickers));
  const wanted = String(universe ?? '')
    .trim()
    .toLowerCase();
  const named = universes.find(({ name }) => name === wanted);
  return named && { ...vocabularyOf(named), all: named.tickers };
}

function typedNames(text: string): Names | undefined {
  try {
    const list = typedTickers(text);
    return { ...typedVocabulary(list), all: list.tickers };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Of all of a server's universes, those of the default one first. */
export function serverNames({ universes, settings }: GuildView): Names {
  const isDefault = ({ name }: Pick<Universe, 'name'>): number => Number(name === settings.universe);
  const sorted = universes.toSorted((a, b) => isDefault(b) - isDefault(a));
  return { ...serverVocabulary(sorted), all: [...new Set(sorted.flatMap((one) => one.tickers))] };
}

/**
 * Tickers and, in constraints, groups for the word being typed: `NVDA <= 20%; te` offers `NVDA <= 20%; tech`. After a whole
 * name, what may follow it.
 */
export function completeNames(option: string, typed: string, { tickers = [], groups, sectors = [], all }: Names) {
  const { endings, words = [], hasGroups = false } = TEXTS[option]!;
  const isBehind = hasGroups && new RegExp(String.raw`\b${BEHIND}\s+\S*$`, 'i').test(typed);
  const known = isBehind
    ? all.toSorted((a, b) => Number(isIndex(b)) - Number(isIndex(a)))
    : [...(hasGroups ? [...groups.map(({ name }) => name), ...sectors] : []), ...tickers];
  const { before, word, found } = wordIn(typed, known);
  const isName = found.some((name) => name.toLowerCase() === word.toLowerCase());
  const begins = before.trim() === '' || /[,;]\s*$/.test(before);
  const special = begins && word !== '' ? words.filter((one) => one.startsWith(word.toLowerCase())) : [];
  const following = isBehind ? [' <= 5%'] : endings;
  const offered = isName ? found.flatMap((name) => ['', ...following].map((ending) => `${name}${ending}`)) : found;
  return [...special, ...offered]
    .map((end) => `${before}${end}`)
    .filter((text) => text.trim() !== '' && text.length <= LONGEST)
    .slice(0, MOST_CHOICES)
    .map((text) => ({ name: text, value: text }));
}

/** The last word may have a dash, as BTC-USD has; otherwise a dash is a minus. */
function wordIn(typed: string, known: readonly string[]) {
  const [dashed, plain] = [/^(.*?)([^\s,;<>=≤≥+*]*)$/s, /^(.*?)([^\s,;<>=≤≥+*-]*)$/s].map((pattern) => {
    const [, before = '', word = ''] = pattern.exec(typed) ?? [];
    return { before, word, found: known.filter((name) => name.toLowerCase().startsWith(word.toLowerCase())) };
  });
  return dashed!.found.length > 0 ? dashed! : plain!;
}
