import { plural } from '../../format.ts';
import { NIGHTLY_KEY } from '../../job-runs.ts';
import { nonceOf } from '../../messenger.ts';
import type { Job, RunContext } from '../job.ts';
import { notifyOperators } from '../operators.ts';
import { notifyOrphanedAlerts } from './alerts.ts';
import { firstStart, isRefreshed, saveRefreshed } from './done-before.ts';
import { refreshUniverse } from './refresh-universe.ts';
import { nightlyFailureReply, type NightlyFailure } from './reply.ts';
import { nameOf, universesInUse, type UniverseInUse } from './universes-in-use.ts';

/** Refreshes every universe in use: prices, models, scenarios, alerts. */
export const nightly: Job = {
  name: NIGHTLY_KEY,
  tasks: async (context) => [
    {
      key: NIGHTLY_KEY,
      schedule: context.app.config.nightly,
      since: await firstStart(context.app),
      run: (due, isLastAttempt) => runNightly({ ...context, due }, isLastAttempt),
    },
  ],
};

/** @throws Error when something failed, unless this is the last attempt: then the operators are notified */
async function runNightly(run: RunContext, isLastAttempt: boolean): Promise<void> {
  const { universes, orphanedAlerts } = await universesInUse(run.app, run.messenger);
  const failures: NightlyFailure[] = [];
  for (const universe of universes) {
    const problems = await refreshOnce(universe, run);
    if (problems.length > 0) failures.push({ subject: nameOf(universe), message: problems.join(' ') });
  }
  const undelivered = await notifyOrphanedAlerts(orphanedAlerts, run);
  if (undelivered > 0) {
    failures.push({
      subject: 'alerts',
      message: `${plural(undelivered, 'notice')} about a removed universe could not be delivered.`,
    });
  }
  if (failures.length === 0) return;
  if (!isLastAttempt)
    throw new Error(`${failures.map(({ subject }) => subject).join(', ')} failed and will be retried`);
  run.app.log.error({ failures }, 'the nightly run has failures');
  await notifyOperators(run, nightlyFailureReply(run.due, universes.length, failures), nonceOf('night', run.due));
}

/** Skips a universe that an earlier attempt of this run has refreshed without failures. @returns what failed */
async function refreshOnce(universe: UniverseInUse, run: RunContext): Promise<readonly string[]> {
  if (await isRefreshed(universe.key, run)) return [];
  const startedAt = performance.now();
  const problems = await refreshUniverse(universe, run);
  run.signal.throwIfAborted();
  const outcome = problems.length === 0 ? 'done' : 'failed';
  const ms = Math.round(performance.now() - startedAt);
  run.app.log.info({ universe: nameOf(universe), outcome, ms }, 'universe refreshed');
  if (outcome === 'done') await saveRefreshed(universe.key, run);
  return problems;
}
