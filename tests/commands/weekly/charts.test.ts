import { describe, expect, it } from 'vitest';
import { renderPng } from '../../../src/charts/render.ts';
import { forecastChart, valueChart } from '../../../src/commands/weekly/charts.ts';
import { sharesChart } from '../../../src/commands/weekly/shares-chart.ts';
import { middleSeed } from '../../../src/commands/weekly/figures.ts';
import { golden } from '../../support/charts.ts';
import { studyAnswer } from './study-answer.ts';

const answer = studyAnswer();

describe.each([
  ['returns', valueChart],
  ['shares', sharesChart],
  ['forecasts', forecastChart],
] as const)('the picture of %s', (name, chart) => {
  it.each(['longOnly', 'short'] as const)('has the golden configuration: %s', async (rule) => {
    await expect(golden(chart(answer, rule))).toMatchFileSnapshot(`golden/weekly-${name}-${rule}.json`);
  });

  it('is plain JSON, small enough for QuickChart, and can be drawn', async () => {
    const spec = chart(answer, 'short');
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(JSON.stringify(spec).length).toBeLessThan(90_000);
    expect((await renderPng(spec)).length).toBeGreaterThan(1000);
  });
});

describe('the pictures of a study', () => {
  it('are of the seed whose profit is the middle one', () => {
    const profits = answer.seeds.map(({ rules }) => rules.longOnly.figures.totalReturn);
    const middle = middleSeed(answer, 'longOnly').rules.longOnly.figures.totalReturn;
    expect(profits.filter((profit) => profit < middle)).toHaveLength(1);
    expect(profits.filter((profit) => profit > middle)).toHaveLength(1);
  });

  it('show all that was held: the largest shares by name, the others together', () => {
    const { weights } = middleSeed(answer, 'longOnly').rules.longOnly;
    const { datasets } = sharesChart(answer, 'longOnly').config.data;
    expect(datasets.at(-1)?.label).toBe('2 others');
    for (const [week, row] of weights.entries()) {
      const drawn = datasets.reduce((sum, { data }) => {
        const point = data[week];
        return sum + (typeof point === 'object' && point !== null && 'y' in point ? Number(point.y) : NaN);
      }, 0);
      expect(drawn).toBeCloseTo(
        row.reduce((sum, weight) => sum + weight, 0),
        2,
      );
    }
  });
});
