import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_ALERTS } from '../../../src/commands/alert/rules.ts';
import { alert } from '../../../src/commands/alert/slash.ts';
import type { Constraint } from '../../../src/engine/constraints/index.ts';
import { withLimit } from '../../../src/engine/mandate.ts';
import { textOf } from '../../support/discord/stand-in.ts';
import { startPeople, type People } from '../../support/people.ts';
import { createTestApp } from '../../support/test-bot.ts';

/** Time for 15,000 scenarios on a busy machine. */
const PATIENCE = 60_000;

let people: People;
beforeAll(async () => {
  people = await startPeople();
}, PATIENCE);
afterAll(() => people.close());

type Options = Readonly<Record<string, string | number>>;

const ask = async (name: string, options: Options = {}, who: { userId?: string; isDirect?: boolean } = {}) => {
  const asked = people.discord.slash(`alert ${name}`, options, who);
  const message = await asked.answer(PATIENCE);
  expect(message.ephemeral).toBe(true);
  return textOf(message);
};
const add = (loss: string, more: Options = {}, who = {}) =>
  ask('add', { universe: 'sample', loss, horizon: 5, ...more }, who);
const savedOf = async (userId = people.discord.memberId) => (await people.app.members.get(userId)).alerts;
const newMember = (() => {
  let last = 200000000000000100n;
  return () => String((last += 1n));
})();

const minWeight = (weight: number): Constraint[] => [{ kind: 'min-weight', weight }];

