import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buttonsOf, textOf } from '../support/discord/stand-in.ts';
import { outcomeOf, startTestBot, type TestBot } from '../support/test-bot.ts';
import { startHolding } from './bots.ts';
import { boom, echo, refuse, unrenderable } from './commands.ts';

let test: TestBot;

beforeAll(async () => {
  test = await startTestBot([echo, refuse, boom, unrenderable]);
});

afterAll(async () => {
  await test.close();
});

describe('an answer', () => {
  it('is private unless the command says otherwise', async () => {
    const asked = test.discord.slash('echo', { text: 'hello' });
    expect(await asked.acknowledged()).toMatchObject({ type: 5, ephemeral: true });
    const message = await asked.answer();
    expect(message.ephemeral).toBe(true);
    expect(textOf(message)).toContain('hello');
    expect(asked.followUps).toEqual([]);
  });

  it('is public when the command says so', async () => {
    const asked = test.discord.slash('echo', { text: 'hello all', public: true });
    expect(await asked.acknowledged()).toMatchObject({ type: 5, ephemeral: false });
    expect((await asked.answer()).ephemeral).toBe(false);
  });

  it('brings its picture with words for people who cannot see it', async () => {
    const message = await test.discord.slash('echo', { text: 'picture' }).answer();
    expect(message.embeds[0]?.image?.url).toBe('attachment://said.png');
    expect(message.files).toMatchObject([{ name: 'said.png', description: 'A picture', type: 'image/png' }]);
    expect(message.files[0]?.bytes.slice(1, 4)).toEqual(new Uint8Array([0x50, 0x4e, 0x47]));
  });

  it('works in a direct channel with the bot', async () => {
    const asked = test.discord.slash('echo', { text: 'in private' }, { isDirect: true });
    expect(textOf(await asked.answer())).toContain('in private');
  });

  it('comes although Discord fails twice on the way', async () => {
    test.discord.disturb('editOriginal', { failure: { status: 502 } }, 2);
    expect(textOf(await test.discord.slash('echo', { text: 'at last' }).answer())).toContain('at last');
  });

  it('comes after a rate limit', async () => {
    test.discord.disturb('editOriginal', { failure: { status: 429, retryAfter: 0.05 } });
    expect(textOf(await test.discord.slash('echo', { text: 'slowly' }).answer())).toContain('slowly');
    const line = test.log.find(({ msg }) => msg === 'Discord says that the bot is rate limited');
    expect(line).toMatchObject({ level: 40, method: 'PATCH', route: '/webhooks/:id/:token/messages/%40original' });
  });

  it('does not log the request', async () => {
    const asked = test.discord.slash('echo', { text: 'ninety thousand' });
    expect(await outcomeOf(test, asked)).toBe('answered');
    expect(JSON.stringify(test.log)).not.toContain('ninety thousand');
    expect(JSON.stringify(test.log)).not.toContain(test.discord.memberId);
  });
});

describe('many at once', () => {
  it('are each acknowledged within a second while all of them work', async () => {
    const holdingBot = await startHolding();
    const asked = Array.from({ length: 8 }, (_, k) =>
      holdingBot.discord.slash('hold', { text: 'together' }, { userId: `20000000000000001${k}` }),
    );
    const acknowledged = await Promise.all(asked.map((one) => one.acknowledged()));
    for (const { type, ms } of acknowledged) {
      expect(type).toBe(5);
      expect(ms).toBeLessThan(1_000);
    }
    expect(asked.every(({ isThinking }) => isThinking)).toBe(true);
    await holdingBot.discord.until(() => holdingBot.hold.held.length === 8 || undefined, 'all eight to run');
    holdingBot.hold.release();
    const answers = await Promise.all(asked.map((one) => one.answer()));
    expect(answers.map(textOf)).toEqual(Array.from({ length: 8 }, () => expect.stringContaining('together')));
  });
});

