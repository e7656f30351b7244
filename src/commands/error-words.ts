// The sentences that a door shows for what went wrong below it, with the names that its own options have.
import { z } from 'zod';
import { type ConstraintProblem, constraintProblemOf } from '../engine/constraints/problem.ts';
import { UserError } from '../errors.ts';
import { plural, shortPercent } from '../format.ts';

/** What a door calls the option of a key, such as `max-weight`. */
export type OptionName = (key: string) => string;

export const discordName: OptionName = (key) => key.replaceAll('-', '_');
export const terminalName: OptionName = (key) => key;

/** An error in the words of a door, with its code and data; one that needs no words of the door's own as it is. */
export function wordError<E>(error: E, name: OptionName): E | UserError {
  if (!(error instanceof UserError)) return error;
  const { option, code = '', data } = error;
  const details = { code, data, cause: error };
  const problem = constraintProblemOf(error);
  if (problem !== undefined) {
    const { text, blamed } = wordConstraintProblem(problem, name);
    return new UserError(`${text}.`, { option: optionAtFault(blamed, name), ...details });
  }
  const worded = SENTENCES[code]?.(data, name);
  if (worded === undefined) return error;
  return new UserError(worded, { option: option === undefined ? undefined : name(option), ...details });
}

/** A code's sentence; undefined when the data are not those of the code. */
type Sentence = (data: unknown, name: OptionName) => string | undefined;

function sentence<S extends z.ZodRawShape>(
  shape: S,
  say: (data: z.output<z.ZodObject<S>>, name: OptionName) => string,
): Sentence {
  const schema = z.object(shape);
  return (data, name) => {
    const read = schema.safeParse(data);
    return read.success ? say(read.data, name) : undefined;
  };
}

const [words, figure] = [z.string(), z.number()];

/** Of the codes whose mistake lies in one option's value, which the door's sentence names; by code. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  'history.not-a-day': sentence(
    { got: words },
    ({ got }, name) => `${name('as-of')} takes a day as YYYY-MM-DD, got "${got}".`,
  ),
  'backtest.offset-beyond-horizon': sentence(
    { horizonDays: figure, got: figure },
    ({ horizonDays, got }, name) =>
      `${name('offset')} must lie below the horizon of ${horizonDays} days, after which the same decisions come again; got ${got}.`,
  ),
  'backtest.retrain-negative': sentence(
    { got: figure },
    ({ got }, name) => `${name('retrain')} takes 0 days or more; got ${got}.`,
  ),
  'backtest.window-too-short': sentence(
    { needed: figure, got: figure },
    ({ needed, got }, name) =>
      `${name('window')} takes expanding, or ${needed} days or more, so many as a model needs; got ${got}.`,
  ),
  'backtest.from-after-prices': sentence(
    { last: words, got: words },
    ({ last, got }, name) => `${name('from')} must not lie after the last price, which is of ${last}; got ${got}.`,
  ),
  'backtest.until-too-early': sentence(
    { made: words, ends: words, got: words },
    ({ made, ends, got }, name) =>
      `${name('until')} must leave room for one decision: the first is made on ${made} and ends on ${ends}; got ${got}.`,
  ),
  'strategies.wrong-params': sentence(
    {
      strategy: words,
      option: words,
      got: words,
      takes: z.array(words).optional(),
      beside: z.record(words, words).default({}),
    },
    ({ strategy, option, got, takes, beside }, name) => {
      const param = name(option);
      if (takes === undefined) return `The strategy ${strategy} does not take ${param} ${got}.`;
      const others = Object.entries(beside).map(([other, value]) => ` with ${name(other)} ${value}`);
      return `${param} takes ${takes.join(' or ')}${others.join('')}; got "${got}".`;
    },
  ),
  'store.url': sentence(
    { examples: words, got: words },
    ({ examples, got }) => `STORE_URL: expected a store such as ${examples}, got "${got}".`,
  ),
  'store.no-server': sentence(
    { server: words, at: words, reason: words },
    ({ server, at, reason }) => `STORE_URL: expected a ${server} server that answers at ${at}, got "${reason}".`,
  ),
  'store.no-file': sentence(
    { path: words, reason: words },
    ({ path, reason }) =>
      `STORE_URL: expected a SQLite file that this account can read and write at ${path}, got "${reason}".`,
  ),
};

interface WordedProblem {
  /** What is the matter and how to mend it; a full stop or more may follow. */
  readonly text: string;
  /** The kinds of constraint at fault, the first one first. */
  readonly blamed: readonly string[];
}

/** Why no weights meet the constraints, in the words of a door. */
export function wordConstraintProblem({ code, data }: ConstraintProblem, name: OptionName): WordedProblem {
  if (code === 'constraints.max-weight-too-low') {
    const { assets, weight, reached, enough } = data;
    const each =
      assets === 1 ? `at most ${shortPercent(weight)} reaches` : `at most ${shortPercent(weight)} each reach`;
    const mend = `raise ${name('max-weight')} to at least ${shortPercent(enough)}`;
    return {
      text: `${plural(assets, 'asset')} ${each} only ${shortPercent(reached)}: ${mend}`,
      blamed: ['max-weight'],
    };
  }
  if (code === 'constraints.min-weight-too-high') {
    const { assets, weight, needed, enough } = data;
    const need = `at least ${shortPercent(weight)} each need ${shortPercent(needed)}`;
    const mend = `lower ${name('min-weight')} to at most ${shortPercent(enough)}`;
    return { text: `${plural(assets, 'asset')} ${need}: ${mend}`, blamed: ['min-weight'] };
  }
  if (code === 'constraints.bounds-cross') {
    const { lower, upper } = data;
    const [least, most] = [name(lower.kind), name(upper.kind)];
    const got = `got ${shortPercent(lower.weight)} and ${shortPercent(upper.weight)}`;
    return {
      text: `Expected ${least} to be at most ${most}, ${got}: lower ${least} or raise ${most}`,
      blamed: [lower.kind, upper.kind],
    };
  }
  return {
    text: `No split of ${plural(data.assets, 'asset')} meets all constraints at once: loosen one of them`,
    blamed: [],
  };
}

/**
 * A problem in words to which a door has more to say. It carries no code, so nothing words it once more.
 * @param ending what follows the text
 */
export const problemError = ({ text, blamed }: WordedProblem, name: OptionName, ending: string): UserError =>
  new UserError(`${text}${ending}`, { option: optionAtFault(blamed, name) });

const optionAtFault = ([first]: readonly string[], name: OptionName): string | undefined =>
  first === undefined ? undefined : name(first);
