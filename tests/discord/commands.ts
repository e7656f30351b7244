// Small commands, to see what the bot does with any command.
import { ApplicationCommandOptionType } from 'discord.js';
import type { SlashCommand, Context } from '../../src/commands/slash-command.ts';
import { UserError } from '../../src/errors.ts';
import type { Reply } from '../../src/reply.ts';

interface Said {
  readonly text: string;
  readonly isPublic: boolean;
}

const options = [
  { type: ApplicationCommandOptionType.String as const, name: 'text', description: 'What to say', required: true },
  { type: ApplicationCommandOptionType.Boolean as const, name: 'public', description: 'To everyone' },
];

function parse(given: Readonly<Record<string, unknown>>): Said {
  return {
    text: String(given.text),
    isPublic: given.public === true,
  };
}
const isPublic = (said: Said): boolean => said.isPublic;

const says = (text: string): Reply => ({ tone: 'answer', title: 'Said', body: text });

/** Says the text, with a picture and a button that only the same member may press. */
export const echo: SlashCommand<Said> = {
  data: { name: 'echo', description: 'Says it again', options },
  parse(given) {
    if (given.text === 'nothing')
      throw new UserError('text takes something to say; got "nothing".', { option: 'text' });
    if (given.text === 'bug') throw new Error('a bug in parse');
    return parse(given);
  },
  isPublic,
  run: async ({ text }, { memberId }) => ({
    ...says(text),
    images: [
      {
        name: 'said.png',
        png: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        description: 'A picture',
      },
    ],
    buttons: [{ label: 'Again', style: 'primary', command: 'echo', key: `${memberId}.${text}` }],
  }),
  async press(key, { memberId }) {
    const [owner, text = ''] = key.split('.');
    if (owner !== memberId) throw new UserError('Only the member who asked.');
    return { text: `${text} again`, isPublic: text === 'loud' };
  },
};

/** Refuses after the answer has been deferred. */
export const refuse: SlashCommand<Said> = {
  data: { name: 'refuse', description: 'Refuses', options },
  parse,
  isPublic,
  run: async ({ text }) => {
    throw new UserError(`There is no ${text}.`, { option: 'text' });
  },
};

export const boom: SlashCommand<Said> = {
  data: { name: 'boom', description: 'Fails', options },
  parse,
  isPublic,
  run: async () => {
    throw new Error('the pool is gone');
  },
};

/** Makes a reply that cannot be rendered. */
export const unrenderable: SlashCommand<Said> = {
  data: { name: 'unrenderable', description: 'Fails late', options },
  parse,
  isPublic,
  run: async ({ text }) => ({
    ...says(text),
    buttons: [{ label: 'Too long', style: 'primary', command: 'unrenderable', key: 'k'.repeat(100) }],
  }),
};

export const choosy: SlashCommand<string> = {
  data: {
    name: 'choosy',
    description: 'Completes',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'which',
        description: 'Which',
        required: true,
        autocomplete: true,
      },
    ],
  },
  parse: (given) => String(given.which),
  isPublic: () => false,
  run: async (which) => says(which),
  complete(option, typed) {
    if (typed === 'bug') throw new Error('a bug in complete');
    const many = Array.from({ length: 40 }, (_, n) => ({
      name: `${option} ${typed} ${n} ${'x'.repeat(120)}`,
      value: `v${n}`,
    }));
    return [{ name: 'too long to send back', value: 'v'.repeat(101) }, ...many];
  },
};

export interface Holding {
  readonly command: SlashCommand<Said>;
  /** The contexts of those that run, in their order. */
  readonly held: Context[];
  /** Lets all of them end: with what they were to say, or with an error. */
  release(error?: Error): void;
}

/** Runs until it is released. */
export function createHold(name = 'hold', more: Partial<SlashCommand<Said>> = {}): Holding {
  const held: Context[] = [];
  const gate = Promise.withResolvers<undefined>();
  return {
    held,
    release(error) {
      if (error === undefined) gate.resolve(undefined);
      else gate.reject(error);
    },
    command: {
      data: { name, description: 'Takes its time', options },
      parse,
      isPublic,
      async run({ text }, context) {
        held.push(context);
        await gate.promise;
        return says(text);
      },
      ...more,
    },
  };
}
