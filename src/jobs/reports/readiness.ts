import type { App } from '../../app.ts';
import { believed } from '../../believed.ts';
import type { Report } from '../../commands/report/record.ts';
import { HOUR_MS, MINUTE_MS } from '../../durations.ts';
import { isStoreFailure, UserError } from '../../errors.ts';
import { NIGHTLY_KEY } from '../../job-runs.ts';
import { unlessNewer } from '../../newer.ts';
import { lastRunIn } from '../../schedule.ts';
import { firstStart, isRefreshed } from '../nightly/done-before.ts';
import { keyOf } from '../nightly/universes-in-use.ts';

/** How long a report waits for the night. An old model's answer in time is worth more than a new one's at any time. */
const PATIENCE_MS = 15 * MINUTE_MS;

/** No night takes longer. */
const NIGHT_MS = 12 * HOUR_MS;

export interface DueReport {
  readonly guildId: string;
  readonly report: Report;
  /** Milliseconds since 1970. */
  readonly due: number;
}

/**
 * Whether a report should be made now: one that is due with the night, or during it, waits until its own universe has
 * its new model. It waits in no place, and for PATIENCE_MS at most.
 */
export async function isReady({ guildId, report, due }: DueReport, app: App): Promise<boolean> {
  const now = app.clock.now();
  if (now - due >= PATIENCE_MS) return true;
  const night = lastRunIn(app.config.nightly, Math.max(await firstStart(app), now - NIGHT_MS), now);
  if (night === undefined) return true;
  let isNewer = false;
  const run = await unlessNewer(app.jobRuns.get(NIGHTLY_KEY), () => (isNewer = true));
  if (isNewer) return true;
  const ranFor = believed(run?.due, now);
  // The night begins at this very beat.
  if (ranFor === undefined || ranFor < night) return false;
  if (run?.outcome !== 'begun') return true;
  return isFresh(guildId, report, { app, due: ranFor });
}

async function isFresh(
  guildId: string,
  { universe }: DueReport['report'],
  night: { readonly app: App; readonly due: number },
): Promise<boolean> {
  try {
    return await isRefreshed(keyOf(await night.app.guilds.resolve(universe, guildId)), night);
  } catch (error) {
    // The universe is gone: the report says so.
    if (error instanceof UserError && !isStoreFailure(error)) return true;
    throw error;
  }
}
