import type { ModelProvenance, PriceProvenance } from '../engine-service/answers.ts';
import { LEAST_DATES } from '../engine/filtered/skill.ts';
import type { SourceSkill } from '../engine/filtered/source.ts';
import type { Sampling } from '../engine/samples.ts';
import { age, ratio, wholeNumber } from '../format.ts';
import { escaped } from '../names.ts';
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

function describeModel({ trainedUntil, recipe, skill, forecastSkill, worth, kappa }: ModelProvenance): string {
  const network = `trained until ${trainedUntil} (${recipe})${forecastSkill ? '' : `; ${describeSkill(skill)}`}`;
  const sentences = [
    ...(worth === undefined ? [] : [worth]),
    ...(forecastSkill ? skillWords(forecastSkill, worth !== undefined) : []),
    ...(ratio(kappa, 2) === ratio(1, 2) ? [] : [widened(kappa)]),
  ];
  return [`${network}${sentences.length > 0 ? '.' : ''}`, ...sentences].join(' ');
}

/**
 * A sentence where forecasts count for nothing, or the network's do.
 * @param isBeside whether the strategy has forecasts of its own, beside these of the scenarios
 */
function skillWords({ composite, lstm }: SourceSkill, isBeside: boolean): string[] {
  if (composite.dates < LEAST_DATES) {
    return [`Too few past dates to measure ${isBeside ? "the scenarios' " : ''}forecasts: ${UPS_AND_DOWNS}`];
  }
  if (composite.value === 0) {
    return [`${isBeside ? "The scenarios' forecasts have shown no skill" : 'No forecast skill'}: ${UPS_AND_DOWNS}`];
  }
  if ((lstm?.value ?? 0) !== 0) return [];
  return [
    `The ${isBeside ? "scenarios' " : ''}LSTM has shown no skill and counts for nothing in the expected profits.`,
  ];
}

const UPS_AND_DOWNS = 'a higher limit mostly buys more ups and downs.';

/** @param kappa κ */
const widened = (kappa: number): string =>
  `Ups and downs are taken ${ratio(kappa, 2)} × as large, because past losses went beyond what was promised.`;

export const priceField = ({ source, until, notes }: PriceProvenance, now: number): ReplyField => ({
  name: 'Prices',
  value: `${source}, until ${until} (${age(until, now)}).${notes.map((note) => ` ${escaped(note)}`).join('')}`,
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
