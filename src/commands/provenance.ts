import type { ModelProvenance, PriceProvenance } from '../engine-service/answers.ts';
import type { Sampling } from '../engine/samples.ts';
import { age, ratio, wholeNumber } from '../format.ts';
import type { ReplyField } from '../reply.ts';

export const CAVEAT = 'Figures come from simulated scenarios and can be wrong. Not investment advice.';

/**
 * Stands with every expected profit of a decision about the future. How far past predictions were off belongs here,
 * once it is known; a backtest, which knows it, shows both side by side.
 */
export const LEAST_CERTAIN = 'the least certain figure here';

interface Origin {
  readonly model: ModelProvenance;
  readonly prices: PriceProvenance;
  readonly request: { readonly sampling: Sampling };
}

/** @param now milliseconds since 1970, for the age of the prices */
export const originFields = ({ model, prices, request }: Origin, now: number): ReplyField[] => [
  { name: 'Model', value: `trained until ${model.trainedUntil} (${model.recipe}); ${describeSkill(model.skill)}` },
  priceField(prices, now),
  scenarioField(request.sampling),
];

export const priceField = ({ source, until, notes }: PriceProvenance, now: number): ReplyField => ({
  name: 'Prices',
  value: `${source}, until ${until} (${age(until, now)}).${notes.map((note) => ` ${note}`).join('')}`,
});

export const scenarioField = ({ scenarios, seed }: Sampling): ReplyField => ({
  name: 'Scenarios',
  value: `${wholeNumber(scenarios)}, seed ${seed}`,
});

/** Judged by the figure that is shown: 0.000 is no better than the plain average, nor is a negative one. */
function describeSkill(skill: number): string {
  const figure = ratio(skill);
  const meaning = Number(figure) > 0 ? 'better than the plain average' : 'no better than the plain average';
  return `skill ${figure}, ${meaning}`;
}