describe('what a member can correct', () => {
  it('is shown in private at once when it is found before the answer is deferred, public or not', async () => {
    const asked = test.discord.slash('echo', { text: 'nothing', public: true });
    expect(await asked.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await asked.answer())).toContain('text takes something to say; got "nothing".');
    expect(await outcomeOf(test, asked)).toBe('refused');
  });

  it('is shown in place of a private answer', async () => {
    const asked = test.discord.slash('refuse', { text: 'gold' });
    const message = await asked.answer();
    expect(message).toMatchObject({ ephemeral: true, embeds: [{ title: 'Please check text' }] });
    expect(textOf(message)).toContain('There is no gold.');
  });

  it('is shown in private after a public deferral, which is removed', async () => {
    const asked = test.discord.slash('refuse', { text: 'silver', public: true });
    const message = await asked.answer();
    expect(message.ephemeral).toBe(true);
    expect(textOf(message)).toContain('There is no silver.');
    expect(asked).toMatchObject({ isDeleted: true, edits: [], followUps: [message] });
  });
});

const faultIn = (text: string): string => /\(fault ([0-9a-f]{6})\)/.exec(text)?.[1] ?? 'no fault';

describe('a fault', () => {
  it.each([false, true])('is shown in private as an id that the log has (public: %s)', async (isPublic) => {
    const asked = test.discord.slash('boom', { text: 'a holding', public: isPublic });
    const message = await asked.answer();
    expect(message.ephemeral).toBe(true);
    expect(asked.isDeleted).toBe(isPublic);
    const line = test.log.find(({ fault }) => fault === faultIn(textOf(message)));
    expect(line).toMatchObject({ level: 50, command: 'boom', error: { message: 'the pool is gone' } });
    expect(textOf(message)).not.toContain('the pool is gone');
    expect(JSON.stringify(test.log)).not.toContain('a holding');
  });

  it('before the deferral is shown in private too', async () => {
    const asked = test.discord.slash('echo', { text: 'bug', public: true });
    expect(await asked.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(faultIn(textOf(await asked.answer()))).toMatch(/^[0-9a-f]{6}$/);
  });

  it('in rendering is a fault like any other', async () => {
    const asked = test.discord.slash('unrenderable', { text: 'x', public: true });
    expect(faultIn(textOf(await asked.answer()))).toMatch(/^[0-9a-f]{6}$/);
    expect(asked.isDeleted).toBe(true);
  });

  it('of Discord is logged without the body and the token of the request', async () => {
    test.discord.disturb('editOriginal', { failure: { status: 400, code: 50035 } });
    const asked = test.discord.slash('echo', { text: 'my whole purse' });
    const message = await asked.answer();
    const line = test.log.find(({ fault }) => fault === faultIn(textOf(message)));
    expect(line).toMatchObject({ error: { code: 50035, status: 400, method: 'PATCH' } });
    expect(JSON.stringify(line)).not.toContain('my whole purse');
    expect(JSON.stringify(line)).not.toContain('webhooks');
  });

  it('that cannot be reported to anybody is logged, and the bot continues', async () => {
    test.discord.disturb('editOriginal', { failure: { status: 400, code: 50035 } }, 2);
    expect(await outcomeOf(test, test.discord.slash('echo', { text: 'lost' }))).toBe('undelivered');
    expect(textOf(await test.discord.slash('echo', { text: 'still here' }).answer())).toContain('still here');
  });
});

describe('a first answer that Discord does not take', () => {
  it.each([
    ['late', { status: 404, code: 10062 }],
    ['given by another', { status: 400, code: 40060 }],
  ])('because it was %s is logged as a warning, and nothing runs', async (_, failure) => {
    test.discord.disturb('callback', { failure });
    const asked = test.discord.slash('boom', { text: 'never runs' });
    expect(await outcomeOf(test, asked)).toBe('late');
    const lines = test.log.filter(({ interaction }) => interaction === asked.id);
    expect(lines).toMatchObject([
      { level: 40, command: 'boom', error: { code: failure.code } },
      { msg: 'interaction' },
    ]);
  });
});

describe('a first answer of which the receipt was lost', () => {
  /** The other tests' member has asked nearly as much as one may. */
  const OTHER = { userId: '200000000000000777' };
  const LOST = [{ isAnswerLost: true }, { isAnswerLost: true, failure: { status: 502 } }];

  it.each(LOST)('is a refusal that is there once (%o)', async (disturbance) => {
    test.discord.disturb('callback', disturbance);
    const asked = test.discord.slash('echo', { text: 'nothing' }, OTHER);
    expect(textOf(await asked.answer())).toContain('takes something to say');
    expect(await outcomeOf(test, asked)).toBe('refused');
  });

  it.each(LOST.flatMap((one) => [true, false].map((isPublic) => [isPublic, one] as const)))(
    'is followed by the answer all the same (public: %s, %o)',
    async (isPublic, disturbance) => {
      test.discord.disturb('callback', disturbance);
      const asked = test.discord.slash('echo', { text: 'heard', public: isPublic }, OTHER);
      expect(textOf(await asked.answer())).toContain('heard');
      expect(asked.original).toMatchObject({ ephemeral: !isPublic });
      expect(await outcomeOf(test, asked)).toBe('answered');
    },
  );
});

describe('what the bot does not know', () => {
  it('is said to be unknown: a command', async () => {
    const asked = test.discord.slash('forgotten', { text: 'x' });
    expect(await asked.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await asked.answer())).toContain('This command no longer exists');
  });

  it.each(['forgotten:key', 'boom:key', 'nonsense', ':'])('is said to be unknown: the button %s', async (customId) => {
    const asked = test.discord.press(customId, { isUnseen: true });
    expect(await asked.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await asked.answer())).toContain('This command no longer exists');
  });
});

