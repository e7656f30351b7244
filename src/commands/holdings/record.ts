import { z } from 'zod';
import { mandateSchema } from '../../engine/mandate.ts';
import { ALLOWANCES } from '../../engine/quality/quality.ts';
import { universeSpecSchema } from '../../engine-service/requests.ts';
import { heldSchema } from '../../held.ts';

/** What a report said, for the next one to compare with. */
const heldFiguresSchema = z
  .strictObject({
    held: heldSchema,
    /** The ISO day of the newest prices. */
    until: z.string(),
    /** In `currency`, if that is known. */
    value: z.number(),
    currency: z.string().exactOptional(),
    cvar: z.number(),
    /** Of what counts, as fractions of the value; the rest is cash. */
    weights: z.record(z.string(), z.number()),
  })
  .readonly();

export type HeldFigures = z.infer<typeof heldFiguresSchema>;

/** A direct message on what a member holds, on a schedule. */
export const heldReportSchema = z
  .strictObject({
    /** Five fields: minute, hour, day of the month, month, weekday. */
    cron: z.string(),
    /** IANA. */
    timeZone: z.string(),
    /** Its limit, if it has one, is what the CVaR is compared with. */
    mandate: mandateSchema,
    /** Absent: the assets that are held when the report is made. */
    universe: universeSpecSchema.exactOptional(),
    allow: z.array(z.enum(ALLOWANCES)).readonly().exactOptional(),
    scheduledAt: z.iso.datetime(),
    last: heldFiguresSchema,
  })
  .readonly();

export type HeldReport = z.infer<typeof heldReportSchema>;
