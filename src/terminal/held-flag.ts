import { readFile } from 'node:fs/promises';
import { assetsHeld } from '../commands/held-assets.ts';
import { decoderOf, usingFile } from '../files.ts';
import type { Held } from '../held.ts';
import { parseCurrency } from '../parse.ts';
import { parseHoldings } from '../parse-holdings.ts';
import type { UniverseSpec } from '../prices/universes.ts';
import { flag, namesAssets, universeOf } from './flags.ts';
import type { Flags } from './terminal-command.ts';

/** What `--holdings` says is held: a text, or the file of a broker. @throws UserError */
export async function heldOf(flags: Flags): Promise<Held | undefined> {
  const given = flag(flags, 'holdings');
  if (given === undefined) return undefined;
  const currency = flag(flags, 'currency');
  return parseHoldings(await textOf(given), 'holdings', currency && parseCurrency(currency, 'currency'));
}

/** The text itself, or that of a file. */
async function textOf(given: string): Promise<string> {
  if (!/\.(csv|tsv|txt)$/i.test(given.trim())) return given;
  const bytes = await usingFile('read', given, 'holdings', () => readFile(given));
  return decoderOf(bytes).decode(bytes);
}

/** The assets that a question is about: those held where none are named. @throws UserError */
export const universeBeside = (flags: Flags, held: Held | undefined): UniverseSpec =>
  held === undefined || namesAssets(flags)
    ? universeOf(flags)
    : assetsHeld(held.positions, 'holdings', flag(flags, 'vendor'));
