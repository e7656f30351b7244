import type { Alert, Report } from '../../src/community/records.ts';

export const GUILD = '100000000000000001';
export const MEMBER = '200000000000000002';

const question = { universe: 'us12', horizonDays: 21, alpha: 0.95, minWeight: 0, maxWeight: 1 };
const at = '2026-11-21T00:00:00.000Z';

/** The n-th schedule: everything in it follows from n. */
export const reportOf = (n: number): Report => ({
  id: `${n}`,
  channelId: `${300_000_000_000_000_000n + BigInt(n)}`,
  what: 'backtest',
  cron: `${n % 60} 18 * * 1-5`,
  timeZone: 'Europe/Berlin',
  question,
  scheduledAt: at,
});

/** The n-th alert. */
export const alertOf = (n: number): Alert => ({
  id: `${n}`,
  question,
  lossLimit: n / 1_000,
  createdAt: at,
  told: 'feasible',
  hasRung: false,
  minCvar: n / 2_000,
});
