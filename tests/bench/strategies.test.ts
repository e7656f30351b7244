import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { strategiesDocument } from '../../bench/strategies-tables.ts';
import { STRATEGIES } from '../../src/engine/strategies/index.ts';
import { compareAnswer } from '../support/compare-answer.ts';

const document = readFileSync(new URL('../../docs/strategies.md', import.meta.url), 'utf8');

const sections = (text: string): string[] => [...text.matchAll(/^## (.+)$/gm)].map(([, name = '']) => name);
const expected = [...STRATEGIES.map(({ id }) => id), 'The comparisons'];

describe('docs/strategies.md', () => {
  it('has a section for each strategy, as the list has them', () => {
    expect(sections(document)).toEqual(expected);
    for (const { title, about } of STRATEGIES) {
      expect(document).toContain(title);
      expect(document).toContain(about);
    }
  });

  it('is made with what each did, and says where prices were not enough', () => {
    const [first, ...others] = STRATEGIES;
    const answer = compareAnswer({}, { names: [first.id] });
    const text = strategiesDocument([{ name: 'made up', answer }]);
    expect(sections(text)).toEqual(expected);
    const figures = answer.comparison.strategies[first.id]!;
    expect(text).toContain(`| made up | 2020-01-02 to 2024-01-11 | ${(100 * figures.annualReturn).toFixed(1)}% |`);
    expect(text.match(/It was not among those compared\./g)).toHaveLength(others.length - 1);
    expect(text).toContain('The index, which is held all the time');
    for (const words of ['Nothing is tuned on this comparison', 'nothing here is advice'])
      expect(text).toContain(words);
  });
});
