import {
  ApplicationCommandOptionType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { describe, expect, it } from 'vitest';
import { checkCommandData, checkCommands } from '../../src/discord/command-data.ts';
import { commands as whatTheStandInTakes } from '../support/discord/command-schemas.ts';

type CommandData = RESTPostAPIChatInputApplicationCommandsJSONBody;
const {
  String: STRING,
  Subcommand: SUBCOMMAND,
  SubcommandGroup: GROUP,
  Channel: CHANNEL,
} = ApplicationCommandOptionType;
type Options = NonNullable<CommandData['options']>;

function data(changes: Partial<CommandData> = {}): CommandData {
  return {
    name: 'allocate',
    description: 'Splits money',
    ...changes,
  };
}
function text(changes: object = {}): Options[number] {
  return {
    type: STRING,
    name: 'loss',
    description: 'The limit',
    ...changes,
  };
}
const withOption = (changes: object): CommandData => data({ options: [text(changes)] });
function many(count: number, changes: (n: number) => object = () => ({})): Options {
  return Array.from({ length: count }, (_, n) => text({ name: `option-${n}`, ...changes(n) }));
}
const choices = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `n${n}`, value: `v${n}` }));

function subcommand(changes: object = {}): Options[number] {
  return {
    type: SUBCOMMAND,
    name: 'create',
    description: 'Makes one',
    ...changes,
  };
}
const withSubcommands = (...subcommands: Options): CommandData => data({ options: subcommands });
/** Eight subcommands, each with ten options of a hundred characters; 8 for the command, 3 for each subcommand. */
function eightThousandInSubcommands(more = 0): CommandData {
  const subcommands = Array.from({ length: 8 }, (_, n) =>
    subcommand({
      name: `s${n}`,
      description: 'd',
      options: many(10, (m) => ({ name: `o${m}`, description: 'd'.repeat(m === 0 ? 91 : 98) })),
    }),
  );
  return data({ name: 'abcd', description: 'd'.repeat(28 + more), options: subcommands });
}

/** 100 characters for the command; 13 × 600 for options with three choices; 100 for one without. */
function eightThousand(more = 0): CommandData {
  const choice = { name: 'n'.repeat(100), value: 'v'.repeat(100) };
  const half = { name: 'n'.repeat(50), value: 'v'.repeat(50) };
  const full = many(13, (n) => ({
    name: `o${String(n).padStart(2, '0')}`,
    description: 'd'.repeat(97),
    choices: [choice, choice, half],
  }));
  const last = text({ name: 'last', description: 'd'.repeat(96 + more) });
  return data({ name: 'abcd', description: 'd'.repeat(96), options: [...full, last] });
}

/** What Discord would take, just. */
const taken: readonly (readonly [string, CommandData])[] = [
  ['the smallest command', data({ name: 'a', description: 'b' })],
  ['the longest names', withOption({ name: 'n'.repeat(32), description: '📉'.repeat(100) })],
  ['another script', data({ name: 'zuteilung-für_mich' })],
  ['25 options', data({ options: many(25) })],
  ['25 choices', withOption({ choices: choices(25) })],
  [
    'required before optional',
    data({ options: [text({ required: true }), text({ name: 'horizon', required: false })] }),
  ],
  ['lengths', withOption({ min_length: 0, max_length: 6000 })],
  ['8,000 characters', eightThousand()],
  ['25 subcommands', withSubcommands(...Array.from({ length: 25 }, (_, n) => subcommand({ name: `s${n}` })))],
  [
    'subcommands with options of the same names',
    withSubcommands(subcommand({ options: [text()] }), subcommand({ name: 'remove', options: [text()] })),
  ],
  ['8,000 characters in subcommands', eightThousandInSubcommands()],
  ['text channels', data({ options: [text({ type: CHANNEL, channel_types: [0, 5] })] })],
  [
    'permissions, in guilds alone',
    data({ default_member_permissions: '32', contexts: [InteractionContextType.Guild] }),
  ],
];

