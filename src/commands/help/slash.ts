import type { Reply } from '../../reply.ts';
import type { SlashCommand } from '../slash-command.ts';

const list = (...items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

const REPLY: Reply = {
  tone: 'info',
  title: 'How to ask',
  body: 'Only you see an answer, unless you add `public:True`. Expected profit comes with risk: every answer says both.',
  fields: [
    {
      name: 'Ask',
      value: list(
        '`/allocate loss:8% universe:us12` splits money over a list of assets so that the average loss in the worst 5% of cases over 21 trading days stays under 8%.',
        '`/allocate loss:8% tickers:AAPL, MSFT, KO` does the same for assets of your choice, with prices from Yahoo Finance.',
        '`/frontier universe:us12` shows what can be expected at every limit; `loss:8%` marks yours.',
        '`/backtest universe:us12` tests on past prices how often limits would have held. It takes minutes and can be cancelled.',
        '`/strategies` lists the ways to split money that `strategy` can name.',
      ),
    },
    {
      name: 'Get told',
      value: list(
        '`/alert add universe:us12 loss:8%` saves a limit: you get a direct message when it can no longer be kept. `/alert list` shows yours.',
      ),
    },
    {
      name: 'For a server',
      value: list(
        '`/universe list` shows the lists of assets that can be named here, `/universe create` makes one.',
        '`/settings show` lists the defaults used here when you leave an option out, `/settings set` changes them.',
        '`/report schedule` posts a backtest, an allocation or a frontier in a channel again and again.',
        'To change these, you need the permission Manage Server.',
      ),
    },
    {
      name: 'More',
      value: list(
        '`/about` says what is computed, and what cannot be known. `/status` tells how old prices and models are.',
        '`/privacy export` gives you all that is stored about you, `/privacy delete` removes it.',
      ),
    },
    {
      name: 'Options',
      value: list(
        '`loss`: the limit, the largest average loss (CVaR) in the worst cases. 8% or 0.08.',
        '`alpha`: how rare the worst cases are. 95% looks at the worst 5% of scenarios.',
        '`horizon`: trading days to look ahead, 1 to 252.',
        '`max_weight`, `min_weight`: the most and the least that one asset may get.',
        '`amount`: money to split. The answer then counts whole shares and the cash left.',
      ),
    },
    {
      name: 'When no split can keep the limit',
      value: 'You are told the smallest one that can be kept, and two buttons go on from there.',
    },
  ],
  footer: 'Not investment advice.',
};

export const help: SlashCommand<undefined> = {
  data: { name: 'help', description: 'How to ask, and what else there is' },
  parse: () => undefined,
  isPublic: () => false,
  run: () => Promise.resolve(REPLY),
};
