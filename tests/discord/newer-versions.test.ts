import { describe, expect, it } from 'vitest';
import type { App } from '../../src/app.ts';
import { alert } from '../../src/commands/alert/slash.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openMembers } from '../../src/commands/members.ts';
import { openPendingAnswers } from '../../src/pending-answers.ts';
import { alertOf } from '../store/saved.ts';
import { saveNewer } from '../store/newer.ts';
import { openTestStore } from '../store/fixtures.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { outcomeOf } from '../support/test-bot.ts';
import { holding, startForTest } from './bots.ts';
import { createHold, echo } from './commands.ts';
import { tell } from './messages.ts';

async function start(commands: Parameters<typeof startForTest>[0] = []) {
  const { store } = await openTestStore();
  const app: Partial<App> = {
    guilds: openGuilds(store),
    members: openMembers(store),
    pendingAnswers: openPendingAnswers(store),
  };
  const hold = createHold();
  return Object.assign(await startForTest([echo, hold.command, ...commands], { app }), { store, hold });
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

  it('of another server: alerts on its universes are listed', async () => {
    const test = await start([alert]);
    const guildId = '100000000000000002';
    await test.app.members.update(test.discord.memberId, () => ({ alerts: [{ ...alertOf(1), guildId }] }));
    await saveNewer(test.store, 'guilds', guildId);
    const listed = test.discord.slash('alert list');
    expect(await listed.answer().then(textOf)).not.toContain('newer version');
    expect(await outcomeOf(test, listed)).toBe('answered');
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
