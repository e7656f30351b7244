import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/discord/stand-in.ts';
import { outcomeOf, type TestBot } from '../support/test-bot.ts';
import { holding, startHolding } from './bots.ts';
import { heard, startReportBot, startWithSlowStore, type Heard } from './report-command.ts';

let reportBot: TestBot;

beforeAll(async () => {
  reportBot = await startReportBot();
});

afterAll(async () => {
  await reportBot.close();
});

async function hear(...asking: Parameters<TestBot['discord']['slash']>): Promise<Heard | undefined> {
  await reportBot.discord.slash(...asking).answer();
  return heard.at(-1);
}

describe('a subcommand', () => {
  it('arrives by its name, with its options, a channel by its id', async () => {
    const { channelId } = reportBot.discord;
    const options = { universe: 'tech', channel: { channel: channelId }, horizon: 21 };
    expect(await hear('report schedule', options)).toMatchObject({
      options: { universe: 'tech', channel: channelId, horizon: 21 },
      invocation: { subcommand: 'schedule', guildId: reportBot.discord.guildId, channelId },
    });
  });

  it('arrives without options when it has none', async () => {
    expect(await hear('report list')).toMatchObject({ options: {}, invocation: { subcommand: 'list' } });
  });

  it.each([true, false])('says whether the member manages the server: %s', async (mayManage) => {
    expect(await hear('report list', {}, { mayManage })).toMatchObject({ invocation: { mayManage } });
  });
});

describe('a question that takes too long to read', () => {
  it('because of the store is answered so in private, in time, and not again later', async () => {
    const other = await startWithSlowStore();
    const before = heard.length;
    const asked = other.discord.slash('report list');
    const { ms, ...first } = await asked.acknowledged();
    expect(first).toEqual({ type: 4, ephemeral: true });
    expect(ms).toBeLessThan(2_800);
    expect(textOf(await asked.answer())).toContain('could not be read in time, so nothing was done');
    expect(heard).toHaveLength(before);
    expect(other.log).toContainEqual(expect.objectContaining({ level: 40, msg: expect.stringContaining('too slow') }));
    await other.close();
  });
});

describe('a stop', () => {
  it('lets running answers finish, tells new ones to come back, and leaves', async () => {
    const test = await startHolding();
    const running = await holding(test);
    const stopped = test.bot.stop();
    const asked = test.discord.slash('echo', { text: 'too late' });
    expect(await asked.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await asked.answer())).toContain('I am restarting, try again in a minute.');
    expect(test.hold.held[0]?.signal.aborted).toBe(false);
    test.hold.release();
    await stopped;
    expect(running.original && textOf(running.original)).toContain('at last');
    await test.discord.disconnected();
    expect(test.log.filter(({ level }) => Number(level) > 30)).toEqual([]);
  });

  it.each([false, true])('ends what takes too long, and says so (public: %s)', async (isPublic) => {
    const test = await startHolding({ drainMs: 50 });
    const asked = await holding(test, { isPublic });
    await test.bot.stop();
    expect(test.hold.held[0]?.signal.aborted).toBe(true);
    const message = isPublic ? asked.followUps[0] : asked.original;
    expect(message?.ephemeral).toBe(true);
    expect(message && textOf(message)).toContain('I am restarting');
    expect(await outcomeOf(test, asked)).toBe('restarting');
    expect(test.log.filter(({ fault }) => fault !== undefined)).toEqual([]);
  });

  it('is over at once when nothing runs', async () => {
    const test = await startHolding();
    const before = performance.now();
    await test.bot.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
