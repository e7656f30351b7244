import { z } from 'zod';
import type { Store } from './store/store.ts';
import type { Table } from './store/table.ts';

/** An answer that a process is making, so that another can apologise for it if the process dies. */
export const pendingAnswerSchema = z.strictObject({
  memberId: z.string(),
  channelId: z.string().exactOptional(),
  applicationId: z.string(),
  /** A secret for as long as it lives, 15 minutes. */
  token: z.string(),
  /** As it is typed: `allocate`. */
  command: z.string(),
  isPublic: z.boolean(),
  receivedAt: z.iso.datetime(),
  /** The end of the lease of the process that makes it. */
  until: z.iso.datetime(),
});

export type PendingAnswer = z.infer<typeof pendingAnswerSchema>;

const TABLE = 'pending-answers';

/** @param key of the store */
export const isPendingAnswer = (key: string): boolean => key.startsWith(`${TABLE}/`);

export const openPendingAnswers = (store: Pick<Store, 'table'>): Table<PendingAnswer> =>
  store.table(TABLE, pendingAnswerSchema, 1);

/** A member's are found by the beginning. */
export const pendingKey = (memberId: string, interactionId: string): string => `${memberId}/${interactionId}`;

/** The interaction's id. */
export const interactionOf = (key: string): string => key.slice(key.indexOf('/') + 1);

/** The keys of the member's answers that are being made. */
export async function pendingKeysOf(table: Table<PendingAnswer>, memberId: string): Promise<string[]> {
  const prefix = pendingKey(memberId, '');
  return [...new Set([...(await table.keys(prefix)), ...(await table.asideKeys(prefix))])];
}
