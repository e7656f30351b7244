import type { ModelProvenance, PriceProvenance } from '../engine-service/answers.ts';
import type { Sampling } from '../engine/samples.ts';
import { age, ratio, wholeNumber } from '../format.ts';
import type { ReplyField } from '../reply.ts';

export const CAVEAT = 'Figures come from simulated scenarios and can be wrong. Not investment advice.';

/** Stands with every expected profit of a decision about the future where it is not known what past ones came to. */
export const LEAST_CERTAIN = 'the least certain figure here';

interface Origin {
  readonly model: ModelProvenance;
  readonly prices: PriceProvenance;
  readonly request: { readonly sampling: Sampling };
}

/** @param now milliseconds since 1970, for the age of the prices */
export const originFields = ({ model, prices, request }: Origin, now: number): ReplyField[] => [
  { name: 'Model', value: describeModel(model) },
  priceField(prices, now),
  scenarioField(request.sampling),
];

function describeModel({ trainedUntil, recipe, skill, forecastSkill, kappa }: ModelProvenance): string {
  const network = `trained until ${trainedUntil} (${recipe}); ${describeSkill(skill)}`;
  const sentences = [
    ...(forecastSkill?.composite.value === 0 ? [NO_SKILL] : []),
    ...(forecastSkill && (forecastSkill.lstm?.value ?? 0) === 0 ? [NO_LSTM_SKILL] : []),
    ...(ratio(kappa, 2) === ratio(1, 2) ? [] : [widened(kappa)]),
  ];
  return [`${network}${sentences.length > 0 ? '.' : ''}`, ...sentences].join(' ');
}

const NO_SKILL = 'No forecast skill: a higher limit mostly buys more ups and downs.';
const NO_LSTM_SKILL = 'The LSTM has shown no skill and counts for nothing in the ranking of assets.';

/** @param kappa κ */
const widened = (kappa: number): string =>
  `Ups and downs are taken ${ratio(kappa, 2)} × as large, because past losses went beyond what was promised.`;

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
