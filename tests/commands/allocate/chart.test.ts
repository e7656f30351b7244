import { describe, expect, it } from 'vitest';
import { allocationChart, type AllocationChartInput } from '../../../src/commands/allocate/chart.ts';
import { COLOURS } from '../../../src/charts/theme.ts';
import { chartInput, golden } from '../../support/charts.ts';

const sixty = Array.from({ length: 60 }, (_, i) => 61 - i);
const total = sixty.reduce((sum, weight) => sum + weight, 0);
const cases = {
  optimal: chartInput(),
  infeasible: chartInput({ status: 'infeasible', isLeastRisky: true, lossLimit: 0.03 }),
  'sixty-assets': chartInput({
    label: 'Europe',
    horizonDays: 63,
    tickers: sixty.map((_, i) => `TICKER${i}.L`),
    weights: sixty.map((weight) => weight / total),
  }),
  'two-assets': chartInput({
    label: 'AAPL, BTC-USD',
    horizonDays: 1,
    tickers: ['AAPL', 'BTC-USD'],
    weights: [0.65, 0.35],
  }),
};

/** The parts of a spec that the tests check, after a round trip through JSON. */
interface Drawn {
  config: {
    data: { datasets: { label: string; data: { x: number; y: number }[]; backgroundColor: string[] }[] };
    options: { scales: { xResult: { min: number } } };
  };
}

const draw = (input: AllocationChartInput): Drawn => JSON.parse(JSON.stringify(allocationChart(input)));

const seriesOf = (input: AllocationChartInput, label: string) =>
  draw(input).config.data.datasets.find((each) => each.label.startsWith(label));

const textOf = (input: AllocationChartInput): string => JSON.stringify(allocationChart(input));

describe('allocationChart', () => {
  it.each(Object.entries(cases))('has the golden configuration: %s', async (name, input) => {
    await expect(golden(allocationChart(input))).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it.each(Object.entries(cases))('is plain JSON: %s', (_, input) => {
    const spec = allocationChart(input);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it('colours exactly the worst 5 % as the tail', () => {
    const input = chartInput();
    const { data: points, backgroundColor: fill } = seriesOf(input, 'share')!;
    const tail = points.filter((_, i) => fill[i] === COLOURS.tail);
    const leftOut = input.outcomes.filter((value) => value < points[0]!.x - 0.01).length / input.outcomes.length;
    expect(tail.reduce((sum, point) => sum + point.y, 0) + leftOut).toBeCloseTo(0.05, 2);
    expect(tail.every((point) => point.x < -input.valueAtRisk)).toBe(true);
    expect(points.every((point, i) => fill[i] !== COLOURS.profit || point.x > 0)).toBe(true);
  });

  it('draws a line at minus VaR, minus CVaR and minus the limit', () => {
    const input = chartInput();
    const at = (label: string) => seriesOf(input, label)?.data.map((point) => point.x);
    expect(at('VaR')).toEqual([-input.valueAtRisk, -input.valueAtRisk]);
    expect(at('CVaR')).toEqual([-input.cvar, -input.cvar]);
    expect(at('limit 10%')).toEqual([-0.1, -0.1]);
  });

  it('names a limit far beyond the losses without a line to it, so that the distribution keeps its room', () => {
    const input = chartInput({ lossLimit: 0.9 });
    expect(textOf(input)).toContain('limit 90% (off the scale)');
    expect(seriesOf(input, 'limit')).toBeUndefined();
    expect(draw(input).config.options.scales.xResult.min).toBeGreaterThan(-0.3);
  });

  it('keeps every label when two lines are in one place', () => {
    const input = chartInput();
    const text = textOf({ ...input, lossLimit: input.cvar });
    for (const label of ['CVaR ', 'VaR ', 'limit ']) expect(text).toContain(`"${label}`);
  });

  it('says that no split keeps a limit only of the least risky one', () => {
    const above = { status: 'infeasible', lossLimit: 0.03 } as const;
    expect(textOf(chartInput({ ...above, isLeastRisky: true }))).toContain('No split keeps');
    const text = textOf(chartInput({ ...above, isLeastRisky: false }));
    expect(text).toContain('With a margin for errors the mean loss of the worst 5% is above the limit of 3%.');
    expect(text).not.toMatch(/No split|closest/);
  });

  it('does not mention a limit without one', () => {
    const { lossLimit: _, asked, ...input } = chartInput();
    const question = asked.question.replace('limit 10%, ', '');
    expect(textOf({ ...input, asked: { ...asked, question } })).not.toContain('limit');
  });

  it('has a picture for a portfolio without risk', () => {
    const spec = allocationChart(chartInput({ outcomes: new Float64Array(100), valueAtRisk: 0, cvar: 0 }));
    expect(JSON.stringify(spec)).not.toContain('null');
  });
});
