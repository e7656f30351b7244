// Options shared by the slash commands about assets, for their data.
import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10';
import { STRATEGIES } from '../engine/strategies/index.ts';
import { RANGES } from '../parse.ts';
import { ALLOWABLE_PRICES, ALLOWANCE_CHOICES } from './allowances.ts';
import { CONSTRAINT_OPTIONS } from './constraint-options.ts';
import { discordName } from './error-words.ts';

/** Options by name, as Discord sent them; those of the subcommand if there is one. */
export type Options = Readonly<Record<string, string | number | boolean>>;

export const OPTIONS = {
  horizon: {
    type: OptionType.Integer,
    name: 'horizon',
    description: 'Trading days to look ahead; 21 is about a month',
    min_value: RANGES.horizon.min,
    max_value: RANGES.horizon.max,
  },
  alpha: {
    type: OptionType.String,
    name: 'alpha',
    description: 'Confidence level: 95% averages the worst 5% of cases',
  },
  universe: { type: OptionType.String, name: 'universe', description: 'A named list of assets', autocomplete: true },
  tickers: {
    type: OptionType.String,
    name: 'tickers',
    description: 'Ticker symbols, such as AAPL, MSFT, KO; a name offers its symbols',
    autocomplete: true,
  },
  strategy: {
    type: OptionType.String,
    name: 'strategy',
    description: 'How to split the money; /strategies lists the choices',
    choices: STRATEGIES.map(({ id, title }) => ({ name: `${id}: ${title}`, value: id })),
  },
  views: {
    type: OptionType.String,
    name: 'views',
    description: 'What you expect over the horizon, such as NVDA +5%, KO > PEP',
    autocomplete: true,
  },
  allow: {
    type: OptionType.String,
    name: 'allow',
    description: `Go on with ${ALLOWABLE_PRICES}`,
    choices: ALLOWANCE_CHOICES.map((value) => ({ name: value, value })),
  },
  public: {
    type: OptionType.Boolean,
    name: 'public',
    description: 'Show the answer to everyone here; otherwise only you see it',
  },
} as const;

/** The options of constraints. */
export const CONSTRAINTS = CONSTRAINT_OPTIONS.map(({ key, description }) => ({
  type: OptionType.String as const,
  name: discordName(key),
  description,
  autocomplete: key === 'constraints',
}));
