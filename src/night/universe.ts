import { UserError } from '../errors.ts';
import { DEFAULTS } from '../text/parse.ts';
import { lookAtAlerts } from './alerts.ts';
import type { UniverseInUse } from './in-use.ts';
import type { Night } from './types.ts';

const RECIPE = 'calibrated';

/**
 * Refreshes a universe's prices, lets a new model contend with the live one, draws again the scenarios that
 * are asked for, and looks at its alerts. A step that fails ends none of the others, but that nothing can
 * be done without prices.
 * @returns what went wrong, in sentences for operators
 */
export async function tendUniverse(universe: UniverseInUse, night: Night): Promise<readonly string[]> {
  const { app, signal } = night;
  const { spec, horizons } = universe;
  const troubles: string[] = [];
  const attempt = async <T>(step: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (err) {
      signal.throwIfAborted();
      app.log.error({ err, step, universe: nameOf(universe) }, 'a step of the night failed');
      troubles.push(`${step} failed: ${err instanceof UserError ? err.message : 'a fault, which the log has.'}`);
      return undefined;
    }
  };

  const loaded = await attempt('refreshing prices', () => app.prices.history(spec, { refresh: true, signal }));
  if (loaded === undefined) return troubles;
  if (loaded.stale) troubles.push(loaded.notes[0] ?? 'The prices are stale.');
  const retrained = await attempt('retraining', () =>
    app.engine.train({ universe: spec, recipe: RECIPE, seed: DEFAULTS.seed }, { signal }),
  );
  if (retrained !== undefined)
    app.log.info({ universe: nameOf(universe), unchanged: retrained.unchanged }, 'retrained');
  const draw = { universe: spec, scenarios: DEFAULTS.scenarios, seed: DEFAULTS.seed, recipe: RECIPE } as const;
  for (const horizonDays of horizons) {
    await attempt(`drawing scenarios for ${horizonDays} days`, () =>
      app.engine.scenarios({ ...draw, horizonDays }, { signal }),
    );
  }
  const untold = await lookAtAlerts(universe, night);
  if (untold > 0) troubles.push(`${untold} of ${universe.alerts.length} alerts could not be looked at or told.`);
  return troubles;
}

/** What people call it. */
export const nameOf = ({ key, spec }: UniverseInUse): string => ('name' in spec ? (spec.name ?? key) : key);
