import type { Alert } from '../../src/commands/alert/record.ts';
import type { Report } from '../../src/commands/report/record.ts';
import { withLimit } from '../../src/engine/mandate.ts';
import type { Entry } from '../../src/store/backend.ts';

export const GUILD = '100000000000000001';
export const MEMBER = '200000000000000002';

const query = { universe: 'us12', mandate: { horizonDays: 21, constraints: [], risk: { alpha: 0.95 } } };
const at = '2026-11-21T00:00:00.000Z';

/** The n-th schedule: everything in it follows from n. */
export const reportOf = (n: number): Report => ({
  id: `${n}`,
  channelId: `${300_000_000_000_000_000n + BigInt(n)}`,
  what: 'backtest',
  cron: `${n % 60} 18 * * 1-5`,
  timeZone: 'Europe/Berlin',
  ...query,
  scheduledAt: at,
});

/** The n-th alert. */
export const alertOf = (n: number): Alert => ({
  id: `${n}`,
  ...query,
  mandate: withLimit(query.mandate, n / 1_000),
  createdAt: at,
  lastTold: 'feasible',
  hasFired: false,
  minCvar: n / 2_000,
});

/** The n-th content of a whole store; the next one has a key more, and other values under all of them. */
export const generation = (n: number): readonly Entry[] =>
  Array.from({ length: 1_000 + n }, (_, i) => ({ key: `limits/${i}`, text: `{"v":1,"value":${n}}` }));

/** Which one these are of, judged by the first. */
export const generationOf = ([first]: readonly Entry[]): number =>
  Number(/"value":(\d+)}$/.exec(first?.text ?? '')?.[1]);
