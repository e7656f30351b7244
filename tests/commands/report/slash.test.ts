import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report } from '../../../src/commands/report/slash.ts';
import { MOST_REPORTS } from '../../../src/commands/report/rules.ts';
import type { Report } from '../../../src/commands/report/record.ts';
import { nextRunsAfter } from '../../../src/schedule.ts';
import { CHANNEL, textOf, type Discord } from '../../support/discord/stand-in.ts';
import { startPeople, type People } from '../../support/people.ts';
import { createTestApp } from '../../support/test-bot.ts';

/** Time for 15,000 scenarios on a busy machine. */
const PATIENCE = 60_000;
const OTHER = '200000000000000999';

let people: People;
let discord: Discord;
let channel: string;
beforeAll(async () => {
  people = await startPeople();
  discord = people.discord;
  channel = discord.addChannel({ name: 'reports' });
}, PATIENCE);
afterAll(() => people.close());

type Options = NonNullable<Parameters<Discord['slash']>[1]>;

const ask = async (name: string, options: Options = {}) => {
  const message = await discord.slash(`report ${name}`, options).answer(PATIENCE);
  expect(message.ephemeral).toBe(true);
  return textOf(message);
};
const usual = () => ({ channel: { channel }, when: 'weekdays 18:30', what: 'allocation', universe: 'sample' });
const schedule = (options: Options = {}) => ask('schedule', { ...usual(), loss: '8%', ...options });
const reports = async () => (await people.app.guilds.get(discord.guildId)).reports;
const postedIn = (channelId: string) =>
  discord.posted.map(({ message }) => message).filter((message) => message.channelId === channelId);
const setReports = (change: (old: readonly Report[]) => Report[]) =>
  people.app.guilds.update(discord.guildId, (old) => ({ ...old, reports: change(old.reports) }));

const setDefault = (settings: { universe?: string }) =>
  people.app.guilds.update(discord.guildId, (old) => ({ ...old, settings }));

const choicesOf = async (name: string, options: Options, focused: string) => {
  const typed = discord.autocomplete(`report ${name}`, options, focused);
  await typed.acknowledged();
  return typed.choices;
};

