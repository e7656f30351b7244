import { z } from 'zod';
import { heldSchema } from '../held.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

const savedHoldingsSchema = z.strictObject({ held: heldSchema, savedAt: z.iso.datetime() });

export type SavedHoldings = z.infer<typeof savedHoldingsSchema>;

/** What members hold, by their ids. It is never logged, and shown to nobody but them. */
export const openSavedHoldings = (store: Pick<Store, 'table'>): Table<SavedHoldings> =>
  store.table('holdings', savedHoldingsSchema, 1);
