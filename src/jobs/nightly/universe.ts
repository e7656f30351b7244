import { UserError } from '../../errors.ts';
import { USUAL_DRAW } from '../../parse.ts';
import { retryWhileBusy } from '../../async.ts';
import { lookAtAlerts } from './alerts.ts';
import type { UniverseInUse } from './universes-in-use.ts';
import type { Night } from './night.ts';

/** A universe that nobody has used for so long leaves no mark. */
const MARK_LIFE = 30 * 86_400_000;

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
      return await retryWhileBusy(work, night);
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
  const until = loaded.prices.dates.at(-1) ?? '';
  await attempt('retraining', () => retrain(universe, until, night));
  for (const horizonDays of horizons) {
    await attempt(`drawing scenarios for ${horizonDays} days`, () =>
      app.engine.scenarios({ ...USUAL_DRAW, universe: spec, horizonDays }, { signal }),
    );
  }
  const untold = await lookAtAlerts(universe, night);
  if (untold > 0) troubles.push(`${untold} of ${universe.alerts.length} alerts could not be looked at or told.`);
  return troubles;
}

/** Only on prices that no training has seen: at a weekend there are none. Both models' scores go to the log. */
async function retrain({ key, spec }: UniverseInUse, until: string, night: Night): Promise<void> {
  const { engine, marks, clock, log } = night.app;
  const markKey = `trained/${key}`;
  const universe = nameOf({ key, spec });
  if ((await marks.get(markKey))?.note === until) {
    log.info({ universe, until }, 'no new prices: not trained');
    return;
  }
  const { outcome, scores } = await engine.retrain(
    { universe: spec, recipe: USUAL_DRAW.recipe },
    { signal: night.signal },
  );
  log.info({ universe, until, outcome, ...(scores && { scores }) }, 'trained');
  const at = new Date(clock.now()).toISOString();
  await marks.set(markKey, { due: new Date(night.due).toISOString(), at, outcome: 'done', note: until }, MARK_LIFE);
}

/** What people call it. */
export const nameOf = ({ key, spec }: Pick<UniverseInUse, 'key' | 'spec'>): string =>
  'name' in spec ? (spec.name ?? key) : key;
