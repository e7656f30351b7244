// A night of many universes that share tickers.
import { availableParallelism } from 'node:os';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { jobs } from '../../src/jobs/index.ts';
import { Scheduler } from '../../src/jobs/scheduler.ts';
import { recordingMessenger } from '../../tests/support/recording-messenger.ts';
import { temporaryHome } from '../../tests/support/tailcap.ts';
import { chartBody, startVendor, weekdayBars, type Vendor } from '../../tests/support/vendor.ts';
import { type Figure, figure } from '../figures.ts';
import { secondsOf } from '../timing.ts';
import { none } from './none.ts';

/** As many tickers as a universe may have. */
const TICKERS = Array.from(
  { length: 60 },
  (_, k) => `W${String.fromCodePoint(65 + Math.floor(k / 26), 65 + (k % 26))}`,
);
/** Fewer would wait for the vendor, which is asked four times a second. */
const [UNIVERSES, ASSETS] = [50, 12];
const BEFORE = Date.parse('2024-04-19T22:00:00Z');
/** The night is due at half past six in New York. */
const AFTER = BEFORE + 31 * 60_000;

export async function* wideNight(): AsyncGenerator<Figure> {
  const { home, remove } = temporaryHome();
  const vendor = await startVendor();
  serve(vendor);
  let now = BEFORE;
  const app = await createApp(
    readConfig({
      STORE_URL: `sqlite:${home}/store.sqlite`,
      MODELS_DIR: `${home}/models`,
      YAHOO_URL: vendor.url,
      LOG_LEVEL: 'error',
    }),
    { clock: { now: () => now } },
  );
  for (let k = 0; k < UNIVERSES; k += 1) {
    const tickers = Array.from({ length: ASSETS }, (_, j) => TICKERS[(7 * k + 5 * j) % TICKERS.length]!);
    const universe = { name: `u${k}`, tickers, createdAt: new Date(now).toISOString() };
    const settings = { universe: universe.name, horizonDays: 5 };
    await app.guilds.update(`5${String(k).padStart(17, '0')}`, (old) => ({ ...old, universes: [universe], settings }));
  }
  const scheduler = new Scheduler({ app, messenger: recordingMessenger(), jobs });
  const pass = async (): Promise<void> => {
    await scheduler.tick();
    await scheduler.settled();
  };
  try {
    await pass();
    now = AFTER;
    const before = process.cpuUsage();
    const wall = await secondsOf(pass);
    const { user, system } = process.cpuUsage(before);
    const cpu = (user + system) / 1e6;
    const of = `night of ${UNIVERSES} universes of ${TICKERS.length} tickers:`;
    yield none(`${of} vendor requests beyond one a ticker`, Math.abs(vendor.requests.length - TICKERS.length));
    yield none(`${of} universes without a model`, UNIVERSES - (await app.models.size()).models);
    yield figure(`${of} wall time by CPU time a core`, wall / (cpu / availableParallelism()), '', {
      bar: { atMost: 1.3 },
    });
    yield figure(`${of} wall time`, wall, 's');
  } finally {
    await scheduler.stop();
    await app.close();
    await vendor.close();
    remove();
  }
}

/** Two years of weekdays, of which no two tickers have the same. */
function serve(vendor: Vendor): void {
  for (const [k, ticker] of TICKERS.entries()) {
    const bars = weekdayBars('2022-05-02', 510).map(([day], t): [string, number] => [
      day,
      100 + 5 * Math.sin(k + t / (5 + (k % 7))) + 3 * Math.cos(t * t * (k + 1)),
    ]);
    vendor.answer(ticker, [{ body: chartBody(bars) }]);
  }
}
