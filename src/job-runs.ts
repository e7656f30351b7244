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
  /** Nobody starts it before: the end of the lease while it runs, of the pause after a failure. */
  until: instant.exactOptional(),
  /** A few words: no holdings, no limits. */
  note: z.string().exactOptional(),
});

export type JobRun = z.infer<typeof jobRunSchema>;

/**
 * Job runs by key: those of the tasks, of the parts of a nightly run, and of messages sent. The table is stored as
 * `marks`, its name in earlier versions: under another name a bot would repeat what it did before the upgrade.
 */
export const openJobRuns = (store: Pick<Store, 'table'>): Table<JobRun> => store.table('marks', jobRunSchema, 1);

/** The key of the nightly task. */
export const NIGHTLY_KEY = 'nightly';

/** The key of a report's task. */
export const reportKey = (guildId: string, reportId: string): string => `report/${guildId}/${reportId}`;
