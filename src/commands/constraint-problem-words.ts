// Why no weights meet constraints, in words.
import type { ConstraintProblem } from '../engine/constraints/problem.ts';
import { plural, shortPercent } from '../format.ts';

export interface WordedProblem {
  /** What is wrong and how to correct it, without the full stop. */
  readonly text: string;
  /** The kinds of constraint at fault, the first one first. */
  readonly blamed: readonly string[];
}

type DataByCode = { readonly [P in ConstraintProblem as P['code']]: P['data'] };

/** To the next hundredth of a percent, so that what is suggested is enough. */
const roundedUp = (share: number): number => Math.ceil(share * 1e4 - 1e-6) / 1e4;

/** @param name gives the name of the option for a kind of constraint */
type Word<Data> = (data: Data, name: (kind: string) => string) => WordedProblem;

const WORDS: { readonly [C in keyof DataByCode]: Word<DataByCode[C]> } = {
  'constraints.max-weight-too-low'({ assets, weight, reached, enough }, name) {
    const each =
      assets === 1 ? `of at most ${shortPercent(weight)} reaches` : `of at most ${shortPercent(weight)} each reach`;
    const mend = `raise ${name('max-weight')} to at least ${shortPercent(enough)}`;
    return {
      text: `${plural(assets, 'asset')} ${each} only ${shortPercent(reached)}: ${mend}`,
      blamed: ['max-weight'],
    };
  },
  'constraints.min-weight-too-high'({ assets, weight, needed, enough }, name) {
    const need = `of at least ${shortPercent(weight)} each need ${shortPercent(needed)}`;
    const mend = `lower ${name('min-weight')} to at most ${shortPercent(enough)}`;
    return { text: `${plural(assets, 'asset')} ${need}: ${mend}`, blamed: ['min-weight'] };
  },
  'constraints.bounds-cross'({ lower, upper }, name) {
    const [least, most] = [name(lower.kind), name(upper.kind)];
    const got = `got ${shortPercent(lower.weight)} and ${shortPercent(upper.weight)}`;
    return {
      text: `Expected ${least} to be at most ${most}, ${got}: lower ${least} or raise ${most}`,
      blamed: [lower.kind, upper.kind],
    };
  },
  'constraints.behind-too-low'({ limit, least }, name) {
    const [most, enough] = [shortPercent(limit), shortPercent(roundedUp(least))];
    return {
      text: `No split falls behind the benchmark by at most ${most} in the worst scenarios: raise that limit in ${name('behind')} to at least ${enough}`,
      blamed: ['behind'],
    };
  },
  'constraints.turnover-too-low'({ weight, enough }, name) {
    return {
      text: `${shortPercent(weight)} traded is too little to get from what is held, cash included, to a split that meets the rest: raise ${name('max-turnover')} to at least ${shortPercent(roundedUp(enough))}`,
      blamed: ['max-turnover'],
    };
  },
  'constraints.linear-out-of-reach'({ text, least, most }) {
    const reach = `what it adds up lies between ${shortPercent(least)} and ${shortPercent(most)}`;
    return { text: `No split of these assets meets "${text}": ${reach}`, blamed: ['linear'] };
  },
  'constraints.max-assets-too-few'({ count, enough }, name) {
    const mend = `raise ${name('max-assets')} to at least ${enough}, or loosen the other bounds`;
    return { text: `${plural(count, 'asset')} cannot hold all the money: ${mend}`, blamed: ['max-assets'] };
  },
  'constraints.min-position-too-high'({ weight, enough }, name) {
    const mend = enough > 0 ? `lower ${name('min-position')} to at most ${shortPercent(enough)}` : 'loosen one of them';
    return {
      text: `Positions of at least ${shortPercent(weight)} do not add up to all the money within the bounds: ${mend}`,
      blamed: ['min-position'],
    };
  },
  'constraints.contradict': ({ assets }) => ({
    text: `No split of ${plural(assets, 'asset')} meets all constraints at once: loosen one of them`,
    blamed: [],
  }),
};

export const wordProblem = <C extends keyof DataByCode>(
  code: C,
  data: DataByCode[C],
  name: (kind: string) => string,
): WordedProblem => WORDS[code](data, name);
