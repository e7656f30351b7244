import type PQueue from 'p-queue';
import { splitMarket } from '../../engine/market.ts';
import { listedModelName } from '../../engine-service/model-fit.ts';
import type { RunContext } from '../job.ts';
import { checkAlerts } from './alerts.ts';
import { faultSentence } from './fault-sentence.ts';
import { renewModel } from './renew-model.ts';
import { noteUnchecked } from './unchecked.ts';
import { nameOf, type UniverseInUse } from './universes-in-use.ts';

/** What the universes of a run take in turn. */
export interface NightQueues {
  readonly fetching: PQueue;
  readonly working: PQueue;
}

/** The newest ISO day of a universe's prices and, if they are stale, why; or why there are none. */
type Fetched = { readonly until: string; readonly stale?: string } | { readonly error: unknown };

/**
 * Refreshes a universe's prices and its model, and checks its alerts. Without prices nothing else is tried.
 * @returns what failed, in sentences for operators
 */
export async function refreshUniverse(
  universe: UniverseInUse,
  run: RunContext,
  { fetching, working }: NightQueues,
): Promise<readonly string[]> {
  const fetched = await fetching.add(() => fetchPrices(universe, run));
  if ('error' in fetched) {
    const undelivered = await noteUnchecked(universe.alerts, fetched.error, run);
    return [`refreshing prices failed: ${faultSentence(fetched.error)}`, ...alertsSentence(undelivered, universe)];
  }
  const { until, stale } = fetched;
  return working.add(async () => [
    ...(stale === undefined ? [] : [stale]),
    ...(await renewModel(universe, until, run)),
    ...alertsSentence(await checkAlerts(universe, run, stale), universe),
  ]);
}

/** One request a ticker and night: what was fetched since the run was due is new, whoever asked for it. */
async function fetchPrices(universe: UniverseInUse, { app, due, signal }: RunContext): Promise<Fetched> {
  try {
    const loaded = await app.prices.history(universe.spec, { refresh: due, signal });
    // The record's, which are found again once they are merged.
    await app.prices.history(universe.spec, { refresh: due, keepsEnded: true, signal });
    const until = loaded.prices.dates.at(-1) ?? '';
    await app.models.keep(listedModelName(universe.spec, splitMarket(loaded.prices).assets.tickers));
    return { until, ...(loaded.stale && { stale: loaded.notes[0] ?? 'The prices are stale.' }) };
  } catch (error) {
    signal.throwIfAborted();
    app.log.error(
      { err: error, step: 'refreshing prices', universe: nameOf(universe) },
      'a step of the nightly run failed',
    );
    return { error };
  }
}

const alertsSentence = (failed: number, { alerts }: UniverseInUse): readonly string[] =>
  failed === 0 ? [] : [`${failed} of ${alerts.length} alerts could not be checked or delivered.`];