const refused: readonly (readonly [CommandData, string])[] = [
  [data({ name: 'Allocate' }), '/Allocate: a name has 1 to 32 letters, digits, - or _, and no capitals'],
  [data({ name: 'n'.repeat(33) }), 'a name has 1 to 32'],
  [data({ name: 'two words' }), 'a name has 1 to 32'],
  [data({ description: '' }), '/allocate: the description has 0 characters, 1 to 100 are taken'],
  [data({ description: 'x'.repeat(101) }), '/allocate: the description has 101 characters, 1 to 100 are taken'],
  [data({ options: many(26) }), '/allocate: options: at most 25 are taken, got 26'],
  [data({ options: [text(), text()] }), '/allocate: loss appears twice'],
  [
    data({ options: [text(), text({ name: 'late', required: true })] }),
    '/allocate late: required options must come before',
  ],
  [withOption({ name: 'maxWeight' }), '/allocate maxWeight: a name has 1 to 32'],
  [withOption({ choices: choices(26) }), '/allocate loss: choices: at most 25 are taken, got 26'],
  [withOption({ choices: [{ name: '', value: 'v' }] }), "/allocate loss: a choice's name has 0 characters"],
  [
    withOption({ choices: [{ name: 'n', value: 'v'.repeat(101) }] }),
    "/allocate loss: a choice's value has 101 characters",
  ],
  [
    withOption({ choices: choices(1), autocomplete: true }),
    '/allocate loss: an option has either choices or autocomplete',
  ],
  [withOption({ max_length: 6001 }), '/allocate loss: lengths must lie in 0 to 6000'],
  [withOption({ min_length: 5, max_length: 4 }), '/allocate loss: lengths must lie in 0 to 6000'],
  [eightThousand(1), '/abcd: characters of names, descriptions and values: at most 8000 are taken, got 8001'],
  [
    data({
      options: [
        {
          type: SUBCOMMAND,
          name: 'inner',
          description: 'x',
          options: [{ type: STRING, name: 'BAD', description: 'y' }],
        },
      ],
    }),
    '/allocate inner BAD: a name has',
  ],
];

const refusedSubcommands: typeof refused = [
  [
    withSubcommands(...Array.from({ length: 26 }, (_, n) => subcommand({ name: `s${n}` }))),
    '/allocate: options: at most 25 are taken, got 26',
  ],
  [withSubcommands(subcommand(), subcommand()), '/allocate: create appears twice'],
  [withSubcommands(subcommand(), text()), '/allocate: a command has either subcommands or options'],
  [withSubcommands(subcommand({ name: 'Create' })), '/allocate Create: a name has 1 to 32'],
  [withSubcommands(subcommand({ description: '' })), '/allocate create: the description has 0 characters'],
  [withSubcommands(subcommand({ options: many(26) })), '/allocate create: options: at most 25 are taken, got 26'],
  [
    withSubcommands(subcommand({ options: [text(), text({ name: 'late', required: true })] })),
    '/allocate create late: required options must come before',
  ],
  [
    withSubcommands(subcommand({ options: [subcommand({ name: 'inner' })] })),
    '/allocate create: a subcommand has no subcommands',
  ],
  [
    withSubcommands(subcommand({ type: GROUP, name: 'group', options: [text()] })),
    '/allocate group: a group has subcommands alone',
  ],
  [eightThousandInSubcommands(1), 'at most 8000 are taken, got 8001'],
  [withOption({ channel_types: [0] }), '/allocate loss: channel_types are of channels alone'],
  [
    data({ default_member_permissions: 'manage', contexts: [InteractionContextType.Guild] }),
    '/allocate: default_member_permissions are a number as a string',
  ],
  [data({ default_member_permissions: '32' }), '/allocate: with default_member_permissions, contexts must be [0]'],
  [data({ contexts: [] }), '/allocate: contexts must not be empty'],
];

describe('checkCommandData', () => {
  it.each(taken)('takes %s', (_, command) => {
    expect(checkCommandData(command)).toEqual([]);
    expect(whatTheStandInTakes.safeParse([command]).error).toBeUndefined();
  });

  it.each([...refused, ...refusedSubcommands])('refuses %#: %j', (command, flaw) => {
    expect(checkCommandData(command)).toEqual([expect.stringContaining(flaw)]);
  });
});

describe('checkCommands', () => {
  it('refuses a name that is there twice, and more than a hundred commands', () => {
    expect(checkCommands([data(), data()])).toEqual(['the commands: allocate appears twice']);
    const hundred = Array.from({ length: 101 }, (_, n) => data({ name: `c${n}` }));
    expect(checkCommands(hundred.slice(1))).toEqual([]);
    expect(checkCommands(hundred)).toEqual(['commands: at most 100 are taken, got 101']);
  });
});
