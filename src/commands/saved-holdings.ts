import { z } from 'zod';
import { UserError } from '../errors.ts';
import { type Held, heldSchema } from '../held.ts';
import { heldReportSchema } from './holdings/record.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

const savedHoldingsSchema = z.strictObject({
  held: heldSchema,
  savedAt: z.iso.datetime(),
  /** Absent: none is scheduled. */
  report: heldReportSchema.exactOptional(),
});

export type SavedHoldings = z.infer<typeof savedHoldingsSchema>;

/** Reports are new: an earlier program would save holdings without them. */
const migrations = { 1: (old: unknown) => old };

/** What members hold, by their ids. It is never logged, and shown to nobody but them. */
export const openSavedHoldings = (store: Pick<Store, 'table'>): Table<SavedHoldings> =>
  store.table('holdings', savedHoldingsSchema, 2, migrations);

/** Ids of the members with a scheduled report, and at most a few others. Decodes nothing: it is asked every minute. */
export const idsWithReport = (saved: Pick<Table<SavedHoldings>, 'keysWith'>): Promise<string[]> =>
  saved.keysWith('"report"');

/** Whether an option stands for what the member has saved by /holdings set. */
export const meansSaved = (holdings: unknown): boolean => String(holdings).trim().toLowerCase() === 'saved';

/** @throws UserError when nothing is saved */
export async function savedHeld(saved: Pick<Table<SavedHoldings>, 'get'>, memberId: string): Promise<Held> {
  const found = await saved.get(memberId);
  if (found !== undefined) return found.held;
  throw new UserError('You have no holdings saved: /holdings set saves them.', { option: 'holdings' });
}
