import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { forgetMember, personalData } from './personal-data.ts';
import { UserError } from '../../errors.ts';
import { confirmDeletionReply, deletionReply, exportReply } from './reply.ts';
import type { SlashCommand } from '../slash-command.ts';

type PrivacyRequest = 'export' | 'ask' | 'delete';

/** The button needs no stored request: its key says whose data it deletes, and only they may press it. */
const deletionOf = (memberId: string): string => `delete:${memberId}`;

export const privacy: SlashCommand<PrivacyRequest> = {
  data: {
    name: 'privacy',
    description: 'What is stored of you, and away with it',
    options: [
      { type: OptionType.Subcommand, name: 'export', description: 'A file with all that is stored of you' },
      { type: OptionType.Subcommand, name: 'delete', description: 'Remove all that is stored of you' },
    ],
  },

  parse: (_options, { subcommand }) => (subcommand === 'delete' ? 'ask' : 'export'),

  isPublic: () => false,

  async run(request, { app, memberId }) {
    if (request === 'ask') return confirmDeletionReply(deletionOf(memberId));
    if (request === 'delete') return deletionReply(await forgetMember(app, memberId));
    return exportReply(await personalData(app, memberId), app.clock.now());
  },

  async press(key, { memberId }) {
    if (key === deletionOf(memberId)) return 'delete';
    throw new UserError('This button belongs to somebody else: use /privacy delete for what is stored of you.');
  },
};
