import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import type { Held } from '../../held.ts';
import { parseHoldings } from '../../parse-holdings.ts';
import type { SlashCommand } from '../slash-command.ts';
import { forgottenReply, holdingsReply, savedReply } from './reply.ts';

type HoldingsRequest = { readonly kind: 'set'; readonly held: Held } | { readonly kind: 'show' | 'forget' };

export const holdings: SlashCommand<HoldingsRequest> = {
  data: {
    name: 'holdings',
    description: 'Save what you hold, for /allocate holdings:saved; only you see it',
    options: [
      {
        type: OptionType.Subcommand,
        name: 'set',
        description: 'Save what you hold, in the place of what was saved before',
        options: [
          {
            type: OptionType.String,
            name: 'holdings',
            description: 'Such as AAPL 10, MSFT 5.5, cash 500 USD',
            required: true,
          },
        ],
      },
      { type: OptionType.Subcommand, name: 'show', description: 'Show what is saved' },
      { type: OptionType.Subcommand, name: 'forget', description: 'Delete what is saved' },
    ],
  },

  parse(options, { subcommand = 'show' }) {
    if (subcommand === 'set') return { kind: 'set', held: parseHoldings(String(options['holdings']), 'holdings') };
    return { kind: subcommand === 'forget' ? 'forget' : 'show' };
  },

  isPublic: () => false,

  async run(request, { app, memberId }) {
    const { savedHoldings, clock } = app;
    if (request.kind === 'set') {
      await savedHoldings.set(memberId, { held: request.held, savedAt: new Date(clock.now()).toISOString() });
      return savedReply(request.held);
    }
    if (request.kind === 'show') return holdingsReply(await savedHoldings.get(memberId));
    const had = await savedHoldings.delete(memberId);
    return forgottenReply(had);
  },
};
