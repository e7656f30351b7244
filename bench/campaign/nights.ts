// Sixty nights of one process: prices, trainings and reports.
import { availableParallelism } from 'node:os';
import { DAY_MS } from '../../src/durations.ts';
import { type Figure, figure } from '../figures.ts';
import { cpuSeconds } from '../processes.ts';
import { secondsOf } from '../timing.ts';
import { FRIDAY, openNightStage, type NightStage } from './night-stage.ts';
import { startNightProcess, type Held, type NightProcess } from './night-process.ts';
import { none } from './none.ts';

const NIGHTS = 60;
const THIRD = NIGHTS / 3;

/** They share tickers. */
const UNIVERSES = { first: ['AAA', 'BBB'], second: ['BBB', 'CCC'] };
const REPORTS = Object.keys(UNIVERSES).map((universe) => ({
  universe,
  cron: '30 18 * * 1-5',
  timeZone: 'America/New_York',
}));

export async function* nights(): AsyncGenerator<Figure> {
  const stage = await openNightStage(UNIVERSES, REPORTS);
  const bot = await startNightProcess(stage.env, FRIDAY - DAY_MS / 24);
  try {
    yield* await passNights(stage, bot);
  } finally {
    await bot.stop();
    await stage.close();
  }
}

async function passNights(stage: NightStage, bot: NightProcess): Promise<Figure[]> {
  const { discord, vendor, channels } = stage;
  const cpuBefore = cpuSeconds(bot.pid);
  let [wall, repeated, now] = [0, 0, FRIDAY];
  const held: Held[] = [];
  for (let night = 1; night <= NIGHTS; night += 1) {
    vendor.requests.length = 0;
    stage.now = now;
    wall += await secondsOf(() => bot.at(now));
    repeated += vendor.requests.length - new Set(vendor.requests.map(tickerOf)).size;
    held.push(await bot.measure());
    now = nextWeekday(now);
  }
  const cpu = cpuSeconds(bot.pid) - cpuBefore;
  const posted = channels.map((id) => discord.posted.filter(({ message }) => message.channelId === id).length);
  const wrong = posted.map((count) => Math.abs(count - NIGHTS)).reduce((sum, one) => sum + one, 0);
  return [
    none(`nights, ${NIGHTS}: reports that are missing or posted twice`, wrong, posted.join(', ')),
    none(`nights, ${NIGHTS}: vendor requests beyond one a ticker a night`, repeated),
    // Two universes do not fill the cores: the bar is that of the wide night.
    figure(`nights, ${NIGHTS}: wall time by CPU time a core`, wall / (cpu / availableParallelism()), ''),
    figure(`nights, ${NIGHTS}: CPU time`, cpu, 's'),
    ...growthOf(held),
    none(`nights, ${NIGHTS}: warnings of leaks`, bot.log().split('MaxListenersExceededWarning').length - 1),
    none(`nights, ${NIGHTS}: messages that Discord would refuse`, discord.violations.length),
  ];
}

function growthOf(held: readonly Held[]): Figure[] {
  const [second, third] = [leastOf(held.slice(THIRD, 2 * THIRD)), leastOf(held.slice(2 * THIRD))];
  const memory = (third.memory - second.memory) / THIRD;
  const listeners = third.listeners - second.listeners;
  return [
    figure(`nights, ${NIGHTS}: memory growth a night after the first third`, memory, 'MiB', { bar: { atMost: 0.4 } }),
    figure(`nights, ${NIGHTS}: growth of listeners, timers and sockets`, listeners, '', { bar: { atMost: 4 } }),
  ];
}

/** Caches fill and are emptied from night to night: what is always held counts. */
const leastOf = (held: readonly Held[]): Held => ({
  memory: Math.min(...held.map(({ memory }) => memory)),
  listeners: Math.min(...held.map(({ listeners }) => listeners)),
});

const tickerOf = (request: string): string => request.split(' ')[0] ?? '';

function nextWeekday(now: number): number {
  const next = now + DAY_MS;
  return [0, 6].includes(new Date(next).getUTCDay()) ? nextWeekday(next) : next;
}
