// Where models lie: `<root>/<universe>/<recipe>`, of which the last two are a model's key.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';

/** Earlier names of recipes. Models may still be stored under them. */
const FORMER_NAMES: Readonly<Record<string, string>> = { plain: 'seed' };

export const formerName = (recipe: string): string | undefined => FORMER_NAMES[recipe];

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

/** None where there is no such directory. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** The recipes of which a universe may have models, by their present names. */
export async function recipesOf(root: string, universe: string): Promise<string[]> {
  const names = (await namesIn(join(root, universe))).filter(isName);
  const current = names.map((name) => Object.keys(FORMER_NAMES).find((now) => FORMER_NAMES[now] === name) ?? name);
  return [...new Set(current)].sort();
}

/** The keys of all models' directories, in no order. */
export async function modelKeys(root: string): Promise<string[]> {
  const universes = (await namesIn(root)).filter(isName);
  const keys = universes.map(async (universe) =>
    (await namesIn(join(root, universe))).filter(isName).map((recipe) => `${universe}/${recipe}`),
  );
  return (await Promise.all(keys)).flat();
}
