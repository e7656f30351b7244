import { expect, it, onTestFinished } from 'vitest';
import { startBotProcess } from '../support/bot-process.ts';
import { environmentOf } from '../support/discord/environment.ts';
import { startDiscord, textOf, type Discord } from '../support/discord/stand-in.ts';
import { loggedIn } from '../support/stage.ts';
import { temporaryHome } from '../support/tailcap.ts';

type Send = (discord: Discord) => unknown;

const command = { id: '1', name: 'help', type: 1, options: [] };
const nested = (depth: number): object => (depth === 0 ? {} : { name: 'x', type: 1, options: [nested(depth - 1)] });
const asked =
  (data: unknown, changes?: object, type = 2): Send =>
  (discord) =>
    discord.interact(type, data, changes);
const event =
  (name: string, data: unknown): Send =>
  (discord) =>
    discord.emit(name, data);
const frame =
  (text: string | Uint8Array): Send =>
  (discord) =>
    discord.sendFrame(text);

/** What Discord would not send. */
const malformed: readonly Send[] = [
  asked(command, { user: undefined, member: undefined }),
  asked(command, { member: null }),
  asked(command, { member: {}, user: null }),
  asked(command, { guild_id: null, user: null }),
  asked(null),
  asked(undefined),
  asked('help'),
  asked({}),
  asked({ ...command, name: null }),
  asked({ ...command, options: 'many' }),
  asked({ ...command, options: [null] }),
  asked({ ...command, options: [{ name: 'x', type: 99, value: {} }] }),
  asked({ ...command, options: [{ name: 'x', type: 7, value: 'here' }], resolved: { channels: null } }),
  asked({ ...command, options: [nested(2_000)] }),
  asked({ ...command, type: 77 }),
  asked(command, { token: undefined }),
  asked(command, { id: 5, guild_id: 7, channel_id: {} }),
  asked(command, { id: null, channel: 'none' }),
  asked(command, { locale: null, guild_locale: 3, entitlements: null }),
  asked(command, { guild_id: '300000000000000001', guild: null }),
  asked(command, {}, 99),
  asked(command, { type: null }),
  asked({ custom_id: 5, component_type: 2 }, {}, 3),
  asked({ custom_id: null, component_type: 3 }, { message: null }, 3),
  asked({ component_type: 2 }, { message: 5 }, 3),
  asked(null, {}, 3),
  asked({ ...command, options: null }, {}, 4),
  asked(null, {}, 4),
  asked({ custom_id: 'x', components: null }, {}, 5),
  asked(null, {}, 5),
  ...['INTERACTION_CREATE', 'GUILD_CREATE', 'GUILD_DELETE', 'GUILD_UPDATE', 'CHANNEL_UPDATE'].map((name) =>
    event(name, null),
  ),
  ...['THREAD_CREATE', 'MESSAGE_CREATE', 'MESSAGE_UPDATE', 'GUILD_MEMBER_UPDATE', 'NOT_AN_EVENT'].map((name) =>
    event(name, null),
  ),
  event('GUILD_CREATE', { id: '300000000000000002' }),
  event('GUILD_CREATE', { id: '300000000000000003', channels: 'none', roles: 5, members: {} }),
  event('GUILD_DELETE', { id: '300000000000000004' }),
  event('MESSAGE_CREATE', { id: '1', channel_id: '2' }),
  event('CHANNEL_CREATE', { id: '5', guild_id: '6' }),
  frame('{"op":0,"t":"INTERACTION_CR'),
  frame('null'),
  frame('[]'),
  frame('"text"'),
  frame('{"op":0}'),
  frame('{"op":99,"d":null}'),
  frame(new Uint8Array([0, 1, 2, 255, 254, 0, 0, 255, 255])),
];

it('what cannot be read is logged and counted, and the process goes on to answer', async () => {
  const { home, remove } = temporaryHome();
  const discord = await startDiscord();
  const bot = startBotProcess({
    ...environmentOf(discord),
    STORE_URL: `sqlite:${home}/tailcap.sqlite`,
  });
  onTestFinished(async () => {
    await bot.stop();
    await discord.close();
    remove();
  });
  await discord.connected();
  await loggedIn(bot, discord);
  for (const [at, send] of malformed.entries()) {
    send(discord);
    await discord
      .slash('help', {}, { userId: `21${String(at).padStart(16, '0')}` })
      .acknowledged()
      .catch((error: unknown) => {
        throw new Error(`after case ${at}: ${bot.log().slice(-2_000)}`, { cause: error });
      });
  }
  const answer = await discord.slash('help', {}, { userId: '220000000000000000' }).answer();
  expect(textOf(answer)).toContain('How to use this bot');
  expect(await bot.stop()).toBe(0);
  const [, counts = ''] = /"mishaps":(\{[^}]*\}),"msg":"stopped"/.exec(bot.log()) ?? [];
  const noted = bot.log().match(/"msg":"mishap"/g) ?? [];
  const counted = Object.values<number>(JSON.parse(counts)).reduce((sum, count) => sum + count, 0);
  expect(noted.length).toBeGreaterThan(10);
  expect(counted).toBe(noted.length);
}, 20_000);
