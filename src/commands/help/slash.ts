import type { Reply } from '../../reply.ts';
import type { SlashCommand } from '../slash-command.ts';

const list = (...items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

const REPLY: Reply = {
  tone: 'info',
  title: 'How to use this bot',
  body: 'Only you see an answer, unless you add `public:True`. Expected profit comes with risk: every answer shows both.',
  fields: [
    {
      name: 'Questions',
      value: list(
        '`/allocate loss:8% universe:us12` splits money over a list of assets so that the average loss in the worst 5% of cases over 21 trading days stays under 8%.',
        '`/allocate loss:8% tickers:AAPL, MSFT, KO` does the same for assets of your choice, with prices from Yahoo Finance.',
        '`/frontier universe:us12` shows the highest expected profit at every limit; `loss:8%` marks yours.',
        '`/risk weights:NVDA 30%, KO 70%` shows where the risk of a split comes from, and what stress would do to it.',
        '`/backtest universe:us12` tests on past prices how often limits would have held. It takes minutes and can be cancelled.',
        '`/compare universe:us12` sets all strategies beside each other on past prices, and beside equal weights. It takes minutes and can be cancelled.',
        '`/record universe:us12` shows how often limits held in the past, and what the worst losses were. It takes minutes and can be cancelled.',
        '`/strategies` lists the ways to split money that `strategy` can name.',
      ),
    },
    {
      name: 'Alerts',
      value: list(
        '`/alert add universe:us12 loss:8%` saves a limit. You get a direct message when it can no longer be kept. `/alert list` shows your alerts.',
      ),
    },
    {
      name: 'For a server',
      value: list(
        '`/universe list` shows the lists of assets that you can name here, `/universe create` adds one.',
        '`/settings show` lists the defaults used here when you leave an option out, `/settings set` changes them.',
        '`/report schedule` posts a backtest, an allocation or a frontier in a channel on a schedule.',
        'You need the permission Manage Server to change these.',
      ),
    },
    {
      name: 'More',
      value: list(
        '`/about` explains what is computed, and what cannot be known. `/status` shows how old prices and models are.',
        '`/privacy export` gives you everything stored about you, `/privacy delete` deletes it.',
      ),
    },
    {
      name: 'Options',
      value: list(
        '`loss`: the limit, the largest average loss (CVaR) in the worst cases. 8% or 0.08.',
        '`alpha`: the confidence level. 95% averages the worst 5% of scenarios.',
        '`horizon`: trading days to look ahead, 1 to 252.',
        '`max_weight`, `min_weight`: the largest and the smallest weight of each asset.',
        '`holdings`: what you hold, such as `AAPL 10, MSFT 5.5, cash 500 USD`. The answer then shows its risk and the trades from there. `saved` stands for what `/holdings set` has saved; `/holdings report` sends you what changed in it.',
        '`views`: what you expect, such as NVDA +5%, KO > PEP. Scenarios that fit count more.',
        '`amount`: money to split. The answer then shows what it buys, in whole shares, and the loss and profit in money.',
      ),
    },
    {
      name: 'When no split can keep the limit',
      value:
        'The answer shows the smallest limit that can be kept: one at which the average loss, and a margin for the error of simulation, fit in. One button tries that limit, another shows the least risky split.',
    },
  ],
  footer: 'Not investment advice.',
};

export const help: SlashCommand<undefined> = {
  data: { name: 'help', description: 'How to use this bot' },
  isStandalone: true,
  parse: () => undefined,
  isPublic: () => false,
  run: () => Promise.resolve(REPLY),
};
