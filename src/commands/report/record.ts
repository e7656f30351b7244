import { z } from 'zod';
import { savedQueryShape } from '../records.ts';

export const reportSchema = z.strictObject({
  /** Unique in its server, short enough to type. */
  id: z.string(),
  channelId: z.string(),
  what: z.enum(['backtest', 'allocation', 'frontier']),
  /** Five fields: minute, hour, day of the month, month, weekday. */
  cron: z.string(),
  /** IANA. */
  timeZone: z.string(),
  /** An allocation keeps the mandate's limit, a frontier marks it, and a backtest tests it too. */
  ...savedQueryShape,
  scheduledBy: z.string().exactOptional(),
  scheduledAt: z.iso.datetime(),
  /** Since when the bot, or the member who scheduled it, may no longer post there. The member was notified. */
  blockedSince: z.iso.datetime().exactOptional(),
});

export type Report = z.infer<typeof reportSchema>;
