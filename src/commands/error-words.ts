// Words errors for Discord and the terminal, with the names that each gives its options.
import { z } from 'zod';
import { contradictionsOf } from '../engine/constraints/contradiction.ts';
import { UserError } from '../errors.ts';
import { plural } from '../format.ts';
import type { Door } from '../parse-rates.ts';
import { settingsUsedSchema } from '../settings-used.ts';
import { settingsEnding, wordContradictions } from './contradiction-words.ts';

/** What Discord or the terminal calls the option of a key or of a kind of constraint, such as `max-weight`. */
type OptionName = (key: string) => string;

/** The kinds of constraint that are written in words share an option. */
const isInWords = (key: string): boolean => key === 'linear' || key === 'behind';

export const discordName: OptionName = (key) => (isInWords(key) ? 'constraints' : key.replaceAll('-', '_'));
/** A flag is given once for each constraint. */
export const terminalName: OptionName = (key) => (isInWords(key) || key === 'constraints' ? 'constraint' : key);

export const OPTION_NAMES: Readonly<Record<Door, OptionName>> = { discord: discordName, terminal: terminalName };

/** An error with its options' names in its message; other errors as they are. */
export function wordError<E>(error: E, door: Door): E | UserError {
  if (!(error instanceof UserError)) return error;
  const name = OPTION_NAMES[door];
  const { option, code, data } = error;
  const details = { code, data, cause: error };
  const contradictions = contradictionsOf(error);
  const [first] = contradictions.flatMap(({ constraints }) => constraints);
  if (first !== undefined) {
    const { settingsUsed } = settingsSchema.safeParse(data).data ?? {};
    const whose = settingsEnding(contradictions, name, settingsUsed);
    return new UserError(`${wordContradictions(contradictions)}${whose}.`, { option: name(first.kind), ...details });
  }
  const worded = SENTENCES[code ?? '']?.(data, door);
  const named = option === undefined ? undefined : name(option);
  if (worded === undefined && named === option) return error;
  return new UserError(worded ?? error.message, { option: named, ...details });
}

/** What an error about constraints has of the request. */
const settingsSchema = z.object({ settingsUsed: settingsUsedSchema.exactOptional() });

/** Of whole numbers: the end that was passed. */
const endOf = ({ least, most }: { readonly least?: number | undefined; readonly most?: number | undefined }): string =>
  least !== undefined ? `, at least ${least}` : most !== undefined ? `, at most ${most}` : '';

/** A code's sentence; undefined when the data are not those of the code. */
type Sentence = (data: unknown, door: Door) => string | undefined;

function sentence<S extends z.ZodRawShape>(
  shape: S,
  say: (data: z.output<z.ZodObject<S>>, name: OptionName, door: Door) => string,
): Sentence {
  const schema = z.object(shape);
  return (data, door) => {
    const read = schema.safeParse(data ?? {});
    return read.success ? say(read.data, OPTION_NAMES[door], door) : undefined;
  };
}

const textSchema = z.string();
const numberSchema = z.number();

/** Sentences that name an option or a setting, by the error's code. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  'backtest.offset-beyond-horizon': sentence(
    { horizonDays: numberSchema, got: numberSchema },
    ({ horizonDays, got }, name) =>
      `${name('offset')} must lie below the horizon of ${horizonDays} days, after which the same decisions come again; got ${got}.`,
  ),
  'backtest.window-too-short': sentence(
    { needed: numberSchema, got: numberSchema },
    ({ needed, got }, name) =>
      `${name('window')} takes expanding, or at least the ${needed} days that a model needs; got ${got}.`,
  ),
  'backtest.from-after-prices': sentence(
    { last: textSchema, got: textSchema },
    ({ last, got }, name) => `${name('from')} must not lie after the last price, of ${last}; got ${got}.`,
  ),
  'backtest.until-before-from': sentence(
    { from: textSchema, until: textSchema },
    ({ from, until }, name) => `${name('until')} must not lie before the first day, ${from}; got ${until}.`,
  ),
  'backtest.until-too-early': sentence(
    { made: textSchema, horizonDays: numberSchema, got: textSchema },
    ({ made, horizonDays, got }, name) =>
      `${name('until')} must leave room for one decision: the first is made on ${made} and held for ${plural(horizonDays, 'trading day')}; got ${got}.`,
  ),
  'strategies.wrong-params': sentence(
    {
      strategy: textSchema,
      option: textSchema,
      got: textSchema,
      takes: z.array(textSchema).optional(),
      whole: z.object({ least: numberSchema.optional(), most: numberSchema.optional() }).optional(),
      beside: z.record(textSchema, textSchema).default({}),
    },
    ({ strategy, option, got, takes, whole, beside }, name) => {
      const param = name(option);
      if (whole !== undefined) return `${param} takes a whole number${endOf(whole)}; got "${got}".`;
      if (takes === undefined) return `The strategy ${strategy} does not take ${param} ${got}.`;
      const others = Object.entries(beside).map(([other, value]) => ` with ${name(other)} ${value}`);
      return `${param} takes ${takes.join(' or ')}${others.join('')}; got "${got}".`;
    },
  ),
  'assets.unknown-name': sentence(
    { option: textSchema, name: textSchema, assets: textSchema },
    ({ option, name, assets }, called) =>
      `${called(option)} names ${name}, which is none of these assets: ${assets}.${option === 'views' ? ' Views are about tickers, not groups.' : ''}`,
  ),
  'constraints.nothing-held': sentence(
    {},
    (_, option) =>
      `${option('max-turnover')} limits what is traded of what is held: ${option('holdings')} says what that is.`,
  ),
  'constraints.no-groups': sentence(
    { sentence: textSchema },
    ({ sentence: unknown }, _, door) =>
      `${unknown} ${door === 'discord' ? '/universe group' : '--groups "tech: NVDA AAPL"'} names groups.`,
  ),
  'quality.frozen': sentence(
    { facts: textSchema, them: textSchema },
    ({ facts, them }, _, door) =>
      `${facts}: a price that stands still says nothing about risk; leave ${them} out, or go on with ${given('allow', 'frozen', door)}.`,
  ),
  'quality.jumps': sentence(
    { facts: textSchema },
    ({ facts }, _, door) =>
      `${facts}: no share does that by itself; give adjusted prices, or go on with ${given('allow', 'jumps', door)}.`,
  ),
  'store.url': sentence(
    { examples: textSchema, got: textSchema },
    ({ examples, got }) => `STORE_URL: expected a store such as ${examples}, got "${got}".`,
  ),
  'store.no-server': sentence(
    { server: textSchema, at: textSchema, reason: textSchema },
    ({ server, at, reason }) => `STORE_URL: expected a ${server} server that answers at ${at}, got "${reason}".`,
  ),
  'store.no-file': sentence(
    { path: textSchema, reason: textSchema },
    ({ path, reason }) =>
      `STORE_URL: expected a SQLite file that this account can read and write at ${path}, got "${reason}".`,
  ),
};

/** An option with a value, as it is typed: `--allow frozen`, `allow: frozen`. */
function given(key: string, value: string, door: Door): string {
  const option = OPTION_NAMES[door](key);
  return door === 'discord' ? `${option}: ${value}` : `--${option} ${value}`;
}
