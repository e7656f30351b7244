import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { openApiCheck } from '../support/discord/openapi.ts';
import {
  CHANNEL,
  startDiscord,
  type SentInteraction,
  type Discord,
  type DiscordOptions,
} from '../support/discord/stand-in.ts';
import { describeShared } from '../support/shared.ts';

const open: { discord: Discord; socket: WebSocket }[] = [];

afterEach(async () => {
  for (const { discord, socket } of open.splice(0)) {
    socket.terminate();
    await discord.close();
  }
});

const event = z.object({ op: z.int(), t: z.string().nullish(), d: z.unknown() });
const interaction = z.looseObject({ id: z.string(), token: z.string(), channel_id: z.string() });

/** A bot of few words: it logs in, and sends what a test tells it to. */
const start = async (options: DiscordOptions = {}, intents = 1) => {
  const discord = await startDiscord(options);
  const socket = new WebSocket(
    `${discord.apiUrl.replace('http', 'ws').replace('/api', '')}/gateway?v=10&encoding=json`,
  );
  open.push({ discord, socket });
  const asked: z.infer<typeof interaction>[] = [];
  socket.on('message', (raw: Buffer) => {
    const { t, d } = event.parse(JSON.parse(raw.toString()));
    if (t === 'INTERACTION_CREATE') asked.push(interaction.parse(d));
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ op: 2, d: { token: discord.token, intents } }));
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${discord.apiUrl}/v10${path}`, {
      method,
      headers: {
        authorization: `Bot ${discord.token}`,
        ...(!isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const { code } = z
      .object({ code: z.int().optional() })
      .catch({})
      .parse(text === '' ? {} : JSON.parse(text));
    return [response.status, code];
  };
  const received = (one: SentInteraction) =>
    discord.until(() => asked.find(({ id }) => id === one.id), 'the interaction');
  return { discord, socket, call, received };
};

/** Asks, and gives the paths to answer by. */
const ask = async (options: DiscordOptions = {}) => {
  const test = await start(options);
  await test.discord.connected();
  const asked = test.discord.slash('anything');
  const { id, token } = await test.received(asked);
  const webhook = `/webhooks/${test.discord.applicationId}/${token}`;
  return {
    ...test,
    asked,
    callback: (body: unknown) => test.call('POST', `/interactions/${id}/${token}/callback`, body),
    edit: (body: unknown) => test.call('PATCH', `${webhook}/messages/@original`, body),
    remove: () => test.call('DELETE', `${webhook}/messages/@original`),
    followUp: (body: unknown) => test.call('POST', webhook, body),
  };
};

const form = (payload: object, key = 'files[0]') => {
  const data = new FormData();
  data.append(key, new Blob(['abc'], { type: 'image/png' }), 'a.png');
  data.append('payload_json', JSON.stringify(payload));
  return data;
};

const button = { type: 2, style: 1, label: 'Go', custom_id: 'a:b' };
const row = (...components: object[]) => ({ components: [{ type: 1, components }], content: 'Hello' });

const deferred = (flags = 0) => ({ type: 5, data: { flags } });
const content = { content: 'Hello' };

describe('the stand-in answers as Discord does', () => {
  it('takes a first answer, then edits, follow-ups and a deletion', async () => {
    const { asked, callback, edit, remove, followUp } = await ask();
    expect(await callback({ type: 4, data: content })).toEqual([204, undefined]);
    expect(asked.ack).toMatchObject({ type: 4, ephemeral: false });
    expect(await edit({ embeds: [{ title: 'T' }] })).toEqual([200, undefined]);
    expect(asked.original).toMatchObject({ content: 'Hello', embeds: [{ title: 'T' }] });
    expect(await followUp({ ...content, flags: 64 })).toEqual([200, undefined]);
    expect(asked.followUps).toMatchObject([{ content: 'Hello', ephemeral: true }]);
    expect(await remove()).toEqual([204, undefined]);
    expect(await edit(content)).toEqual([404, 10008]);
    expect(await followUp(content)).toEqual([200, undefined]);
  });

  it('refuses a first answer that is late, with 10062', async () => {
    const { asked, callback, edit } = await ask({ ackWithinMs: 20 });
    await sleep(40);
    expect(await callback(deferred())).toEqual([404, 10062]);
    expect(asked.ack).toBeUndefined();
    expect(await edit(content)).toEqual([404, 10015]);
  });

  it('refuses a second first answer, with 40060', async () => {
    const { callback } = await ask();
    expect(await callback(deferred())).toEqual([204, undefined]);
    expect(await callback(deferred())).toEqual([400, 40060]);
  });

  it('knows no webhook before the first answer, and no other token', async () => {
    const { discord, call, edit, followUp } = await ask();
    expect(await edit(content)).toEqual([404, 10015]);
    expect(await followUp(content)).toEqual([404, 10015]);
    expect(await call('POST', `/interactions/1/none/callback`, deferred())).toEqual([404, 10062]);
    expect(await call('PATCH', `/webhooks/${discord.applicationId}/none/messages/@original`, content)).toEqual([
      404, 10015,
    ]);
  });

  it('lets the token live for its time only', async () => {
    const { discord, asked, callback, edit, followUp, remove } = await ask();
    await callback(deferred());
    expect(await edit(content)).toEqual([200, undefined]);
    discord.limits.tokenLifeMs = 0;
    expect(await edit(content)).toEqual([401, 50027]);
    discord.limits.tokenLifeMs = 900_000;
    asked.expire();
    for (const attempt of [edit(content), followUp(content), remove()]) expect(await attempt).toEqual([401, 50027]);
  });

  it.each([
    [64, true],
    [0, false],
  ])(
    'lets a deferral with flags %i fix whether the answer is ephemeral, follow-up or edit',
    async (flags, ephemeral) => {
      const { asked, callback, followUp } = await ask();
      await callback(deferred(flags));
      expect(asked.isThinking).toBe(true);
      await followUp({ ...content, flags: 64 - flags });
      expect(asked).toMatchObject({ isThinking: false, followUps: [], original: { content: 'Hello', ephemeral } });
      await followUp({ ...content, flags: 64 - flags });
      expect(asked.followUps).toMatchObject([{ ephemeral: !ephemeral }]);
    },
  );

  it('wants choices for autocomplete, and only there', async () => {
    const test = await start();
    await test.discord.connected();
    const asked = test.discord.autocomplete('any', { which: 'a' }, 'which');
    const { id, token } = await test.received(asked);
    const answer = (body: object) => test.call('POST', `/interactions/${id}/${token}/callback`, body);
    expect(await answer(deferred())).toEqual([400, 50035]);
    expect(await answer({ type: 8, data: { choices: [{ name: 'A', value: 'a' }] } })).toEqual([204, undefined]);
    expect(asked.choices).toEqual([{ name: 'A', value: 'a' }]);
  });

  it('keeps uploaded files, and wants every file to be named and there', async () => {
    const { asked, callback, edit } = await ask();
    await callback(deferred());
    const embeds = [{ title: 'T', image: { url: 'attachment://a.png' } }];
    expect(await edit({ embeds })).toEqual([400, 50035]);
    expect(await edit(form({ embeds, attachments: [{ id: '1' }] }))).toEqual([400, 50035]);
    expect(await edit(form({ embeds }, 'file'))).toEqual([400, 50035]);
    expect(await edit(form({ embeds, attachments: [{ id: '0', description: 'A' }] }))).toEqual([200, undefined]);
    expect(asked.original?.files).toMatchObject([{ name: 'a.png', type: 'image/png', description: 'A' }]);
    expect(asked.original?.files[0]?.bytes).toEqual(new Uint8Array([97, 98, 99]));
    expect(await edit({ content: 'and words' })).toEqual([200, undefined]);
    expect(asked.original?.files).toHaveLength(1);
  });

  it('has direct channels that can be closed, and channels where the bot may not write', async () => {
    const { discord, call } = await start();
    expect(await call('POST', '/users/@me/channels', { recipient_id: discord.memberId })).toEqual([200, undefined]);
    const path = `/channels/${discord.channelId}/messages`;
    expect(await call('POST', path, content)).toEqual([200, undefined]);
    expect(discord.posted).toMatchObject([{ userId: undefined, message: content }]);
    discord.forbidChannel(discord.channelId);
    expect(await call('POST', path, content)).toEqual([403, 50013]);
    expect(await call('POST', '/channels/1/messages', content)).toEqual([404, 10003]);
  });

  it('gives the last messages of channels that the bot sees, and the members of its guild', async () => {
    const { discord, call } = await start();
    const path = `/channels/${discord.channelId}/messages?limit=100`;
    expect(await call('GET', path)).toEqual([200, undefined]);
    discord.forbidChannel(discord.channelId, ['ViewChannel']);
    expect(await call('GET', path)).toEqual([403, 50001]);
    expect(await call('GET', '/channels/1/messages')).toEqual([404, 10003]);
    expect(await call('GET', `/guilds/${discord.guildId}/members/5`)).toEqual([200, undefined]);
    expect(await call('GET', '/guilds/1/members/5')).toEqual([403, 50001]);
  });

  it('has channels that come and go, and permissions that can be taken away and given back', async () => {
    const { discord, call } = await start();
    const channelId = discord.addChannel();
    const thread = discord.addChannel({ type: CHANNEL.thread, parentId: channelId });
    const embed = { embeds: [{ title: 'T' }] };
    const post = (body: unknown, id = channelId) => call('POST', `/channels/${id}/messages`, body);
    expect(await post(embed)).toEqual([200, undefined]);
    discord.forbidChannel(channelId, ['EmbedLinks']);
    expect([await post(content), await post(embed)]).toEqual([
      [200, undefined],
      [403, 50013],
    ]);
    discord.forbidChannel(channelId, ['AttachFiles']);
    expect([await post(embed), await post(form(content))]).toEqual([
      [200, undefined],
      [403, 50013],
    ]);
    discord.forbidChannel(channelId, ['SendMessagesInThreads']);
    expect([await post(content), await post(content, thread)]).toEqual([
      [200, undefined],
      [403, 50013],
    ]);
    discord.forbidChannel(channelId, ['ViewChannel']);
    expect([await post(content), await call('GET', `/channels/${channelId}`)]).toEqual([
      [403, 50001],
      [403, 50001],
    ]);
    discord.permitChannel(channelId);
    expect(await call('GET', `/channels/${channelId}`)).toEqual([200, undefined]);
    discord.removeChannel(channelId);
    expect(await call('GET', `/channels/${channelId}`)).toEqual([404, 10003]);
    expect(() => discord.permitChannel(channelId)).toThrow('there is no channel');
  });

  it('posts what has one nonce once, for as long as it remembers', async () => {
    const { discord, call } = await start();
    const post = (body: object) => call('POST', `/channels/${discord.channelId}/messages`, body);
    const marked = { ...content, nonce: 'n1', enforce_nonce: true };
    expect([await post(marked), await post(marked)]).toEqual([
      [200, undefined],
      [200, undefined],
    ]);
    expect(discord.posted).toHaveLength(1);
    await post({ ...marked, nonce: 'n2' });
    await post({ ...marked, enforce_nonce: false });
    expect(discord.posted).toHaveLength(3);
    discord.limits.nonceLifeMs = 0;
    await post(marked);
    expect(discord.posted).toHaveLength(4);
    expect(await post({ ...marked, nonce: 'x'.repeat(26) })).toEqual([400, 50035]);
  });

  it('does what is asked although its answer is lost', async () => {
    const { discord, call } = await start();
    discord.disturb('postMessage', { isAnswerLost: true });
    await expect(call('POST', `/channels/${discord.channelId}/messages`, content)).rejects.toThrow('fetch failed');
    expect(discord.posted).toMatchObject([{ message: content }]);
  });

  it('changes the message of a pressed button, in a direct channel too', async () => {
    const { discord, call, received } = await start();
    await discord.connected();
    const { channel_id: channelId } = await received(discord.slash('anything', {}, { isDirect: true }));
    await call('POST', `/channels/${channelId}/messages`, row(button));
    expect(() => discord.press('a:b', { userId: '200000000000000001' })).toThrow('is not shown to');
    const pressed = discord.press('a:b');
    const { id, token } = await received(pressed);
    expect(await call('POST', `/interactions/${id}/${token}/callback`, { type: 6 })).toEqual([204, undefined]);
    expect(pressed).toMatchObject({ ack: { type: 6 }, isThinking: false, source: { content: 'Hello' } });
    const original = `/webhooks/${discord.applicationId}/${token}/messages/@original`;
    expect(await call('PATCH', original, { components: [] })).toEqual([200, undefined]);
    expect(discord.posted).toMatchObject([{ message: { content: 'Hello', components: [] } }]);
    expect(() => discord.press('a:b')).toThrow('no message shows a button');
  });

  it("wants the bot's token, and records what it does not know", async () => {
    const { discord, call } = await start();
    expect(await call('GET', '/users/@me', undefined, { authorization: 'Bot wrong' })).toEqual([401, 0]);
    expect(await call('GET', '/users/@me')).toEqual([200, undefined]);
    expect(await call('GET', '/nothing/here')).toEqual([404, 0]);
    expect(discord.unknownRequests()).toEqual(['GET /nothing/here']);
  });

  it('takes the intent Guilds alone', async () => {
    const { discord, socket } = await start({}, 513);
    const [code] = await once(socket, 'close');
    expect(code).toBe(4014);
    expect(discord.violations).toEqual(['IDENTIFY with intents 513, not 1']);
  });
});

describe('the stand-in refuses a badly formed body, and records it', () => {
  it.each([
    ['content of 2,001 characters', { content: 'x'.repeat(2001) }],
    ['a title of 257', { embeds: [{ title: 'x'.repeat(257) }] }],
    ['a description of 4,097', { embeds: [{ description: '📉'.repeat(4097) }] }],
    ['26 fields', { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: 'n', value: 'v' })) }] }],
    ['an empty field', { embeds: [{ fields: [{ name: 'n', value: '' }] }] }],
    ['6,001 characters in all', { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] }],
    ['11 embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 't' })) }],
    ['a custom_id of 101', row({ ...button, custom_id: 'x'.repeat(101) })],
    ['a label of 81', row({ ...button, label: 'x'.repeat(81) })],
    ['a custom_id twice', row(button, button)],
    ['six buttons in a row', row(...Array.from({ length: 6 }, (_, n) => ({ ...button, custom_id: `a:${n}` })))],
    ['a misspelt key', { embeds: [{ titel: 'T' }] }],
    ['no object', 'Hello'],
  ])('%s', async (_, body) => {
    const { discord, callback, edit, asked } = await ask();
    await callback(deferred());
    expect(await edit(body)).toEqual([400, 50035]);
    expect(discord.violations).toEqual([expect.stringContaining('Invalid Form Body')]);
    expect(asked.isThinking).toBe(true);
  });

  it('but an empty message with 50006', async () => {
    const { callback, edit } = await ask();
    await callback(deferred());
    expect(await edit({ content: '', embeds: [] })).toEqual([400, 50006]);
  });
});

describeShared("Discord's own document", () => {
  it('refuses badly formed bodies, and takes good ones', () => {
    const check = openApiCheck();
    const edit = (body: unknown) => check('PATCH', '/webhooks/{webhook_id}/{webhook_token}/messages/@original', body);
    const callback = (body: unknown) =>
      check('POST', '/interactions/{interaction_id}/{interaction_token}/callback', body);
    const deploy = (body: unknown) => check('PUT', '/applications/{application_id}/commands', body);
    expect(edit({ ...row(button), embeds: [{ title: 'T', fields: [{ name: 'n', value: 'v' }], color: 1 }] })).toEqual(
      [],
    );
    expect(edit({ embeds: [{ title: 'x'.repeat(257) }] })).not.toEqual([]);
    expect(edit({ embeds: [{ color: 'red' }] })).not.toEqual([]);
    expect(edit(row({ ...button, custom_id: 'x'.repeat(101) }))).not.toEqual([]);
    expect(callback({ type: 4, data: content })).toEqual([]);
    expect(callback({ type: 4, data: { content: 'x'.repeat(2001) } })).not.toEqual([]);
    expect(
      callback({ type: 8, data: { choices: Array.from({ length: 26 }, () => ({ name: 'n', value: 'v' })) } }),
    ).not.toEqual([]);
    expect(deploy([{ name: 'n', description: 'd', default_member_permissions: '32' }])).toEqual([]);
    expect(deploy([{ name: 'n', description: 'd', options: [{ type: 99, name: 'o', description: 'd' }] }])).not.toEqual(
      [],
    );
  });
});

describe("the stand-in sends what Discord's client would send", () => {
  const option = { type: 4, name: 'horizon', description: 'Days', required: true, min_value: 1, max_value: 252 };

  it('and nothing else to a deployed command', async () => {
    const { discord, call } = await start();
    await discord.connected();
    const deployed = [{ name: 'allocate', description: 'Splits', options: [option] }];
    expect(await call('PUT', `/applications/${discord.applicationId}/commands`, deployed)).toEqual([200, undefined]);
    expect(() => discord.slash('allocate')).toThrow('/allocate cannot be sent without horizon');
    expect(() => discord.slash('allocate', { horizon: 253 })).toThrow('client would not send horizon: 253');
    expect(() => discord.slash('allocate', { horizon: 2.5 })).toThrow('client would not send horizon');
    expect(() => discord.slash('allocate', { horizon: 'ten' })).toThrow('client would not send horizon');
    expect(() => discord.slash('allocate', { horizon: 21, loss: '8%' })).toThrow('/allocate has no option loss');
    expect(() => discord.autocomplete('allocate', { horizon: '2' }, 'horizon')).toThrow(
      '/allocate horizon is not completed',
    );
    expect(discord.slash('allocate', { horizon: 21 }).ack).toBeUndefined();
  });

  it('to subcommands too, in their channels, from those who may', async () => {
    const { discord, call, received } = await start();
    await discord.connected();
    const name = { type: 3, name: 'name', description: 'Which', required: true, autocomplete: true };
    const where = { type: 7, name: 'where', description: 'Where', channel_types: [CHANNEL.text] };
    const deployed = [
      {
        name: 'universe',
        description: 'Lists of assets',
        contexts: [0],
        default_member_permissions: '32',
        options: [{ type: 1, name: 'create', description: 'Makes one', options: [name, where] }],
      },
    ];
    expect(await call('PUT', `/applications/${discord.applicationId}/commands`, deployed)).toEqual([200, undefined]);
    expect(() => discord.slash('universe')).toThrow('/universe cannot be sent without a subcommand');
    expect(() => discord.slash('universe drop')).toThrow('/universe has no subcommand drop');
    expect(() => discord.slash('universe create')).toThrow('/universe create cannot be sent without name');
    expect(() => discord.slash('universe create', { name: 'a' }, { isDirect: true })).toThrow('not offered in direct');
    expect(() => discord.slash('universe create', { name: 'a' }, { mayManage: false })).toThrow('to this member');
    const thread = discord.addChannel({ type: CHANNEL.thread, parentId: discord.channelId });
    const inThread = { name: 'a', where: { channel: thread } };
    expect(() => discord.slash('universe create', inThread)).toThrow('client would not send where');
    const { channelId } = discord;
    const asked = discord.slash('universe create', { name: 'a', where: { channel: channelId } });
    expect(await received(asked)).toMatchObject({
      data: {
        name: 'universe',
        options: [
          {
            type: 1,
            name: 'create',
            options: [
              { name: 'name', type: 3, value: 'a' },
              { name: 'where', type: 7, value: channelId },
            ],
          },
        ],
        resolved: { channels: { [channelId]: { type: 0 } } },
      },
    });
    const typed = discord.autocomplete('universe create', { name: 'a' }, 'name');
    expect(await received(typed)).toMatchObject({ data: { options: [{ options: [{ value: 'a', focused: true }] }] } });
  });

  it.each([
    ['subcommands beside other options', [{ type: 1, name: 'a', description: 'd' }, option]],
    ['a subcommand twice', ['a', 'a'].map((name) => ({ type: 1, name, description: 'd' }))],
    ['subcommands in subcommands', [{ type: 1, name: 'a', description: 'd', options: [{ ...option, type: 1 }] }]],
    ['26 subcommands', Array.from({ length: 26 }, (_, n) => ({ type: 1, name: `a${n}`, description: 'd' }))],
    [
      'more than 8,000 characters in subcommands',
      Array.from({ length: 10 }, (_, n) => ({
        type: 1,
        name: `a${n}`,
        description: 'd',
        options: Array.from({ length: 8 }, (__, m) => ({ type: 3, name: `o${m}`, description: 'd'.repeat(99) })),
      })),
    ],
  ])('and takes no %s', async (_, options) => {
    const { discord, call } = await start();
    const deployed = [{ name: 'universe', description: 'Lists', options }];
    expect(await call('PUT', `/applications/${discord.applicationId}/commands`, deployed)).toEqual([400, 50035]);
  });

  it('presses only buttons that this person sees', async () => {
    const { discord, callback } = await ask();
    expect(() => discord.press('a:b')).toThrow('no message shows a button a:b');
    await callback({ type: 4, data: { ...row(button), flags: 64 } });
    expect(() => discord.press('a:b', { userId: '200000000000000001' })).toThrow('is not shown to');
    expect(discord.press('a:b').ack).toBeUndefined();
  });

  it('says when no bot is there, and how long it has waited', async () => {
    const discord = await startDiscord();
    expect(() => discord.slash('anything')).toThrow('no bot has logged in');
    await expect(discord.until(() => undefined, 'something that never comes', 30)).rejects.toThrow(
      'waited 30 ms for something that never comes',
    );
    await discord.close();
  });
});
