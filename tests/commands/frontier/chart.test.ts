import { describe, expect, it } from 'vitest';
import { PLOT, type FrontierChartInput } from '../../../src/commands/frontier/chart-frame.ts';
import { frontierChart } from '../../../src/commands/frontier/chart.ts';
import { COLOURS, LINE_HEIGHT, SIZES } from '../../../src/charts/theme.ts';
import { frontierInput, golden, layOut } from '../../support/charts.ts';

const only = { cvar: 0.05, leastLimit: 0.05, expectedReturn: 0.01 };
const cases = {
  frontier: frontierInput(),
  'frontier-limit': frontierInput({ lossLimit: 0.0825, horizonDays: 1, alpha: 0.99 }),
  'frontier-limit-below': frontierInput({ lossLimit: 0.02 }),
  'frontier-single': frontierInput({ points: [only], equalWeight: only }),
};

/** The parts of a spec that the tests check, after a round trip through JSON. */
interface Drawn {
  config: {
    data: {
      datasets: {
        label: string;
        borderColor: string;
        pointBackgroundColor: string[];
        data: { x: number; y: number }[];
      }[];
    };
    options: {
      plugins: { subtitle: { text: string[]; color: string } };
      scales: { xRisk: { min: number; max: number } };
    };
  };
}

const draw = (input: FrontierChartInput): Drawn['config'] => {
  const { config }: Drawn = JSON.parse(JSON.stringify(frontierChart(input)));
  return config;
};

const seriesOf = (input: FrontierChartInput, label: string) =>
  draw(input).data.datasets.find((each) => each.label === label);

const textOf = (input: FrontierChartInput): string => JSON.stringify(frontierChart(input));

