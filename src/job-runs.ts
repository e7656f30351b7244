import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Store } from './store/store.ts';
import type { Table } from './store/table.ts';

const instant = z.iso.datetime();

/** The latest run under a key. Never removed while the same work could still be due. */
export const jobRunSchema = z.strictObject({
  /** When it was due, and when this was written. */
  due: instant,
  at: instant,
  outcome: z.enum(['done', 'failed', 'begun']),
  /** 1, 2, …, of the attempts for the same due time; absent: the first. */
  attempt: z.int().exactOptional(),
  /** No attempt starts earlier: the end of the lease while it runs, or of the pause after a failure. */
  until: instant.exactOptional(),
  /** A few words: no holdings, no limits. */
  note: z.string().exactOptional(),
});

export type JobRun = z.infer<typeof jobRunSchema>;

/**
 * Job runs by key: of tasks, of the first start, of universes refreshed or trained at night, and of messages sent. The
 * table keeps its earlier name `marks`: under another, an upgraded bot would repeat work that is already done.
 */
export const openJobRuns = (store: Pick<Store, 'table'>): Table<JobRun> => store.table('marks', jobRunSchema, 1);

/** As job runs store times. @param time milliseconds since 1970 */
export const isoInstant = (time: number): string => new Date(time).toISOString();

/** The key of the nightly task. */
export const NIGHTLY_KEY = 'nightly';

/** What the keys of reports' tasks begin with. */
export const REPORT_KEYS = 'report/';

/** The key of a report's task. */
export const reportKey = (guildId: string, reportId: string): string => `${REPORT_KEYS}${guildId}/${reportId}`;

/** What the keys of the tasks of members' own reports begin with. */
export const HELD_REPORT_KEYS = 'held/';

/** A hash, because keys are logged. */
export const heldReportKey = (memberId: string, scheduledAt: string): string =>
  `${HELD_REPORT_KEYS}${createHash('sha256').update(`${memberId} ${scheduledAt}`).digest('base64url').slice(0, 16)}`;
