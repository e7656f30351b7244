// Pure: where an answer's figures come from, which every answer says.
import type { AllocateAnswer } from '../app.ts';
import { age } from './format.ts';
import type { ReplyField } from './reply.ts';

export const CAVEAT = 'Figures come from simulated scenarios and can be wrong. Not investment advice.';

type Origin = Pick<AllocateAnswer, 'model' | 'prices'> & {
  readonly request: Pick<AllocateAnswer['request'], 'scenarios' | 'seed'>;
};

/** @param now milliseconds since 1970: the age of the prices is told by it */
export function originFields({ model, prices, request }: Origin, now: number): ReplyField[] {
  const notes = prices.notes.map((note) => ` ${note}`).join('');
  return [
    { name: 'Model', value: `trained until ${model.trainedUntil} (${model.recipe}); ${describeSkill(model.skill)}` },
    { name: 'Prices', value: `${prices.source}, until ${prices.until} (${age(prices.until, now)}).${notes}` },
    { name: 'Scenarios', value: `${request.scenarios.toLocaleString('en-GB')}, seed ${request.seed}` },
  ];
}

/** Skill 0 is a forecast as good as the plain average; the figure is shown as it is. */
function describeSkill(skill: number): string {
  const figure = skill.toFixed(3).replace('-', '\u2212');
  const meaning = skill > 0 ? 'better than the plain average' : 'no better than the plain average';
  return `skill ${figure}, ${meaning}`;
}
