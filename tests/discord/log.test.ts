import { expect, it } from 'vitest';
import { holding, startHolding } from './bots.ts';
import { tell } from './messages.ts';

/** As the members of the stand-in have it. */
const PEOPLE = ['200000000000000001', '200000000000000002', '200000000000000003', '200000000000000004'] as const;

it('the log names no member and holds no token, whatever fails', async () => {
  const test = await startHolding();
  const { discord, bot, log } = test;
  const [talker, late, fallen, typist] = PEOPLE;
  const failure = { failure: { status: 400, code: 50_035 } };
  // Direct messages that are closed, refused, or fail.
  discord.closeDirectMessages(discord.memberId);
  await tell(test);
  discord.disturb('openDirectChannel', failure);
  await bot.messenger.sendDirectMessage(late, { tone: 'info', title: 'Alert' }, 'n2');
  discord.disturb('openDirectChannel', { failure: { status: 500 } }, 20);
  await bot.messenger.sendDirectMessage(fallen, { tone: 'info', title: 'Alert' }, 'n3');
  // A member's permissions that cannot be read.
  discord.disturb('readMember', failure);
  await bot.messenger.missingPermissions(discord.guildId, discord.channelId, talker).catch(() => undefined);
  // Answers that are late, refused, cannot be edited, or are faults that quote who has asked.
  discord.disturb('callback', { failure: { status: 404, code: 10_062 } });
  const tooLate = discord.slash('echo', { text: 'x' }, { userId: late });
  await discord.until(
    () => log.find(({ interaction, outcome }) => outcome === 'late' && interaction === tooLate.id),
    'it',
  );
  discord.disturb('callback', failure);
  discord.autocomplete('echo', { text: 'x' }, 'text', { userId: typist });
  await discord.until(() => log.find(({ msg }) => msg === 'choices could not be shown'), 'the failed choices');
  const asked = await holding(test, { userId: fallen });
  discord.disturb('editOriginal', failure, 2);
  test.hold.held[0]?.progress('half');
  test.hold.release(new Error(`members/${fallen}: expected a value, got one of ${talker}`));
  await discord.until(
    () => log.find(({ interaction, msg }) => msg === 'interaction' && interaction === asked.id),
    'it',
  );
  test.app.mishaps.note('interaction', { user: talker });
  test.app.log.error({ err: new Error(`requests of ${late}`, { cause: new Error(fallen) }) }, 'a fault');
  const text = JSON.stringify(log);
  expect(text).toContain('fault');
  for (const person of [...PEOPLE, discord.memberId]) expect(text).not.toContain(person);
  const tokens = discord.requests.flatMap(
    ({ path }) => /^\/(?:interactions|webhooks)\/\d+\/([^/]+)/.exec(path)?.[1] ?? [],
  );
  expect(tokens.length).toBeGreaterThan(3);
  for (const token of tokens) expect(text).not.toContain(token);
});
