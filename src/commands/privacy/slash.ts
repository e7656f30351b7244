import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { forgetMember, personalData } from './personal-data.ts';
import { UserError } from '../../errors.ts';
import { confirmDeletionReply, deletionReply, exportReply } from './reply.ts';
import type { SlashCommand } from '../slash-command.ts';

type PrivacyRequest = 'export' | 'confirm' | 'delete';

/** The button needs no stored request: its key names the member whose data it deletes, and only they may press it. */
const deletionOf = (memberId: string): string => `delete:${memberId}`;

export const privacy: SlashCommand<PrivacyRequest> = {
  data: {
    name: 'privacy',
    description: 'Export or delete what is stored about you',
    options: [
      { type: OptionType.Subcommand, name: 'export', description: 'Get a file with everything stored about you' },
      { type: OptionType.Subcommand, name: 'delete', description: 'Delete everything stored about you' },
    ],
  },

  parse: (_options, { subcommand }) => (subcommand === 'delete' ? 'confirm' : 'export'),

  isPublic: () => false,

  async run(request, { app, memberId }) {
    if (request === 'confirm') return confirmDeletionReply(deletionOf(memberId));
    if (request === 'delete') return deletionReply(await forgetMember(app, memberId));
    return exportReply(await personalData(app, memberId), app.clock.now());
  },

  async press(key, { memberId }) {
    if (key === deletionOf(memberId)) return 'delete';
    throw new UserError('Only the member who asked can use this button: use /privacy delete for your own data.');
  },
};
