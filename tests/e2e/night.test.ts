import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guildSchema, markSchema, memberSchema, type Alert, type Question } from '../../src/community/records.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { startBotProcess } from '../support/bot-process.ts';
import { buttonsOf, startDiscord, textOf, type Discord } from '../support/discord/stand-in.ts';
import { temporaryHome } from '../support/tailcap.ts';
import { chartBody, startVendor, weekdayBars, type Bar, type Vendor } from '../support/vendor.ts';

const PATIENCE = 60_000;
const MINUTE = 60_000;
const FRIDAY = Date.parse('2024-04-19T22:30:00Z');
/** 18:30 in New York. */
const MONDAY = Date.parse('2024-04-22T22:30:00Z');

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

/** Over loopback HTTP, what the exchanges have said by the clock. */
const serve = (symbol: string, seed: number): void =>
  vendor.answer(symbol, (from) => {
    const isOut = ([day]: Bar): boolean => {
      const opening = Date.parse(day) + 14 * 3_600_000;
      return opening >= from * 1000 && opening <= today;
    };
    const sessionEnd = `${new Date(today).toISOString().slice(0, 10)}T20:00:00Z`;
    return { body: chartBody(market(seed).filter(isOut), { sessionEnd }) };
  });

interface Child {
  readonly process: ChildProcess;
  log(): string;
  /** Puts the clock there and lets the scheduler beat. Resolves when what that began has ended, or at once. */
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
      await hears('beaten');
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

const question = (universe: string): Question => ({
  universe,
  horizonDays: 5,
  alpha: 0.9,
  minWeight: 0,
  maxWeight: 1,
});

const alert = (id: string, universe: string): Alert => ({
  id,
  guildId: discord.guildId,
  question: question(universe),
  lossLimit: 0.9,
  createdAt: '2024-04-01T12:00:00.000Z',
  told: 'feasible',
  hasRung: false,
  minCvar: 0.01,
});

const guilds = () => store.table('guilds', guildSchema, 1);
const members = () => store.table('members', memberSchema, 1);
const marks = () => store.table('marks', markSchema, 1);

const inChannel = (channelId: string) => discord.posted.filter(({ message }) => message.channelId === channelId);
const toMember = () => discord.posted.filter(({ userId }) => userId === MEMBER);
const modelsOf = () =>
  readdirSync(`${home}/models`).map((name) => readdirSync(`${home}/models/${name}/calibrated`).sort());

beforeAll(async () => {
  discord = await startDiscord();
  operators = discord.addChannel({ name: 'operators' });
  vendor = await startVendor();
  ['AAA', 'BBB', 'CCC', 'DDD'].forEach((symbol, k) => serve(symbol, k + 2));
  mkdirSync(`${home}/models`);
  env = {
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_APPLICATION_ID: discord.applicationId,
    STORE_URL: `sqlite:${home}/tailcap.sqlite`,
    MODELS_DIR: `${home}/models`,
    YAHOO_URL: vendor.url,
    OPERATORS_CHANNEL_ID: operators,
    NIGHTLY: '',
    NIGHTLY_TIME_ZONE: '',
  };
  store = await openStore(env.STORE_URL!, { now: () => today });
  await guilds().set(discord.guildId, {
    universes: [
      ownUniverse('first', ['AAA', 'BBB']),
      ownUniverse('lost', ['AAA', 'NONE']),
      ownUniverse('last', ['CCC', 'DDD']),
    ],
    settings: { universe: 'first', horizonDays: 5 },
    reports: [
      {
        id: 'r1',
        channelId: discord.channelId,
        what: 'frontier',
        cron: '30 18 * * 1-5',
        timeZone: 'America/New_York',
        question: question('last'),
        scheduledBy: MEMBER,
        scheduledAt: '2024-04-19T12:00:00.000Z',
      },
    ],
  });
  await members().set(MEMBER, { alerts: [alert('a1', 'first'), alert('a2', 'lost'), alert('a3', 'last')] });
  child = await startChild(FRIDAY - 30 * MINUTE);
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
      await child.at(FRIDAY - MINUTE);
      expect(vendor.requests).toEqual([]);
      await child.at(FRIDAY);
      expect(vendor.requests).toContain('AAA from 2013-04-19');
      expect(modelsOf()).toEqual([[expect.stringMatching(/^2024-04-19/)], [expect.stringMatching(/^2024-04-19/)]]);
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

  it('tells the operators of what failed, once, and does no more until it is due again', async () => {
    await child.at(FRIDAY + MINUTE);
    await child.at(FRIDAY + 48 * 60 * MINUTE);
    expect(inChannel(operators).map(({ message }) => textOf(message))).toEqual([
      expect.stringMatching(/^Something went wrong at night\n\*\*lost\*\*: refreshing prices failed: .*NONE/),
    ]);
    expect(inChannel(discord.channelId)).toHaveLength(1);
  });

  it(
    'that is killed when it has just written to a member is gone on with, and writes to nobody twice',
    async () => {
      // Limits that can just be kept: the market's fall is too much for them.
      await members().update(MEMBER, (old) => {
        for (const one of old!.alerts) one.lossLimit = 1.02 * one.minCvar;
        return old!;
      });
      vendor.requests.length = 0;

      // The message is there, but before the bot hears of it, it is no more.
      discord.disturb('postMessage', { isAnswerLost: true });
      await child.at(MONDAY, false);
      await discord.until(() => toMember()[0], 'a direct message', PATIENCE);
      await child.kill();
      expect((await members().get(MEMBER))?.alerts[0]?.told).toBe('feasible');
      expect(vendor.requests.some((request) => request.startsWith('CCC'))).toBe(false);
      expect(await marks().get('nightly')).toMatchObject({ outcome: 'begun', due: new Date(MONDAY).toISOString() });

      child = await startChild(MONDAY + MINUTE);
      await child.at(MONDAY + MINUTE);
      expect(inChannel(discord.channelId)).toHaveLength(2);
      await child.at(MONDAY + 3 * MINUTE);
      expect(await marks().get('nightly')).toMatchObject({ outcome: 'done', attempt: 2 });
      expect(toMember().map(({ message }) => textOf(message).split('\n')[0])).toEqual([
        expect.stringMatching(/^A limit of .*% can no longer be kept · 5 trading days · first$/),
        expect.stringMatching(/^A limit of .*% can no longer be kept · 5 trading days · last$/),
      ]);
      expect((await members().get(MEMBER))?.alerts.map(({ told }) => told)).toEqual([
        'infeasible',
        'feasible',
        'infeasible',
      ]);
      expect(child.log()).toMatch(/"universe":"last"[^\n]*"outcome":"(replaced|kept)","scores":\{[^\n]*"days":60\}/);
      expect(inChannel(operators)).toHaveLength(2);
      expect(inChannel(discord.channelId)).toHaveLength(2);
    },
    3 * PATIENCE,
  );

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
    for (const secret of [MEMBER, discord.token, 'lossLimit']) expect(child.log()).not.toContain(secret);
  });

  it(
    'is also what npm start does: long after, it catches up with what was missed, and stops in the middle when told to',
    async () => {
      expect(await child.stop()).toBe(0);
      const bot = startBotProcess(env);
      const begun = (): true | undefined => (bot.log().includes('"msg":"task begins"') ? true : undefined);
      await discord.until(begun, 'the night to begin', PATIENCE);
      expect(await bot.stop()).toBe(0);
      expect(bot.log()).toMatch(/"task":"nightly","due":"20[^"]*","attempt":1[^\n]*"msg":"task begins"/);
      const mark = await marks().get('nightly');
      expect(Date.parse(mark!.due)).toBeGreaterThan(MONDAY);
    },
    PATIENCE,
  );
});
