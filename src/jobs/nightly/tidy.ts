import type { App } from '../../app.ts';
import type { UniverseInUse } from './universes-in-use.ts';

/** Removes what nobody has used for long. @returns what failed, in sentences for operators */
export async function tidy(_universes: readonly UniverseInUse[], _app: App): Promise<readonly string[]> {
  return [];
}
