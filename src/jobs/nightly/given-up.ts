import { believed } from '../../believed.ts';
import { postDigest } from '../digest.ts';
import type { RunContext } from '../job.ts';
import { isRefreshed } from './done-before.ts';
import { noteUnchecked } from './unchecked.ts';
import { universesInUse, type MembersAlert } from './universes-in-use.ts';

/** What members read. */
const REASON = 'My work of the night has failed or was interrupted each time, which those who run me are told.';

/**
 * After a night that was given up, as when its process has died in every attempt: notes the alerts that it has not
 * looked at, as the end of a night does, and tells the operators.
 */
export async function tellGivenUp(run: RunContext): Promise<void> {
  const { app, due } = run;
  try {
    for (const { key, alerts } of (await universesInUse(app, run.messenger)).universes)
      if (!(await isRefreshed(key, run))) await noteUnchecked(alerts.filter(isUncheckedIn(run)), REASON, run);
  } catch (err) {
    run.signal.throwIfAborted();
    app.log.error({ err }, 'that alerts were not checked could not be noted');
  }
  await postDigest(run, due);
}

const isUncheckedIn =
  ({ app, due }: RunContext) =>
  ({ alert }: MembersAlert): boolean =>
    (believed(alert.lastCheckedAt, app.clock.now()) ?? -Infinity) < due;
