import { expect, it } from 'vitest';
import { Admission, MOST_A_MINUTE, MOST_AT_WORK } from '../../src/discord/admission.ts';
import { countedGuilds } from '../support/counted-guilds.ts';
import { textOf } from '../support/discord/stand-in.ts';
import { outcomeOf } from '../support/test-bot.ts';
import { startForTest } from './bots.ts';
import { createHold, echo } from './commands.ts';

it('lets a member have four commands at work, tells of the fifth at once, and of others nothing', async () => {
  const hold = createHold();
  const { guilds, reads } = countedGuilds();
  const test = await startForTest([hold.command, echo], { app: { guilds } });
  const four = Array.from({ length: MOST_AT_WORK }, () => test.discord.slash('hold', { text: 'x', public: true }));
  await test.discord.until(() => hold.held.length === MOST_AT_WORK || undefined, 'four to run');
  const before = reads();
  const fifth = test.discord.slash('echo', { text: 'x', public: true });
  expect(await fifth.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
  expect(textOf(await fifth.answer())).toContain('4 commands of yours are at work already');
  expect(await outcomeOf(test, fifth)).toBe('too many');
  expect(reads()).toBe(before);
  const stranger = test.discord.slash('echo', { text: 'x' }, { userId: '200000000000000007' });
  expect(textOf(await stranger.answer())).toContain('Said');
  hold.release();
  for (const one of four) expect(await outcomeOf(test, one)).toBe('answered');
  expect(textOf(await test.discord.slash('echo', { text: 'x' }).answer())).toContain('Said');
});

it('lets a member make thirty requests a minute, cheap ones included', () => {
  let now = 0;
  const admission = new Admission(() => now);
  const enter = (memberId: string): string => {
    const admitted = admission.enter(memberId);
    if ('refusal' in admitted) return admitted.refusal.body ?? '';
    admitted.leave();
    return 'admitted';
  };
  for (let k = 0; k < MOST_A_MINUTE; k++) expect(enter('a')).toBe('admitted');
  now = 20_000;
  expect(enter('a')).toBe('You have made 30 requests in the last minute: please wait 40 s.');
  expect(enter('b')).toBe('admitted');
  now = 60_000;
  expect(enter('a')).toBe('admitted');
});
