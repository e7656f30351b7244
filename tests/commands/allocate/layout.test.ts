import { describe, expect, it } from 'vitest';
import { allocationChart, type AllocationChartInput } from '../../../src/commands/allocate/chart.ts';
import { FONT_FAMILIES, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from '../../../src/charts/theme.ts';
import { chartInput, layOut, outcomesAround } from '../../support/charts.ts';

const spread = (size: number): AllocationChartInput =>
  chartInput({ outcomes: outcomesAround(0, size, 500), valueAtRisk: 3 * size, cvar: 4 * size, lossLimit: 5 * size });

describe('the layout of an allocation', () => {
  it.each([0.0001, 0.003, 0.01, 0.02, 0.1, 0.7, 3])(
    'has a few ticks, all at round percentages: spread %f',
    async (size) => {
      const chart = await layOut(allocationChart(spread(size)));
      for (const axis of ['xResult', 'yShare']) {
        const values = chart.scales[axis]!.ticks.map((tick) => tick.value);
        expect(values.length).toBeGreaterThanOrEqual(3);
        expect(values.length).toBeLessThanOrEqual(8);
        const step = values[1]! - values[0]!;
        expect(step.toExponential(6)).toMatch(/^[125]\.000000e/);
        for (const value of values) expect(value / step).toBeCloseTo(Math.round(value / step), 6);
      }
      const labels = chart.scales['xResult']!.ticks.map((tick) => String(tick.label));
      expect(new Set(labels).size).toBe(labels.length);
      expect(labels.filter((label) => label !== '0').every((label) => label.endsWith('%'))).toBe(true);
    },
  );

  it('leaves the plot the height by which lines are made to reach their labels', async () => {
    const { lossLimit: _, ...unlimited } = chartInput();
    for (const [input, marks] of [
      [chartInput(), 3],
      [unlimited, 2],
    ] as const) {
      const { chartArea } = await layOut(allocationChart(input));
      expect(Math.abs(chartArea.height + marks * SIZES.label * LINE_HEIGHT - PLOT_HEIGHT)).toBeLessThan(8);
    }
  });

  it.each([
    [0.07, 0.0005, 0.08],
    [0.0598, 0.001, 0.08],
    [0.3, 0.002, 0.9],
    [0.07, 0.0005, undefined],
    [0.02, 0.002, 0.0125],
    [0, 0.0001, 0.0001],
    [0.03, 0.025, 0.1],
  ])('keeps every label inside the picture: results of %f ± %f, limit %f', async (mean, size, lossLimit) => {
    const outcomes = outcomesAround(mean, size, 2000);
    const [valueAtRisk, cvar] = [-outcomes[100]!, -outcomes.subarray(0, 100).reduce((sum, one) => sum + one) / 100];
    const { lossLimit: _, ...unlimited } = chartInput({ outcomes, valueAtRisk, cvar });
    const { scales, ctx } = await layOut(
      allocationChart(lossLimit === undefined ? unlimited : { ...unlimited, lossLimit }),
    );
    ctx.font = `bold ${SIZES.label}px ${FONT_FAMILIES.latin}`;
    const marks = scales['xMarks']!;
    const ends = marks.ticks.flatMap((tick, slot) =>
      [tick.label ?? []].flat().map((text) => marks.getPixelForTick(slot) + ctx.measureText(text).width),
    );
    expect(ends.length).toBeGreaterThan(2);
    expect(Math.max(...ends)).toBeLessThanOrEqual(SIZES.width);
  });

  it('keeps both panels wide enough under long names', async () => {
    const tickers = ['WWWWWWWWWWWW', 'MMMMMMMMMM', 'A', 'B'];
    const { scales } = await layOut(allocationChart(chartInput({ tickers })));
    expect(scales['xWeights']!.width).toBeGreaterThan(150);
    expect(scales['xResult']!.width).toBeGreaterThan(350);
    expect(scales['xResult']!.left).toBeCloseTo(scales['xWeights']!.right, 6);
    expect(scales['xMarks']!.left).toBeCloseTo(scales['xResult']!.left, 6);
  });
});
