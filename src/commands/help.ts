import type { Reply } from '../text/reply.ts';
import type { Command } from './types.ts';

const REPLY: Reply = {
  tone: 'info',
  title: 'How to ask',
  body: [
    '`/allocate loss:8% universe:us12` splits money over a list of assets so that the average loss in the worst 5% of cases over 21 trading days stays under 8%.',
    '`/allocate loss:8% tickers:AAPL, MSFT, KO` does the same for assets of your choice. Prices come from Yahoo Finance.',
    '`/frontier universe:us12` shows what can be expected at every limit, and `loss:8%` marks yours.',
    '`/backtest universe:us12` tests on past prices how often limits would have held. It takes minutes and can be cancelled.',
    '`/universe list` shows the lists of assets that can be named here; those who manage a server can save its own by `/universe create`.',
    '`/settings show` tells what a question here means where it does not say; `/settings set` changes it for a server.',
    '`/alert add universe:us12 loss:8%` saves a limit, and I write to you when it can no longer be kept. `/report schedule` posts an answer in a channel again and again, for those who manage a server.',
    '`/status` tells how old prices and models are. `/privacy export` gives you all that is stored of you, `/privacy delete` removes it.',
    'Only you see the answer, unless you add `public:True`.',
  ].join('\n\n'),
  fields: [
    { name: 'loss', value: 'The limit: the largest average loss (CVaR) in the worst cases. 8% or 0.08.' },
    { name: 'alpha', value: 'How rare the worst cases are: 95% looks at the worst 5% of scenarios.' },
    { name: 'horizon', value: 'Trading days to look ahead, 1 to 252.' },
    { name: 'max_weight', value: 'The most that one asset may get.' },
    { name: 'amount', value: 'Money to split: the answer then counts whole shares and the cash left.' },
    {
      name: 'When no split can keep the limit',
      value: 'You are told the smallest one that can be kept, and two buttons go on from there.',
    },
  ],
  footer: 'Not investment advice.',
};

export const help: Command<undefined> = {
  data: { name: 'help', description: 'How to ask for an allocation' },
  parse: () => undefined,
  isPublic: () => false,
  run: () => Promise.resolve(REPLY),
};