const ID = '100000000000000009';
const menu = (type: number) => ({ id: ID, name: 'Look', type, target_id: ID, resolved: {} });
const sub = (name: string, type = 1) => ({ id: ID, name: 'echo', type: 1, options: [{ name, type, options: [] }] });

describe('what the bot never offered', () => {
  it.each([
    ['a menu of a member', 2, menu(2)],
    ['a menu of a message', 2, menu(3)],
    ['an entry point', 2, { id: ID, name: 'Play', type: 4 }],
    ['a select menu', 3, { custom_id: 'echo:key', component_type: 3, values: ['a'] }],
    ['a select menu of members', 3, { custom_id: 'echo:key', component_type: 5, values: [ID], resolved: {} }],
    ['a form', 5, { custom_id: 'echo:key', components: [] }],
    ['a subcommand', 2, sub('again')],
    ['a group of subcommands', 2, sub('again', 2)],
  ])('is answered in private by a sentence: %s', async (_, type, data) => {
    const asked = test.discord.interact(type, data);
    expect(await asked.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await asked.answer())).toContain('This command no longer exists');
    expect(await outcomeOf(test, asked)).toBe('unknown');
  });

  it.each([
    ['a number for a text', { name: 'text', type: 4, value: 5 }, 'text takes text of at most 6000 characters.'],
    ['an object', { name: 'text', type: 3, value: { a: 1 } }, 'text takes text of at most 6000 characters.'],
    ['a text without end', { name: 'text', type: 3, value: 'x'.repeat(6_001) }, 'text takes text of at most'],
    ['another option', { name: 'shout', type: 3, value: 'x' }, 'text is missing.'],
  ])('is refused as the value of an option: %s', async (_, option, sentence) => {
    const asked = test.discord.interact(2, { id: ID, name: 'echo', type: 1, options: [option] });
    expect(textOf(await asked.answer())).toContain(sentence);
    expect(await outcomeOf(test, asked)).toBe('refused');
  });
});

async function buttonUnder(text: string): Promise<string> {
  const message = await test.discord.slash('echo', { text, public: true }).answer();
  return buttonsOf(message)[0]?.customId ?? '';
}

describe('a button', () => {
  it('is answered by its command, by an answer of its own', async () => {
    const asked = test.discord.press(await buttonUnder('once'));
    expect(await asked.acknowledged()).toMatchObject({ type: 5, ephemeral: true });
    expect(textOf(await asked.answer())).toContain('once again');
  });

  it('is answered as publicly as its request says', async () => {
    const asked = test.discord.press(await buttonUnder('loud'));
    expect(await asked.acknowledged()).toMatchObject({ type: 5, ephemeral: false });
  });

  it('refuses another member in private', async () => {
    const asked = test.discord.press(await buttonUnder('mine'), { userId: '200000000000000001' });
    expect(await asked.acknowledged()).toMatchObject({ type: 4, ephemeral: true });
    expect(textOf(await asked.answer())).toContain('Only the member who asked.');
  });
});
