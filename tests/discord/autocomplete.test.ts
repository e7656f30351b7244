import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startForTest } from './bots.ts';
import type { TestBot } from '../support/test-bot.ts';
import { allocate } from '../../src/commands/allocate/slash.ts';
import { choosy, echo } from './commands.ts';
import { startReportBot, startWithSlowStore } from './report-command.ts';

let reportBot: TestBot;

beforeAll(async () => {
  reportBot = await startReportBot();
});

afterAll(async () => {
  await reportBot.close();
});

describe('the choices of a subcommand', () => {
  it('has its options completed', async () => {
    const asked = reportBot.discord.autocomplete('report schedule', { universe: 'te' }, 'universe', {
      mayManage: false,
    });
    await asked.acknowledged();
    expect(asked.choices).toEqual([{ name: 'schedule universe te false', value: 'v' }]);
  });
});

describe('choices', () => {
  it('are at most 25, with names and values that Discord takes', async () => {
    const test = await startForTest([choosy, echo]);
    const asked = test.discord.autocomplete('choosy', { which: 'ab' }, 'which');
    expect(await asked.acknowledged()).toMatchObject({ type: 8 });
    expect(asked.choices).toHaveLength(25);
    expect(asked.choices?.[0]).toMatchObject({ value: 'v0' });
    expect(asked.choices?.[0]?.name).toMatch(/^which ab 0 x+…$/);
  });

  it.each([
    ['choosy', 'bug'],
    ['forgotten', 'x'],
    ['echo', 'x'],
  ])('are none when %s cannot make any for "%s"', async (name, typed) => {
    const test = await startForTest([choosy, echo]);
    const asked = test.discord.autocomplete(name, { which: typed }, 'which');
    await asked.acknowledged();
    expect(asked.choices).toEqual([]);
  });

  it('name only assets of what the other options say', async () => {
    const test = await startForTest([allocate]);
    const offered = async (others: Record<string, string>) => {
      const asked = test.discord.autocomplete('allocate', { loss: '8%', ...others, constraints: 'he' }, 'constraints');
      await asked.acknowledged();
      return asked.choices?.map(({ value }) => value);
    };
    expect(await offered({ universe: 'us12' })).toEqual(['healthcare']);
    expect(await offered({ tickers: 'AAPL, HEI' })).toEqual(['HEI']);
    expect(await offered({})).toEqual(['health-care', 'healthcare']);
  });

  it('that come too late are logged', async () => {
    const test = await startForTest([choosy, echo]);
    test.discord.disturb('callback', { failure: { status: 404, code: 10062 } });
    test.discord.autocomplete('choosy', { which: 'late' }, 'which');
    const line = await test.discord.until(
      () => test.log.find(({ msg }) => msg === 'choices could not be shown'),
      'the warning',
    );
    expect(line.level).toBe(40);
  });
});

describe('choices that take too long', () => {
  it('because of the command or of the store are none, in time', async () => {
    const other = await startWithSlowStore();
    const slow = [
      reportBot.discord.autocomplete('report schedule', { universe: 'slow' }, 'universe'),
      other.discord.autocomplete('report schedule', { universe: 'te' }, 'universe'),
    ];
    for (const asked of slow) {
      expect(await asked.acknowledged()).toMatchObject({ type: 8 });
      expect(asked.choices).toEqual([]);
    }
    await other.close();
  });
});
