import { openGuilds } from '../../src/commands/guilds.ts';
import type { Report } from '../../src/commands/report/record.ts';
import { DAY_MS } from '../../src/durations.ts';
import { openStore } from '../../src/store/store.ts';
import { mandateOver } from '../../tests/support/mandate.ts';
import { chartBody, weekdayBars, type Bar, type Vendor } from '../../tests/support/vendor.ts';
import { openStage, type Stage } from '../../tests/support/stage.ts';

/** A Friday after the American exchanges have closed: 18:30 in New York. */
export const FRIDAY = Date.parse('2024-04-19T22:30:00Z');

/** Enough days for a model, too few for a record. */
const FIRST_DAY = '2022-05-02';
const DAYS = 900;

interface Scheduled extends Pick<Report, 'cron' | 'timeZone'> {
  readonly universe: string;
}

export interface NightStage extends Stage {
  /** What the vendor takes the time for; may be set. */
  now: number;
  /** Where each report is posted, in their order. */
  readonly channels: readonly string[];
}

/** A server with universes of its own and a frontier for each report, before `now`; no model is there. */
export async function openNightStage(
  universes: Readonly<Record<string, readonly string[]>>,
  scheduled: readonly Scheduled[],
): Promise<NightStage> {
  const stage = await openStage();
  const { discord, home, vendor } = stage;
  const env = { ...stage.env, MODELS_DIR: `${home}/none`, NIGHTLY: '', NIGHTLY_TIME_ZONE: '' };
  const channels = scheduled.map((_, k) => discord.addChannel({ name: `reports-${k}` }));
  const night = { ...stage, env, now: FRIDAY, channels };
  const tickers = [...new Set(Object.values(universes).flat())];
  for (const [k, ticker] of tickers.entries()) serve(vendor, ticker, bars(k + 2), () => night.now);
  const store = await openStore(stage.env.STORE_URL ?? '', { now: () => FRIDAY });
  const at = new Date(FRIDAY - DAY_MS).toISOString();
  await openGuilds(store).update(discord.guildId, (old) => ({
    ...old,
    universes: Object.entries(universes).map(([name, list]) => ({ name, tickers: [...list], createdAt: at })),
    reports: scheduled.map((one, k) => ({
      id: `r${k}`,
      channelId: channels[k] ?? '',
      what: 'frontier' as const,
      mandate: mandateOver(5, { alpha: 0.9 }),
      scheduledAt: at,
      ...one,
    })),
  }));
  await store.close();
  return night;
}

const bars = (seed: number): Bar[] =>
  weekdayBars(FIRST_DAY, DAYS).map(([day], t) => [
    day,
    100 + 4 * Math.sin(seed + t / (5 + seed)) + 2 * Math.cos(t * t * seed),
  ]);

/** What the exchanges have said by the clock. */
function serve(vendor: Vendor, symbol: string, all: readonly Bar[], now: () => number): void {
  vendor.answer(symbol, (from) => {
    const isOut = ([day]: Bar): boolean => {
      const opening = Date.parse(day) + 14 * 3_600_000;
      return opening >= from * 1000 && opening <= now();
    };
    const sessionEnd = `${new Date(now()).toISOString().slice(0, 10)}T20:00:00Z`;
    return { body: chartBody(all.filter(isOut), { sessionEnd }) };
  });
}
