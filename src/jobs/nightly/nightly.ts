import PQueue from 'p-queue';
import { plural } from '../../format.ts';
import { NIGHTLY_KEY } from '../../job-runs.ts';
import { postDigest } from '../digest.ts';
import type { Job, RunContext } from '../job.ts';
import { tellGivenUp } from './given-up.ts';
import { noteUnchecked, notifyOrphanedAlerts } from './unchecked.ts';
import { firstStart, isRefreshed, saveRefreshed } from './done-before.ts';
import { faultSentence } from './fault-sentence.ts';
import { refreshUniverse, type NightQueues } from './refresh-universe.ts';
import { tidy } from './tidy.ts';
import { nameOf, universesInUse, type InUse, type UniverseInUse } from './universes-in-use.ts';

/** Refreshes every universe in use: prices, models, scenarios, alerts. Then tidies up and tells the operators. */
export const nightly: Job = {
  name: NIGHTLY_KEY,
  tasks: async (context) => [
    {
      key: NIGHTLY_KEY,
      schedule: context.app.config.nightly,
      since: await firstStart(context.app),
      run: (due, isLastAttempt) => runNightly({ ...context, due, isLastAttempt }),
      givenUp: (due) => tellGivenUp({ ...context, due, isLastAttempt: true }),
    },
  ],
};

/** What members read. */
const NEWER = 'What its server has saved is of a newer version of me, which I cannot read.';

interface Failure {
  /** A universe's name, or another part of the run. */
  readonly subject: string;
  /** Sentences: no holdings, no limits. */
  readonly sentence: string;
}

/** @throws Error when something failed, unless this is the last attempt: then the operators' digest tells it */
async function runNightly(run: RunContext): Promise<void> {
  const { app, signal, due, isLastAttempt } = run;
  const { universes, ...others } = await universesInUse(app, run.messenger);
  const failures = [
    ...(await refreshAll(universes, run)),
    ...(await tryPart('alerts', run, () => tellOthers(others, run))),
    ...(await tryPart('clean-up', run, async () => {
      await tidy(universes, app);
      return [];
    })),
  ];
  signal.throwIfAborted();
  if (failures.length > 0) {
    if (!isLastAttempt)
      throw new Error(`${failures.map(({ subject }) => subject).join(', ')} failed and will be retried`);
    app.log.error({ failures }, 'the nightly run has failures');
    for (const { subject, sentence } of failures) await app.incidents.add(subject, sentence);
  }
  await postDigest(run, due);
}

/** The prices of this many universes are fetched at once, while others are worked on. */
const FETCHING_AT_ONCE = 2;

/**
 * Refreshes universes side by side: the vendor is asked about the next ones while the threads train for others, one
 * more than there are threads, so that none stands idle.
 */
async function refreshAll(universes: readonly UniverseInUse[], run: RunContext): Promise<readonly Failure[]> {
  const queues: NightQueues = {
    fetching: new PQueue({ concurrency: FETCHING_AT_ONCE }),
    working: new PQueue({ concurrency: run.app.config.workerThreads + 1 }),
  };
  const failures = universes.map((universe) =>
    tryPart(nameOf(universe), run, () => refreshOnce(universe, run, queues)),
  );
  return (await Promise.all(failures)).flat();
}

/** Skips a universe that an earlier attempt of this run has refreshed without failures. @returns what failed */
async function refreshOnce(universe: UniverseInUse, run: RunContext, queues: NightQueues): Promise<readonly string[]> {
  if (await isRefreshed(universe.key, run)) return [];
  const startedAt = performance.now();
  const problems = await refreshUniverse(universe, run, queues);
  run.signal.throwIfAborted();
  const outcome = problems.length === 0 ? 'done' : 'failed';
  const ms = Math.round(performance.now() - startedAt);
  run.app.log.info({ universe: nameOf(universe), outcome, ms }, 'universe refreshed');
  if (outcome === 'done') await saveRefreshed(universe.key, run);
  return problems;
}

/** Whether or not the rest of the night succeeds, nothing will be done for these alerts. */
async function tellOthers(
  { orphanedAlerts, unreadableAlerts }: Omit<InUse, 'universes'>,
  run: RunContext,
): Promise<readonly string[]> {
  const undelivered =
    (await notifyOrphanedAlerts(orphanedAlerts, run)) +
    (await noteUnchecked(unreadableAlerts, NEWER, { ...run, isLastAttempt: true }));
  return undelivered === 0 ? [] : [`${plural(undelivered, 'notice')} about a universe could not be delivered.`];
}

/** A fault in one part leaves the others unaffected. Rejects only when the bot stops. */
async function tryPart(
  subject: string,
  { app, signal }: RunContext,
  work: () => Promise<readonly string[]>,
): Promise<readonly Failure[]> {
  try {
    const problems = await work();
    return problems.length === 0 ? [] : [{ subject, sentence: problems.join(' ') }];
  } catch (err) {
    if (signal.aborted) return [];
    app.log.error({ err, subject }, 'a part of the nightly run failed');
    return [{ subject, sentence: faultSentence(err) }];
  }
}
