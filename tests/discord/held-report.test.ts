// Reports on what a member holds, through the real client: who gets them, and what becomes of one that is not taken.
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { holdings } from '../../src/commands/holdings/slash.ts';
import { deployCommands } from '../../src/discord/command-deployment.ts';
import { heldReportTasks } from '../../src/jobs/reports/held-reports.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { startMarket, type Market } from '../support/market.ts';
import { startTestBot } from '../support/test-bot.ts';

let market: Market;
beforeAll(async () => {
  market = await startMarket();
  market.list(['AAA', 'BBB']);
});
afterAll(() => market.close());

async function startWithReport() {
  const commands = [holdings];
  const test = await startTestBot(commands, { app: market.app });
  onTestFinished(() => test.close());
  const { token, applicationId, guildId, apiUrl: api } = test.discord;
  await deployCommands({ commands, token, applicationId, guildId, api });
  await test.discord.slash('holdings set', { holdings: 'AAA 4, BBB 2, cash 10 USD' }).answer();
  const asked = test.discord.slash('holdings report', { when: 'mondays 9:00', loss: '50%', horizon: 5 });
  const { signal } = new AbortController();
  return {
    ...test,
    answer: await asked.answer(),
    runDue: async (due: number): Promise<void> => {
      const [task] = await heldReportTasks({ app: test.app, messenger: test.bot.messenger, signal });
      await task?.run(due, false);
    },
    last: async () => (await test.app.savedHoldings.get(test.discord.memberId))?.report?.last,
  };
}

const DUE = Date.parse('2024-04-22T09:00:00Z');

it('is asked for in private, and comes as one direct message although the process dies after it', async () => {
  const { answer, discord, runDue, app } = await startWithReport();
  expect(answer.ephemeral).toBe(true);
  expect(textOf(answer)).toContain('I send you such a report mondays 9:00 UTC');
  const dies = vi.spyOn(app.savedHoldings, 'update').mockRejectedValueOnce(new Error('killed'));
  await expect(runDue(DUE)).rejects.toThrow('killed');
  await runDue(DUE);
  dies.mockRestore();
  expect(discord.posted).toHaveLength(1);
  const [message] = discord.posted;
  expect(message?.userId).toBe(discord.memberId);
  expect(textOf(message!.message)).toMatch(/What you hold, and what changed since \d{4}-\d\d-\d\d/);
  await runDue(DUE + 7 * 86_400_000);
  expect(discord.posted).toHaveLength(2);
});

it('is kept for later where direct messages are closed, of which the next answer tells', async () => {
  const { discord, runDue, last } = await startWithReport();
  const before = await last();
  discord.closeDirectMessages(discord.memberId);
  await discord.slash('holdings set', { holdings: 'AAA 5, BBB 2' }).answer();
  await runDue(DUE);
  expect(discord.posted).toEqual([]);
  expect(await last()).toEqual(before);
  const asked = discord.slash('holdings show', {});
  expect(textOf(await asked.until(({ followUps }) => followUps[0], 'the note'))).toContain(
    'direct messages are closed',
  );
  discord.openDirectMessages(discord.memberId);
  await runDue(DUE + 7 * 86_400_000);
  expect(textOf(discord.posted[0]!.message)).toContain('+1 AAA, \u221210.00 USD cash.');
  expect((await last())?.held).not.toEqual(before?.held);
});