describe('/alert', () => {
  it(
    'saves a limit that can be kept, saying the smallest one and that direct messages must be open',
    async () => {
      const text = await add('8%', { alpha: '90%', max_weight: '40%' });
      expect(text).toContain('Alert 1 is saved');
      expect(text).toMatch(/A limit of 8% can be kept now\. The smallest that can is \*\*\d\.\d\d%\*\*\./);
      expect(text).toContain('message you when it can no longer be kept');
      expect(text).toContain('only while you accept direct messages');
      expect(text).toContain('Not investment advice');
      const [saved] = await savedOf();
      expect(saved).toEqual({
        id: '1',
        universe: 'sample',
        mandate: {
          horizonDays: 5,
          constraints: [{ kind: 'max-weight', weight: 0.4 }],
          risk: { alpha: 0.9, limit: 0.08 },
        },
        createdAt: expect.any(String),
        lastCheckedAt: saved?.createdAt,
        lastTold: 'feasible',
        hasFired: false,
        minCvar: expect.any(Number),
      });
      expect(saved?.minCvar).toBeGreaterThan(0.001);
      expect(saved?.minCvar).toBeLessThan(0.08);
    },
    PATIENCE,
  );

  it(
    'saves one that already cannot be kept as such, also in direct messages',
    async () => {
      const text = await add('0.5%', {}, { isDirect: true });
      expect(text).toMatch(/0\.5% cannot be kept now\. The smallest that can is \*\*\d\.\d\d%\*\*/);
      expect(text).toContain('message you when it can be kept');
      expect((await savedOf()).at(-1)).toMatchObject({
        id: '2',
        mandate: { risk: { limit: 0.005 } },
        lastTold: 'infeasible',
        hasFired: false,
      });
    },
    PATIENCE,
  );

  it(
    'has the very minimum that /allocate tells',
    async () => {
      const answer = await people.discord.slash('allocate', { universe: 'sample', loss: '0.5%', horizon: 5 }).answer();
      const [, told] = /smallest that can is \*\*(\d\.\d\d%)/.exec(await add('0.4%')) ?? [];
      expect(textOf(answer)).toContain(`Smallest limit that can be kept\n${told}`);
    },
    PATIENCE,
  );

  it('refuses a duplicate at once, and keeps the existing alert', async () => {
    const before = await savedOf();
    expect(await add('8%', { alpha: '90%', max_weight: '40%' })).toContain('it is number 1');
    expect(await savedOf()).toEqual(before);
  });

  it('allows ten per member, and refuses the next before anything is computed', async () => {
    const userId = newMember();
    const one = (await savedOf())[0]!;
    const alerts = Array.from({ length: MOST_ALERTS }, (_, k) => ({
      ...one,
      id: `${k + 1}`,
      mandate: withLimit(one.mandate, 0.2 + k / 100),
    }));
    await people.app.members.update(userId, () => ({ alerts }));
    const text = await ask('add', { universe: 'us12', loss: '8%' }, { userId });
    expect(text).toContain('You already have 10 alerts');
    expect(await savedOf(userId)).toHaveLength(MOST_ALERTS);
  });

  it.each([
    [{ universe: 'nowhere', loss: '8%' }, 'universe takes one of sample, us12, gaussian; got "nowhere"'],
    [{ universe: 'sample', loss: '1' }, 'a bare 1 is unclear'],
    [{ universe: 'sample', loss: '8%', max_weight: '1%' }, 'max_weight'],
    [{ universe: 'sample', loss: '8%', max_turnover: '30%' }, 'here nothing is: leave it out'],
  ])('refuses %j in words', async (options, sentence) => {
    expect(await ask('add', options, { userId: newMember() })).toContain(sentence);
  });

  it('lists saved alerts with their last minimum', async () => {
    const text = await ask('list');
    expect(text).toContain('You have 3 alerts');
    expect(text).toContain('1: limit 8%, sample, 5 trading days, alpha 90%, at most 40% per asset\nCould be kept at');
    expect(text).toMatch(
      /2: limit 0\.5%.*\n⚠ Could not be kept at the last check, <t:\d+:f>\. The smallest limit that could was \d\.\d\d%\./,
    );
    expect(await ask('list', {}, { userId: newMember() })).toContain('You have no alerts');
  });

  it("completes the member's own ids with descriptions, and universes", async () => {
    const typed = people.discord.autocomplete('alert remove', { id: '0.5' }, 'id');
    await typed.acknowledged();
    expect(typed.choices).toEqual([{ name: '2: limit 0.5%, sample, 5 trading days, alpha 95%', value: '2' }]);
    const others = people.discord.autocomplete('alert remove', { id: '' }, 'id', { userId: newMember() });
    await others.acknowledged();
    expect(others.choices).toEqual([]);
    const universes = people.discord.autocomplete('alert add', { universe: 'us1' }, 'universe');
    await universes.acknowledged();
    expect(universes.choices?.map(({ value }) => value)).toEqual(['us12']);
  });

  it('removes an alert by its number, and lists the existing ones', async () => {
    expect(await ask('remove', { id: '2' })).toContain('Alert 2 is removed');
    expect((await savedOf()).map(({ id }) => id)).toEqual(['1', '3']);
    expect(await ask('remove', { id: '2' })).toContain('one of your alerts (1, 3); got "2"');
    expect(await ask('remove', { id: '2' }, { userId: newMember() })).toContain('You have no alerts');
  });

  it('logs no limit, no universe and no member', () => {
    expect(people.log()).toContain('"command":"alert"');
    expect(people.log()).not.toMatch(/limit"|minCvar|"sample"|alpha/);
    expect(people.log()).not.toContain(people.discord.memberId);
  });
});

describe('an alert about a universe of a server', () => {
  it('stores the server, unlike an alert about a built-in universe', async () => {
    const test = createTestApp();
    const guildId = '300000000000000001';
    const tech = { name: 'tech', tickers: ['AAA', 'BBB'], createdAt: '2026-01-01T00:00:00.000Z' };
    await test.app.guilds.update(guildId, (old) => ({ ...old, universes: [tech], settings: { horizonDays: 10 } }));
    const invocation = await test.invocation({ subcommand: 'add', guildId });
    expect(alert.parse({ universe: 'TECH', loss: '8%' }, invocation)).toMatchObject({
      universe: { kind: 'tickers', tickers: ['AAA', 'BBB'], name: 'tech' },
      alert: { guildId, universe: 'tech', mandate: { horizonDays: 10, risk: { limit: 0.08 } } },
    });
    expect(alert.parse({ universe: 'us12', loss: '8%' }, invocation)).toMatchObject({
      alert: expect.not.objectContaining({ guildId }),
    });
  });

  it("uses the server's default universe when none is named, and fails without one", async () => {
    const test = createTestApp();
    const guildId = '300000000000000001';
    const parsed = async () =>
      alert.parse({ loss: '8%', min_weight: '2%' }, await test.invocation({ subcommand: 'add', guildId }));
    await expect(parsed()).rejects.toThrow('Say which universe: one of sample, us12, gaussian.');
    await test.app.guilds.update(guildId, (old) => ({
      ...old,
      settings: { universe: 'us12', constraints: minWeight(0.05) },
    }));
    expect(await parsed()).toMatchObject({
      universe: { kind: 'named', name: 'us12' },
      alert: { universe: 'us12', mandate: { constraints: minWeight(0.02), risk: { limit: 0.08 } } },
    });
  });

  it('is listed with the name of its server, and as paused once the universe is deleted', async () => {
    const { discord, app } = people;
    const userId = newMember();
    const one = (await savedOf())[0]!;
    const tech = { name: 'tech', tickers: ['AAA', 'BBB'], createdAt: '2026-01-01T00:00:00.000Z' };
    await app.guilds.update(discord.guildId, (old) => ({ ...old, universes: [tech] }));
    await app.members.update(userId, () => ({ alerts: [{ ...one, guildId: discord.guildId, universe: 'tech' }] }));
    expect(await ask('list', {}, { userId })).toContain('tech is a universe of this server.');
    expect(await ask('list', {}, { userId, isDirect: true })).toContain('tech is a universe of A guild.');
    await app.guilds.update(discord.guildId, (old) => ({ ...old, universes: [] }));
    expect(await ask('list', {}, { userId })).toContain('⚠ tech is no longer a universe of this server');
  });
});