describe('/report schedule', () => {
  it('needs a member who can write there too', async () => {
    const closed = discord.addChannel({ name: 'announcements' });
    discord.forbidMember(closed, OTHER, ['SendMessages']);
    const who = { userId: OTHER, mayManage: true };
    const asked = discord.slash('report schedule', { ...usual(), channel: { channel: closed }, loss: '8%' }, who);
    expect(textOf(await asked.answer())).toContain(`You cannot write in <#${closed}> yourself without Send Messages`);
    expect(await reports()).toEqual([]);
  });

  it('saves a report and shows its next three posts', async () => {
    const before = people.app.clock.now();
    const text = await schedule({ time_zone: 'europe/berlin', horizon: 5, alpha: '90%', max_weight: '50%' });
    const [saved] = await reports();
    expect(saved).toEqual({
      id: '1',
      channelId: channel,
      what: 'allocation',
      cron: '30 18 * * 1-5',
      timeZone: 'Europe/Berlin',
      universe: 'sample',
      mandate: {
        horizonDays: 5,
        constraints: [{ kind: 'max-weight', weight: 0.5 }],
        risk: { alpha: 0.9, limit: 0.08 },
      },
      scheduledBy: discord.memberId,
      scheduledAt: expect.any(String),
    });
    expect(text).toContain('Report 1 is scheduled');
    expect(text).toContain(`<#${channel}>`);
    expect(text).toContain('weekdays 18:30 Europe/Berlin');
    const next = nextRunsAfter({ cron: '30 18 * * 1-5', timeZone: 'Europe/Berlin' }, before, 3);
    expect(text).toContain(next.map((time) => `- <t:${time / 1000}:F>`).join('\n'));
  });

  it("uses the server's time zone by default, and UTC if the server has none", async () => {
    expect(await schedule()).toContain('weekdays 18:30 UTC');
    await people.app.guilds.update(discord.guildId, (old) => ({ ...old, settings: { timeZone: 'Asia/Tokyo' } }));
    expect(await schedule({ when: '0 9 1 * *' })).toContain('0 9 1 * * Asia/Tokyo');
    await people.app.guilds.update(discord.guildId, (old) => ({ ...old, settings: {} }));
  });

  it.each([
    [{ loss: 'none' }, 'loss takes a rate such as 8%'],
    [{ when: 'sometimes' }, 'when takes days and a time such as "weekdays 18:30"'],
    [{ when: '*/5 * * * *' }, 'at least an hour from one time to the next'],
    [{ time_zone: 'Mars/Base' }, 'time_zone takes an IANA time zone'],
    [{ universe: 'nowhere' }, 'universe takes one of sample, us12, gaussian'],
    [{ max_weight: '1%' }, 'max_weight'],
    [{ max_turnover: '30%' }, 'max_turnover limits what is traded of what is held'],
  ])('refuses %j in words', async (options, sentence) => {
    const before = await reports();
    expect(await schedule(options)).toContain(sentence);
    expect(await reports()).toEqual(before);
  });

  it("uses the server's default universe when none is named", async () => {
    const { universe: _, ...rest } = usual();
    expect(await ask('schedule', { ...rest, loss: '8%' })).toContain(
      'Say which universe: one of sample, us12, gaussian.',
    );
    await setDefault({ universe: 'us12' });
    expect(await ask('schedule', { ...rest, loss: '8%' })).toContain('limit 8%, us12, 21 trading days');
    await setDefault({});
    await setReports((old) => old.slice(0, -1));
  });

  it('needs a limit for an allocation, and none for the others', async () => {
    expect(await ask('schedule', usual())).toContain('An allocation needs a limit');
    expect(await ask('schedule', { ...usual(), what: 'backtest' })).toContain('is scheduled');
    expect(await ask('schedule', { ...usual(), what: 'frontier' })).toContain('is scheduled');
  });

  it('names the permissions that the bot lacks in the channel', async () => {
    const closed = discord.addChannel({ name: 'closed' });
    discord.forbidChannel(closed, ['EmbedLinks', 'AttachFiles']);
    const before = await reports();
    expect(await schedule({ channel: { channel: closed } })).toContain(
      `I cannot post in <#${closed}> without Embed Links and Attach Files: allow it there first.`,
    );
    expect(await reports()).toEqual(before);
  });

  it('offers only channels that take messages', () => {
    const folder = discord.addChannel({ name: 'folder', type: CHANNEL.category });
    expect(() => discord.slash('report schedule', { ...usual(), channel: { channel: folder } })).toThrow(
      "Discord's client would not",
    );
  });

  it('is for those who manage the server, whatever Discord shows', async () => {
    expect(() => discord.slash('report list', {}, { userId: OTHER })).toThrow('not offered');
    const test = createTestApp();
    for (const subcommand of ['schedule', 'list', 'remove', 'run']) {
      const invocation = await test.invocation({ subcommand, mayManage: false });
      expect(() => report.parse({}, invocation)).toThrow('Manage Server permission');
    }
  });

  it('holds twenty a server', async () => {
    const before = await reports();
    const one = before[0]!;
    await setReports(() => Array.from({ length: MOST_REPORTS }, (_, k) => ({ ...one, id: `${k + 1}` })));
    expect(await schedule()).toContain('This server already has 20 reports, the most allowed');
    expect(await reports()).toHaveLength(MOST_REPORTS);
    await setReports(() => [...before]);
  });
});

