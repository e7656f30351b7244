// What the directories of models are called: `<root>/<universe>/<recipe>/<version>/`.
import { readdir } from 'node:fs/promises';
import { errorCode } from '../errors.ts';

/** Earlier names of recipes. Models may still be stored under them. */
const FORMER_NAMES: Readonly<Record<string, string>> = { plain: 'seed' };

export const formerName = (recipe: string): string | undefined => FORMER_NAMES[recipe];

export const presentName = (recipe: string): string =>
  Object.keys(FORMER_NAMES).find((now) => FORMER_NAMES[now] === recipe) ?? recipe;

/** The names of universes and recipes. Other directories, such as `.git`, are not ours. */
const NAME = /^[a-z0-9][a-z0-9._-]*$/;

export const isName = (name: string): boolean => NAME.test(name);

/** @throws Error when a universe cannot have that name */
export function keyOf(universe: string, recipe: string): string {
  if (!isName(universe)) {
    throw new Error(`expected a universe's name of a to z, 0 to 9, dots, dashes and underscores, got "${universe}"`);
  }
  return `${universe}/${recipe}`;
}

/** Empty where there is no such directory. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
