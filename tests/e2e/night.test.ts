import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/commands/alert/record.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openMembers } from '../../src/commands/members.ts';
import { MINUTE_MS } from '../../src/durations.ts';
import { withLimit } from '../../src/engine/mandate.ts';
import { openJobRuns } from '../../src/job-runs.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openModelIndex } from '../../src/store/live-versions.ts';
import { startBotProcess } from '../support/bot-process.ts';
import { environmentOf } from '../support/discord/environment.ts';
import { buttonsOf, startDiscord, textOf, type Discord } from '../support/discord/stand-in.ts';
import { mandateOver } from '../support/mandate.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { chartBody, startVendor, weekdayBars, type Bar, type Vendor } from '../support/vendor.ts';

const PATIENCE = 60_000;
const FRIDAY = Date.parse('2024-04-19T22:30:00Z');
/** 18:30 in New York. */
const MONDAY = Date.parse('2024-04-22T22:30:00Z');

const WILD = ['WWW', 'XXX'];
const CALM = ['YYY', 'ZZZ'];

const MEMBER = '300000000000000001';
const { home, remove } = temporaryHome();

let discord: Discord;
let vendor: Vendor;
let store: Store;
let env: Record<string, string>;
let operators: string;
let today = FRIDAY;
let child: Child;

/** A market that wanders until the last Monday, on which it falls by a sixth. */
const market = (seed: number): Bar[] => {
  const bars = weekdayBars('2022-05-02', 516).map(([day], t): Bar => [
    day,
    100 + 4 * Math.sin(seed + t / (5 + seed)) + 2 * Math.cos(t * t * seed),
  ]);
  return bars.map(([day, close]) => [day, day < '2024-04-22' ? close : close! / 1.2]);
};

/** How far prices swing on each day of the market. */
type Swings = (t: number) => number;

const calm: Swings = () => 1;
const wild: Swings = () => 8;
/** Calm on the newest days alone: those of the comparison, and some. */
const lately: Swings = (t) => (t < 516 - 64 ? 8 : 1);

const swinging = (seed: number, swings: Swings): Bar[] =>
  market(seed).map(([day], t) => [day, 100 + swings(t) * (2 * Math.sin(seed + t * t) + Math.cos(t * t * seed))]);

/** Over loopback HTTP, what the exchanges have said by the clock. */
const serve = (symbol: string, bars: readonly Bar[]): void =>
  vendor.answer(symbol, (from) => {
    const isOut = ([day]: Bar): boolean => {
      const opening = Date.parse(day) + 14 * 3_600_000;
      return opening >= from * 1000 && opening <= today;
    };
    const sessionEnd = `${new Date(today).toISOString().slice(0, 10)}T20:00:00Z`;
    return { body: chartBody(bars.filter(isOut), { sessionEnd }) };
  });

interface Child {
  readonly process: ChildProcess;
  log(): string;
  /** Puts the clock there and lets the scheduler tick. Resolves when what that began has ended, or at once. */
  at(now: number, isAwaited?: boolean): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<number | null>;
}

async function startChild(now: number): Promise<Child> {
  const forked = fork(fileURLToPath(new URL('night-child.ts', import.meta.url)), [String(now)], {
    env: { ...process.env, ...env },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    silent: true,
  });
  let log = '';
  forked.stderr?.on('data', (chunk) => (log += String(chunk)));
  const said: unknown[] = [];
  forked.on('message', (message) => said.push(message));
  const hears = (what: string): Promise<true> =>
    discord.until(() => (said.includes(what) ? true : undefined), `the bot to say ${what}; it said ${log}`, PATIENCE);
  await hears('ready');
  return {
    process: forked,
    log: () => log,
    async at(time, isAwaited = true) {
      today = time;
      said.length = 0;
      forked.send(time);
      await hears('ticked');
      if (isAwaited) await hears('settled');
    },
    async kill() {
      const gone = once(forked, 'close');
      forked.kill('SIGKILL');
      await gone;
    },
    async stop() {
      const gone = once(forked, 'close');
      forked.send('stop');
      const [code] = await gone;
      return code;
    },
  };
}

