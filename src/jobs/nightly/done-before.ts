// What earlier nightly runs have done, stored among the job runs.
import type { App } from '../../app.ts';
import { believed } from '../../believed.ts';
import { DAY_MS } from '../../durations.ts';
import { isoInstant, NIGHTLY_KEY } from '../../job-runs.ts';
import { unlessNewer } from '../../newer.ts';
import type { RunContext } from '../job.ts';

/** Longer than any run is retried. */
const REFRESHED_TTL_MS = 7 * DAY_MS;

/** A universe that was unused for this long is forgotten. */
const TRAINED_TTL_MS = 30 * DAY_MS;

/**
 * @returns when a bot first started on this store, milliseconds since 1970; a day ago where a newer version of this
 *   program has saved that
 */
export async function firstStart({ jobRuns, clock }: Pick<App, 'jobRuns' | 'clock'>): Promise<number> {
  const now = clock.now();
  return (await unlessNewer(savedFirstStart(jobRuns, now))) ?? now - DAY_MS;
}

async function savedFirstStart(jobRuns: App['jobRuns'], now: number): Promise<number> {
  const key = `${NIGHTLY_KEY}/first`;
  const known = believed((await jobRuns.get(key))?.due, now);
  if (known !== undefined) return known;
  const due = isoInstant(now);
  const first = await jobRuns.update(key, (old) =>
    old !== undefined && believed(old.due, now) !== undefined ? old : { due, at: due, outcome: 'done' },
  );
  return Date.parse(first.due);
}

/** Whether this run, in an earlier attempt, has refreshed the universe of this key without failures. */
export async function isRefreshed(
  universeKey: string,
  { app, due }: { readonly app: Pick<App, 'jobRuns'>; readonly due: number },
): Promise<boolean> {
  const day = isoInstant(due);
  const keys = [refreshedKey(universeKey), `${NIGHTLY_KEY}/${day}/${universeKey}`];
  // Earlier versions have used the second one.
  for (const key of keys) if ((await app.jobRuns.get(key))?.due === day) return true;
  return false;
}

export async function saveRefreshed(universeKey: string, run: RunContext): Promise<void> {
  await run.app.jobRuns.set(refreshedKey(universeKey), doneRun(run), REFRESHED_TTL_MS);
}

/** @returns the newest day of prices (ISO) that the latest training for the universe used */
export async function trainedUntil(universeKey: string, { jobRuns }: App): Promise<string | undefined> {
  return (await jobRuns.get(trainedKey(universeKey)))?.note;
}

export async function saveTrainedUntil(universeKey: string, day: string, run: RunContext): Promise<void> {
  await run.app.jobRuns.set(trainedKey(universeKey), { ...doneRun(run), note: day }, TRAINED_TTL_MS);
}

/** The newest alone: what was done early, by a clock that was ahead, is forgotten by the next night and done again. */
const refreshedKey = (universeKey: string): string => `${NIGHTLY_KEY}/refreshed/${universeKey}`;

const trainedKey = (universeKey: string): string => `trained/${universeKey}`;

const doneRun = ({ app, due }: RunContext) =>
  ({ due: isoInstant(due), at: isoInstant(app.clock.now()), outcome: 'done' }) as const;