describe('frontierChart', () => {
  it.each(Object.entries(cases))('has the golden configuration: %s', async (name, input) => {
    await expect(golden(frontierChart(input))).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it.each(Object.entries(cases))('is plain JSON, small enough for QuickChart: %s', (_, input) => {
    const spec = frontierChart(input);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(JSON.stringify(spec).length).toBeLessThan(50_000);
  });

  it('joins splits by lines only where their mixtures are allowed', () => {
    const input = frontierInput();
    const few = { ...input, asked: { ...input.asked, constraints: [{ kind: 'max-assets', count: 2 } as const] } };
    expect(seriesOf(input, 'within the limit')).toBeDefined();
    expect(seriesOf(few, 'within the limit')).toBeUndefined();
    expect(seriesOf(few, 'splits')?.data).toHaveLength(input.points.length);
  });

  it('draws every split, and names both ends and equal weights', () => {
    const input = frontierInput();
    expect(seriesOf(input, 'splits')?.data).toEqual(
      input.points.map(({ cvar, expectedReturn }) => ({ x: cvar, y: expectedReturn })),
    );
    expect(seriesOf(input, 'ends')?.data.map(({ x }) => x)).toEqual([0.04, 0.14]);
    expect(seriesOf(input, 'equal weights')?.data).toEqual([{ x: 0.075, y: 0.025 }]);
    for (const words of ['lowest CVaR 4.00%', 'highest expected profit +10.69%', 'equal weights']) {
      expect(textOf(input)).toContain(`"${words}"`);
    }
  });

  it('divides the curve at the limit, which is a line from the bottom to the top', () => {
    const input = frontierInput({ lossLimit: 0.085 });
    const [within, beyond] = [seriesOf(input, 'within the limit'), seriesOf(input, 'beyond the limit')];
    expect(within).toMatchObject({ borderColor: COLOURS.profit });
    expect(beyond).toMatchObject({ borderColor: COLOURS.loss });
    expect(within?.data.at(-1)).toEqual(beyond?.data[0]);
    expect(within?.data.at(-1)?.x).toBe(0.085);
    const { pointBackgroundColor: fills = [] } = seriesOf(input, 'splits') ?? {};
    expect(fills.filter((fill) => fill === COLOURS.profit)).toHaveLength(5);
    expect(seriesOf(input, 'limit')?.data.map(({ x }) => x)).toEqual([0.085, 0.085]);
    expect(textOf(input)).toContain('"limit 8.5%"');
    expect(draw(input).options.plugins.subtitle.text.join()).toContain('Blue keeps the limit');
  });

  it('speaks of gains where every split gains', () => {
    const { points } = frontierInput();
    const moved = (by: number) =>
      frontierInput({
        points: points.map(({ cvar, leastLimit, expectedReturn }) => ({
          cvar: cvar - by,
          leastLimit: leastLimit - by,
          expectedReturn,
        })),
      });
    expect(draw(moved(0.2)).options.plugins.subtitle.text.join()).toContain('for each average gain in the worst 5%');
    expect(draw(moved(0.1)).options.plugins.subtitle.text.join()).toContain('for each average loss in the worst 5%');
  });

  it('is all of one colour where the limit allows everything', () => {
    const input = frontierInput({ lossLimit: 0.14 });
    expect(seriesOf(input, 'beyond the limit')).toBeUndefined();
    expect(draw(input).options.plugins.subtitle.text.join()).not.toContain('Blue');
  });

  it('shows a limit that nothing keeps, left of the curve, and says so', () => {
    const input = frontierInput({ lossLimit: 0.02 });
    const { subtitle } = draw(input).options.plugins;
    expect(subtitle).toMatchObject({
      text: expect.arrayContaining([
        expect.stringContaining('No split keeps a limit of 2%: the smallest that can be kept is 4.00%.'),
      ]),
      color: COLOURS.warning,
    });
    expect(seriesOf(input, 'limit')?.data[0]?.x).toBe(0.02);
    expect(draw(input).options.scales.xRisk.min).toBeLessThan(0.02);
    expect(seriesOf(input, 'within the limit')).toBeUndefined();
  });

  it.each([0.9, 0.001])('names a limit far from the curve without squeezing it: %f', (lossLimit) => {
    const input = frontierInput({
      lossLimit,
      points: frontierInput().points.slice(8),
      equalWeight: { cvar: 0.13, leastLimit: 0.13, expectedReturn: 0 },
    });
    expect(textOf(input)).toContain('(off the scale)');
    expect(seriesOf(input, 'limit')).toBeUndefined();
    const { min, max } = draw(input).options.scales.xRisk;
    expect(max - min).toBeLessThan(0.05);
  });
});

/** The boxes of all words in the plot, from their axes as Chart.js lays them out. */
const boxesOf = async (input: FrontierChartInput) => {
  const chart = await layOut(frontierChart(input));
  const context = chart.ctx;
  context.font = `bold ${SIZES.label}px "Inter Latin"`;
  const boxes = Object.values(chart.scales)
    .filter(({ id }) => id.startsWith('xLabel'))
    .map((scale) => {
      const slot = scale.ticks.findIndex(({ label }) => label !== '');
      const text = String(scale.ticks[slot]?.label);
      const width = context.measureText(text).width;
      const at = scale.getPixelForTick(slot);
      const { position, ticks }: { position: { yMean: number }; ticks: { align: string } } = Object(scale.options);
      const left = ticks.align === 'end' ? at - width : at;
      const top = chart.scales['yMean']!.getPixelForValue(position.yMean);
      return { text, left, right: left + width, top, bottom: top + SIZES.label * LINE_HEIGHT };
    });
  return { chart, boxes };
};

const equal = (cvar: number, expectedReturn: number) => ({ equalWeight: { cvar, leastLimit: cvar, expectedReturn } });

describe('the layout of a frontier', () => {
  it.each<[string, FrontierChartInput]>([
    ['usual', frontierInput({ lossLimit: 0.08 })],
    ['a limit at the right end', frontierInput({ lossLimit: 0.139 })],
    ['a limit at the left end', frontierInput({ lossLimit: 0.041 })],
    ['a limit off the scale', frontierInput({ lossLimit: 1 })],
    ['equal weights beside the lowest CVaR', frontierInput(equal(0.044, 0.012))],
    ['equal weights under the lowest CVaR', frontierInput(equal(0.043, 0.006))],
    ['equal weights just above the highest expected profit', frontierInput({ ...equal(0.12, 0.11), lossLimit: 0.12 })],
    ['equal weights above the highest expected profit', frontierInput({ ...equal(0.12, 0.12), lossLimit: 0.12 })],
    ['equal weights at the far right', frontierInput(equal(0.18, -0.02))],
    ['equal weights so far right that the curve is short', frontierInput(equal(0.6, -0.02))],
    ['a single split', cases['frontier-single']],
    [
      'a tiny horizon',
      frontierInput({
        points: [
          { cvar: 0.01, leastLimit: 0.01, expectedReturn: 0.0001 },
          { cvar: 0.02, leastLimit: 0.02, expectedReturn: 0.0004 },
        ],
        ...equal(0.015, 0.0002),
      }),
    ],
  ])('keeps all words inside the picture and apart from each other: %s', async (_, input) => {
    const { chart, boxes } = await boxesOf(input);
    expect(boxes.length).toBeGreaterThanOrEqual(2);
    for (const [i, a] of boxes.entries()) {
      expect(a.left).toBeGreaterThan(chart.chartArea.left);
      expect(a.right).toBeLessThan(SIZES.width);
      expect(a.top).toBeGreaterThan(chart.chartArea.top - 2);
      expect(a.bottom).toBeLessThan(chart.chartArea.bottom + 2);
      for (const b of boxes.slice(i + 1)) {
        const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 2 || b.bottom <= a.top + 2;
        expect(apart, `"${a.text}" and "${b.text}"`).toBe(true);
      }
    }
  });

  it('keeps its longest subtitle inside the picture', async () => {
    const chart = await layOut(frontierChart(frontierInput({ alpha: 0.9725, lossLimit: 0.0825 })));
    chart.ctx.font = `normal ${SIZES.label}px "Inter Latin"`;
    for (const line of [chart.options.plugins?.subtitle?.text ?? ''].flat()) {
      expect(chart.ctx.measureText(line).width).toBeLessThan(chart.chartArea.right - 14);
    }
  });

  it('leaves the plot the size by which words are placed', async () => {
    for (const input of Object.values(cases)) {
      const { chartArea } = await layOut(frontierChart(input));
      expect(Math.abs(chartArea.width - PLOT.width)).toBeLessThan(30);
      expect(Math.abs(chartArea.height - PLOT.height)).toBeLessThan(25);
    }
  });

  it.each([0.0001, 0.003, 0.02, 0.3, 2])('has a few ticks, all at round percentages: size %f', async (size) => {
    const scaled = (point: { cvar: number; expectedReturn: number }) => ({
      cvar: point.cvar * 10 * size,
      leastLimit: point.cvar * 10 * size,
      expectedReturn: point.expectedReturn * 10 * size,
    });
    const { points, equalWeight } = frontierInput();
    const chart = await layOut(
      frontierChart(frontierInput({ points: points.map(scaled), equalWeight: scaled(equalWeight) })),
    );
    for (const axis of ['xRisk', 'yMean']) {
      const { ticks } = chart.scales[axis]!;
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(10);
      expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
      const step = ticks[1]!.value - ticks[0]!.value;
      expect(step.toExponential(6)).toMatch(/^[125]\.000000e/);
    }
  });
});