describe('/report list, remove and run', () => {
  it('lists the schedule, kind and channel of each report, and whether it is blocked', async () => {
    await setReports((old) =>
      old.map((one) => (one.id === '2' ? { ...one, blockedSince: '2026-01-02T03:04:05.000Z' } : one)),
    );
    const text = await ask('list');
    expect(text).toContain('This server has 5 reports');
    expect(text).toMatch(
      /1: allocation of sample, weekdays 18:30 Europe\/Berlin\n<#\d+> · limit 8%, sample, 5 trading days, alpha 90%, at most 50% per asset\nnext <t:\d+:R>/,
    );
    expect(text).toContain(
      `⚠ I have not been allowed to post there since <t:${Date.UTC(2026, 0, 2, 3, 4, 5) / 1000}:f>`,
    );
  });

  it('completes ids with words, time zones and universes', async () => {
    expect(await choicesOf('remove', { id: 'berlin' }, 'id')).toEqual([
      { name: '1: allocation of sample, weekdays 18:30 Europe/Berlin', value: '1' },
    ]);
    expect((await choicesOf('run', { id: '' }, 'id'))?.map(({ value }) => value)).toEqual(['1', '2', '3', '4', '5']);
    expect(await choicesOf('schedule', { time_zone: 'new york' }, 'time_zone')).toEqual([
      { name: 'America/New_York', value: 'America/New_York' },
    ]);
    expect((await choicesOf('schedule', { universe: 'us' }, 'universe'))?.[0]?.value).toBe('us12');
  });

  it(
    'makes a report now and posts it, and each time anew',
    async () => {
      expect(await ask('run', { id: '1' })).toContain(`It is in <#${channel}>`);
      await ask('run', { id: '1' });
      const posts = postedIn(channel);
      expect(posts).toHaveLength(2);
      for (const post of posts) {
        expect(textOf(post)).toContain('Split within 8% · 5 trading days · sample');
        expect(post.files[0]).toMatchObject({ name: 'allocation.png' });
        expect(post.components).toEqual([]);
      }
    },
    PATIENCE,
  );

  it(
    'takes a block away once the report could be posted',
    async () => {
      const [, blocked] = await reports();
      expect(blocked?.blockedSince).toBeDefined();
      await ask('run', { id: '2' });
      const { blockedSince: _, ...open } = blocked!;
      expect((await reports())[1]).toEqual(open);
    },
    PATIENCE,
  );

  it('says in private that it may not post, before it computes', async () => {
    const closed = discord.addChannel({ name: 'closed' });
    await setReports((old) => old.map((one) => (one.id === '1' ? { ...one, channelId: closed } : one)));
    discord.forbidChannel(closed);
    expect(await ask('run', { id: '1' })).toContain(`I cannot post in <#${closed}> without Send Messages`);
    expect(postedIn(closed)).toEqual([]);
  });

  it(
    'can be cancelled while it is made, and then posts nothing',
    async () => {
      await setReports((old) =>
        old.map((one) => (one.id === '3' ? { ...one, mandate: { ...one.mandate, horizonDays: 252 } } : one)),
      );
      const before = postedIn(channel).length;
      const asked = discord.slash('report run', { id: '3' });
      const waiting = await asked.until(({ original }) => original?.components[0]?.components[0], 'a cancel button');
      discord.press(waiting.custom_id);
      expect(textOf(await asked.answer(PATIENCE))).toMatch(/cancelled/i);
      expect(postedIn(channel)).toHaveLength(before);
    },
    PATIENCE,
  );

  it('removes a report by its number, and lists the existing ones', async () => {
    expect(await ask('remove', { id: '2' })).toContain('Report 2 is removed');
    expect(await ask('remove', { id: '2' })).toContain('(1, 3, 4, 5); got "2"');
    await setReports(() => []);
    expect(await ask('run', { id: '1' })).toContain('This server has no reports');
    expect(await ask('list')).toContain('This server has no reports');
  });

  it('reads days and times as people type them, and says how it read them', async () => {
    expect(await schedule({ when: 'Mon-Fri 18.30' })).toContain('weekdays 18:30');
    expect(await schedule({ when: 'mon, wed 9am', loss: '8,5' })).toContain('mon, wed 9:00');
    await setReports(() => []);
  });
});
