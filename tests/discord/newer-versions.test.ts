import { describe, expect, it } from 'vitest';
import type { App } from '../../src/app.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openMembers } from '../../src/commands/members.ts';
import { openPendingAnswers } from '../../src/pending-answers.ts';
import { saveNewer } from '../store/newer.ts';
import { openTestStore } from '../store/fixtures.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { outcomeOf } from '../support/test-bot.ts';
import { holding, startHolding } from './bots.ts';
import { tell } from './messages.ts';

async function start() {
  const { store } = await openTestStore();
  const app: Partial<App> = {
    guilds: openGuilds(store),
    members: openMembers(store),
    pendingAnswers: openPendingAnswers(store),
  };
  return Object.assign(await startHolding({ app }), { store });
}

describe('what a newer version has saved', () => {
  it('of a server: its commands say so', async () => {
    const test = await start();
    const asked = test.discord.slash('echo', { text: 'x' });
    await asked.answer();
    await saveNewer(test.store, 'guilds', test.discord.guildId);
    const refused = test.discord.slash('echo', { text: 'x' });
    expect(textOf(await refused.answer())).toContain('saved by a newer version of this program');
    expect(await outcomeOf(test, refused)).toBe('refused');
  });

  it('of a member: they are answered and written to as ever', async () => {
    const test = await start();
    await saveNewer(test.store, 'members', test.discord.memberId);
    const asked = test.discord.slash('echo', { text: 'hello' });
    expect(textOf(await asked.answer())).toContain('hello');
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(await tell(test)).toBe('sent');
    expect(test.log.filter(({ level }) => Number(level) > 40)).toEqual([]);
  });

  it('of an answer in progress: those of dead processes are apologised for', async () => {
    const test = await start();
    const asked = await holding(test);
    test.hold.held[0]?.progress('Training');
    await asked.until(({ edits }) => edits[0], 'the progress');
    await saveNewer(test.store, 'pending-answers', '1/1');
    test.clock.advance(31_000);
    await test.restart();
    expect(textOf(await asked.answer())).toContain('I was interrupted');
    await expect.poll(() => test.app.pendingAnswers.keys()).toEqual(['1/1']);
    test.hold.release();
  });
});
