// Choices offered while constraints are typed.
import type { GuildView } from './guilds.ts';
import { serverVocabulary } from './vocabulary.ts';

/** Discord's. */
const MOST_CHOICES = 25;
const LONGEST = 100;
/** What may follow a name. */
const ENDINGS = ['', ' <= 20%', ' >= 5%'];

/**
 * Tickers and groups for the word being typed: `NVDA <= 20%; te` offers `NVDA <= 20%; tech`. After a whole name, what may
 * follow it. Those of the server's default universe come first.
 */
export function completeConstraints(typed: string, { universes, settings }: GuildView) {
  const isDefault = ({ name }: { readonly name: string }): number => Number(name === settings.universe);
  const { tickers, groups } = serverVocabulary(universes.toSorted((a, b) => isDefault(b) - isDefault(a)));
  // A dash within a word is part of its name, as in BRK-B; the $ before a ticker is not.
  const [, before = '', word = ''] = /^(.*?)\$?((?:[^\s;<>=≤≥+*$-][^\s;<>=≤≥+*]*)?)$/s.exec(typed) ?? [];
  const wanted = word.toLowerCase();
  const names = [...groups.map(({ name }) => name), ...tickers];
  const found = names.filter((name) => name.toLowerCase().startsWith(wanted));
  const isName = names.some((name) => name.toLowerCase() === wanted);
  const offered = isName ? found.flatMap((name) => ENDINGS.map((ending) => `${name}${ending}`)) : found;
  return offered
    .map((end) => `${before}${end}`)
    .filter((text) => text.trim() !== '' && text.length <= LONGEST)
    .slice(0, MOST_CHOICES)
    .map((text) => ({ name: text, value: text }));
}