const ownUniverse = (name: string, tickers: string[]) => ({ name, tickers, createdAt: '2024-04-01T12:00:00.000Z' });

const mandate = mandateOver(5, { alpha: 0.9 });

const alert = (id: string, universe: string): Alert => ({
  id,
  guildId: discord.guildId,
  universe,
  mandate: withLimit(mandate, 0.9),
  createdAt: '2024-04-01T12:00:00.000Z',
  lastTold: 'feasible',
  hasFired: false,
  minCvar: 0.01,
});

const guilds = () => openGuilds(store);
const members = () => openMembers(store);
const lastNightly = () => openJobRuns(store).get('nightly');

const inChannel = (channelId: string) => discord.posted.filter(({ message }) => message.channelId === channelId);
const toMember = () => discord.posted.filter(({ userId }) => userId === MEMBER);
/** Each model's live version, which is on disk. */
const liveModels = async (): Promise<Map<string, string>> => {
  const index = openModelIndex(store);
  const live = new Map<string, string>();
  for (const key of await index.keys()) {
    const { version } = (await index.get(key))!;
    expect(existsSync(`${home}/models/${key}/${version}/manifest.json`)).toBe(true);
    live.set(key, version);
  }
  return live;
};
/** What the bot's log says of the last training in which two models were compared. */
const trained = (universe: string): Record<string, unknown> => {
  const lines = child.log().split('\n');
  return JSON.parse(
    lines.find((line) => line.includes(`"universe":"${universe}"`) && line.includes('"scores"')) ?? '{}',
  );
};
/** What a universe's model is known by. */
const keyOf = (tickers: readonly string[]): string =>
  `tickers-${createHash('sha256')
    .update(JSON.stringify([tickers]))
    .digest('hex')
    .slice(0, 12)}/filtered`;

beforeAll(async () => {
  discord = await startDiscord();
  operators = discord.addChannel({ name: 'operators' });
  vendor = await startVendor();
  ['AAA', 'BBB', 'CCC', 'DDD', 'GONE'].forEach((symbol, k) => serve(symbol, market(k + 2)));
  WILD.forEach((symbol, k) => serve(symbol, swinging(k + 2, wild)));
  CALM.forEach((symbol, k) => serve(symbol, swinging(k + 2, calm)));
  mkdirSync(`${home}/models`);
  env = {
    ...environmentOf(discord),
    STORE_URL: `sqlite:${home}/tailcap.sqlite`,
    MODELS_DIR: `${home}/models`,
    YAHOO_URL: vendor.url,
    OPERATORS_CHANNEL_ID: operators,
    NIGHTLY: '',
    NIGHTLY_TIME_ZONE: '',
  };
  store = await openStore(env.STORE_URL!, { now: () => today });
  await guilds().update(discord.guildId, () => ({
    universes: [
      ownUniverse('first', ['AAA', 'BBB']),
      ownUniverse('lost', ['AAA', 'NONE']),
      ownUniverse('last', ['CCC', 'DDD']),
      ownUniverse('wild', WILD),
      ownUniverse('calm', CALM),
    ],
    settings: { universe: 'first', horizonDays: 5 },
    reports: [
      {
        id: 'r1',
        channelId: discord.channelId,
        what: 'frontier',
        cron: '30 18 * * 1-5',
        timeZone: 'America/New_York',
        universe: 'last',
        mandate,
        scheduledBy: MEMBER,
        scheduledAt: '2024-04-19T12:00:00.000Z',
      },
    ],
  }));
  await guilds().update('100000000000000009', () => ({
    universes: [ownUniverse('abandoned', ['AAA', 'GONE'])],
    settings: { universe: 'abandoned' },
    reports: [],
  }));
  await members().update(MEMBER, () => ({
    alerts: ['first', 'lost', 'last', 'wild', 'calm'].map((universe, k) => alert(`a${k + 1}`, universe)),
  }));
  child = await startChild(FRIDAY - 30 * MINUTE_MS);
}, PATIENCE);

