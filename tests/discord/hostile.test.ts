// What people type, press and are called, at every command.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApplicationCommandOptionType as OptionType } from 'discord.js';
import { allocate } from '../../src/commands/allocate/slash.ts';
import { commands } from '../../src/commands/slash-commands.ts';
import type { SentInteraction } from '../support/discord/stand-in.ts';
import { startPeople, type People } from '../support/people.ts';
import { expectTameMessage, HOSTILE } from '../support/tame.ts';
import { createTestApp } from '../support/test-bot.ts';
import { startEcho } from './bots.ts';
import { openRequests } from '../../src/commands/allocate/buttons.ts';
import { brokenStore } from '../support/broken-store.ts';

let people: People;
beforeAll(async () => {
  people = await startPeople();
}, 30_000);
afterAll(() => people.close());

/** Of one member few requests are taken. */
let members = 0;
const somebody = () => ({ userId: `21${String(members++).padStart(16, '0')}`, mayManage: true });

interface Option {
  readonly name: string;
  readonly type: OptionType;
  readonly options?: readonly Option[];
}

interface Call {
  readonly name: string;
  readonly subcommand: string | undefined;
  readonly options: readonly Option[];
}

/** Every command with every subcommand. */
const calls = commands.flatMap(({ data: { name, options = [] } }): Call[] => {
  const declared: readonly Option[] = options;
  const subcommands = declared.filter(({ type }) => type === OptionType.Subcommand);
  return subcommands.length === 0
    ? [{ name, subcommand: undefined, options: declared }]
    : subcommands.map((one) => ({ name, subcommand: one.name, options: one.options ?? [] }));
});

function dataOf({ name, subcommand, options }: Call, valueOf: (option: Option) => unknown) {
  const given = options.map((option) => ({ name: option.name, type: option.type, value: valueOf(option) }));
  const inner = subcommand === undefined ? given : [{ name: subcommand, type: 1, options: given }];
  return { id: '1', name, type: 1, options: inner };
}

const FITTING = new Map<OptionType, unknown>([
  [OptionType.Integer, -7],
  [OptionType.Number, -1e308],
  [OptionType.Boolean, true],
  [OptionType.Channel, '100000000000000001'],
]);

/** The outcomes, once each, when all are answered, tame. */
async function outcomesOf(asked: readonly SentInteraction[]): Promise<unknown[]> {
  for (const one of asked) expectTameMessage(await one.answer());
  const outcome = ({ id }: SentInteraction) =>
    new RegExp(`"interaction":"${id}","outcome":"(\\w+)"`).exec(people.log())?.[1];
  await people.discord.until(() => asked.every(outcome) || undefined, 'the end of all');
  return [...new Set(asked.map(outcome))].toSorted((a = '', b = '') => a.localeCompare(b));
}

describe('every command', () => {
  it.each(HOSTILE)('refuses or answers what is typed without a fault, and shows it tame: %j', async (text) => {
    const asked = calls.map((call) =>
      people.discord.interact(
        2,
        dataOf(call, ({ type }) => FITTING.get(type) ?? text),
        {},
        somebody(),
      ),
    );
    expect(await outcomesOf(asked)).toEqual(['answered', 'refused']);
    expect(people.log()).not.toContain('"mishap"');
  });

  it.each([{}, [], 5, true, 'x'])('refuses an option of another type: %j', async (value) => {
    const isWrong = ({ type }: Option): boolean =>
      type === OptionType.Channel || typeof value !== typeof (FITTING.get(type) ?? '') || Array.isArray(value);
    const wrong = calls.filter(({ options }) => options.some(isWrong));
    const asked = wrong.map((call) =>
      people.discord.interact(
        2,
        dataOf(call, () => value),
        {},
        somebody(),
      ),
    );
    expect(await outcomesOf(asked)).toEqual(['refused']);
  });
});

describe('a button of no answer', () => {
  it.each([
    'allocate:',
    'allocate:../x',
    `allocate:${'j'.repeat(90)}`,
    'allocate:AAAAAAAAAAAA',
    'allocate:\u0000',
    'privacy:delete:200000000000000001',
    'privacy:export',
    'cancel:',
    'cancel:../x',
    '__proto__:x',
    ':',
  ])('is refused: %j', async (customId) => {
    const pressed = people.discord.press(customId, { ...somebody(), isUnseen: true });
    const message = await pressed.until(({ original, followUps }) => followUps[0] ?? original, 'a refusal');
    expect(message.embeds[0]?.title).toMatch(/cannot be answered|No such command|over already/);
    expect(people.log()).not.toContain('"mishap"');
  });

  it('does not reach the store', async () => {
    const test = createTestApp();
    const requests = openRequests(brokenStore());
    const asked = await test.invocation({ app: { ...test.app, requests } });
    await expect(allocate.press?.('../x', asked)).rejects.toThrow('This button is too old');
  });
});

it.each(HOSTILE)('the name of a server is tame: %j', async (guildName) => {
  const { bot, discord } = await startEcho({ guildName });
  const name = bot.messenger.guildName(discord.guildId) ?? '';
  expectTameMessage({ ...(await discord.slash('echo', { text: name }).answer()), embeds: [{ description: name }] });
  expect(name).not.toContain('\n');
});
