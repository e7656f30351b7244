// What is stored of each universe's record.
import { z } from 'zod';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

const figures = {
  feasible: z.number(),
  violations: z.number(),
  realisedToLimit: z.number().exactOptional(),
  predicted: z.number().exactOptional(),
  realised: z.number().exactOptional(),
  within: z.number().exactOptional(),
  used: z.number().exactOptional(),
};

const summarySchema = z.strictObject({
  decisions: z.number(),
  byLimit: z
    .array(
      z.strictObject({
        limit: z.number(),
        ...figures,
        kupiecP: z.number().exactOptional(),
        z2: z.number().exactOptional(),
        z2Critical: z.number().exactOptional(),
      }),
    )
    .readonly(),
  pooled: z.strictObject({
    ...figures,
    limits: z.array(z.number()).readonly(),
    violationsInterval: z.tuple([z.number(), z.number()]).readonly().exactOptional(),
    tPredictedMinusRealised: z.number().exactOptional(),
    reliability: z
      .array(z.strictObject({ level: z.number(), below: z.number() }))
      .readonly()
      .exactOptional(),
    kappa: z.number(),
  }),
  worst: z.array(z.strictObject({ date: z.string(), limit: z.number(), loss: z.number() })).readonly(),
});

export const storedRecordSchema = z.strictObject({
  /** The universe's label. */
  universe: z.string(),
  horizonDays: z.number(),
  alpha: z.number(),
  tickers: z.array(z.string()).readonly(),
  /** ISO days of the first decision, and of the end of the last outcome. */
  from: z.string(),
  until: z.string(),
  /** The number of rows of prices until then, and their SHA-256. */
  days: z.number(),
  pricesHash: z.string(),
  summary: summarySchema,
  /** κ from the day on which an outcome was known, in the order of time. */
  kappas: z.array(z.strictObject({ from: z.string(), kappa: z.number() })).readonly(),
});

export type StoredRecord = z.infer<typeof storedRecordSchema>;

/** Keys are `<universe>/<horizon>`. */
export const openRecords = (store: Pick<Store, 'table'>): Table<StoredRecord> =>
  store.table('records', storedRecordSchema, 1, {}, { isCache: true });