afterAll(async () => {
  child.process.kill('SIGKILL');
  await store.close();
  await discord.close();
  await vendor.close();
  remove();
});

describe('a night of the bot', () => {
  it(
    'fetches prices, trains the first models and posts the report that is due with it',
    async () => {
      await child.at(FRIDAY - MINUTE_MS);
      expect(vendor.requests).toEqual([]);
      await child.at(FRIDAY);
      expect(vendor.requests).toContain('AAA from 2013-04-19');
      expect(vendor.requests.some((request) => request.startsWith('GONE'))).toBe(false);
      const models = await liveModels();
      expect(models.size).toBe(4);
      for (const version of models.values()) expect(version).toMatch(/^2024-04-19-/);
      const [posted, ...others] = inChannel(discord.channelId);
      expect(others).toEqual([]);
      expect(textOf(posted!.message)).toMatch(
        /^Efficient frontier · 5 trading days · last[^]*trained until 2024-04-19/,
      );
      expect(Buffer.from(posted!.message.files[0]?.bytes ?? []).toString('latin1', 1, 4)).toBe('PNG');
      expect(toMember()).toEqual([]);
    },
    2 * PATIENCE,
  );

  it('tries again what failed, tells the operators once, and does no more until it is due again', async () => {
    vendor.requests.length = 0;
    for (const minutes of [1, 5]) await child.at(FRIDAY + minutes * MINUTE_MS);
    expect(inChannel(operators)).toEqual([]);
    for (const minutes of [25, 26, 48 * 60]) await child.at(FRIDAY + minutes * MINUTE_MS);
    // One of its tickers is known; what has worked is not done again.
    expect(vendor.requests.filter((request) => !/^(AAA|NONE) /.test(request))).toEqual([]);
    expect(vendor.requests.filter((request) => request.startsWith('NONE'))).toHaveLength(2);
    expect(inChannel(operators).map(({ message }) => textOf(message))).toEqual([
      expect.stringMatching(/^The night's digest: 1 thing to look at\n\*\*lost\*\*: refreshing prices failed: .*NONE/),
    ]);
    expect(inChannel(discord.channelId)).toHaveLength(1);
  });

  it(
    'that is killed when it has just written to a member is gone on with, and writes to nobody twice',
    async () => {
      // Limits that can just be kept: the market's fall is too much for them.
      await members().update(MEMBER, (old) => ({
        ...old,
        alerts: old.alerts.map((one, k) =>
          k < 3 ? { ...one, mandate: withLimit(one.mandate, 1.02 * one.minCvar) } : one,
        ),
      }));
      // As after a split, another history. A model's residuals, and so its forecasts, are as wild as what it learnt.
      WILD.forEach((symbol, k) => serve(symbol, swinging(k + 2, calm)));
      CALM.forEach((symbol, k) => serve(symbol, swinging(k + 2, lately)));
      vendor.requests.length = 0;

      // The message is there, but before the bot hears of it, it is no more.
      discord.disturb('postMessage', { isAnswerLost: true });
      await child.at(MONDAY, false);
      await discord.until(() => toMember()[0], 'a direct message', PATIENCE);
      await child.kill();
      expect((await members().get(MEMBER)).alerts[0]?.lastTold).toBe('feasible');
      expect(await lastNightly()).toMatchObject({ outcome: 'begun', due: new Date(MONDAY).toISOString() });

      child = await startChild(MONDAY + MINUTE_MS);
      await child.at(MONDAY + MINUTE_MS);
      await child.at(MONDAY + 3 * MINUTE_MS);
      expect(inChannel(discord.channelId)).toHaveLength(2);
      expect(await lastNightly()).toMatchObject({ outcome: 'failed', attempt: 2 });
      expect(inChannel(operators)).toHaveLength(1);
      await child.at(MONDAY + 23 * MINUTE_MS);
      expect(await lastNightly()).toMatchObject({ outcome: 'done', attempt: 3 });
      expect(
        toMember()
          .map(({ message }) => textOf(message).split('\n')[0] ?? '')
          .toSorted((a, b) => a.localeCompare(b)),
      ).toEqual([
        expect.stringMatching(/^A limit of .*% can no longer be kept · 5 trading days · (first|last)$/),
        expect.stringMatching(/^A limit of .*% can no longer be kept · 5 trading days · (first|last)$/),
        expect.stringMatching(/^Alert not checked: limit of .*% · 5 trading days · lost$/),
      ]);
      expect((await members().get(MEMBER)).alerts.map(({ lastTold }) => lastTold)).toEqual([
        'infeasible',
        'feasible',
        'infeasible',
        'feasible',
        'feasible',
      ]);
      expect(inChannel(operators)).toHaveLength(2);
      expect(inChannel(discord.channelId)).toHaveLength(2);
    },
    3 * PATIENCE,
  );

  it('has replaced the model that the new one beats, and keeps the new one that is beaten as files alone', async () => {
    const live = await liveModels();
    const won = trained('wild');
    const lost = trained('calm');
    expect([won.outcome, lost.outcome]).toEqual(['replaced', 'kept']);
    for (const { scores } of [won, lost]) {
      expect(scores).toEqual({ champion: expect.any(Number), challenger: expect.any(Number), days: 60 });
    }
    expect(live.get(keyOf(WILD))).toMatch(/^2024-04-22-/);
    expect(live.get(keyOf(CALM))).toMatch(/^2024-04-19-/);
    const unused = readdirSync(`${home}/models/${keyOf(CALM)}/unused`);
    expect(unused).toEqual([expect.stringMatching(/^2024-04-22-/)]);
    expect(existsSync(`${home}/models/${keyOf(WILD)}/unused`)).toBe(false);
    for (const [universe, day] of [
      ['wild', '2024-04-22'],
      ['calm', '2024-04-19'],
    ] as const) {
      const asked = discord.slash('allocate', { loss: '50%', universe, horizon: 5 });
      expect(textOf(await asked.answer(PATIENCE))).toContain(`trained until ${day}`);
    }
  });

  it(
    'leaves a button with which the member tries the smallest limit',
    async () => {
      const [button] = buttonsOf(toMember()[0]!.message);
      expect(button?.label).toMatch(/^Try \d/);
      const pressed = discord.press(button!.customId, { userId: MEMBER, isDirect: true });
      expect(textOf(await pressed.answer(PATIENCE))).toMatch(/^Split within/);
    },
    PATIENCE,
  );

  it('sent nothing that Discord would refuse, and logged no member, limit or token', () => {
    expect(discord.violations).toEqual([]);
    expect(discord.unknownRequests()).toEqual([]);
    for (const secret of [MEMBER, discord.token, '"limit"']) expect(child.log()).not.toContain(secret);
  });

  it(
    'is also what npm start does: long after, it catches up with what was missed, and stops in the middle when told to',
    async () => {
      expect(await child.stop()).toBe(0);
      const bot = startBotProcess(env);
      const begun = (): true | undefined => (bot.log().includes('"msg":"task started"') ? true : undefined);
      await discord.until(begun, 'the night to begin', PATIENCE);
      expect(await bot.stop()).toBe(0);
      expect(bot.log()).toMatch(/"task":"nightly","due":"20[^"]*","attempt":1[^\n]*"msg":"task started"/);
      const last = await lastNightly();
      expect(Date.parse(last!.due)).toBeGreaterThan(MONDAY);
    },
    PATIENCE,
  );
});
