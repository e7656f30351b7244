import { describe, expect, it } from 'vitest';
import { backtestEquityChart } from '../../../src/commands/backtest/equity-chart.ts';
import { backtestProfitChart } from '../../../src/commands/backtest/profit-chart.ts';
import { backtestViolationsChart } from '../../../src/commands/backtest/violations-chart.ts';
import { COLOURS, LINE_HEIGHT, SIZES } from '../../../src/charts/theme.ts';
import { backtestAnswer } from '../../support/backtest-answer.ts';
import { backtestInput, layOut } from '../../support/charts.ts';
import { mandateOver } from '../../support/mandate.ts';

const usual = backtestInput(backtestAnswer());
const many = backtestInput(
  backtestAnswer(
    { limits: Array.from({ length: 25 }, (_, at) => (at + 1) / 200), mandate: mandateOver(5) },
    { decisions: 300 },
  ),
);
const one = backtestInput(backtestAnswer({ limits: [0.08] }, { decisions: 2 }));
const cases = { usual, many, one };

const fontOf = (weight: 'normal' | 'bold', size: number): string => `${weight} ${size}px "Inter Latin"`;

describe.each(Object.entries(cases))('the layout of the pictures of a backtest: %s', (_, input) => {
  it('names the curves inside the picture, and none upon another', async () => {
    const chart = await layOut(backtestEquityChart(input));
    chart.ctx.font = fontOf('bold', SIZES.label);
    const words = Object.values(chart.scales)
      .filter(({ id }) => id.startsWith('xName') && id !== 'xNames')
      .map((scale) => {
        const slot = scale.ticks.findIndex(({ label }) => label !== '');
        const left = scale.getPixelForTick(slot);
        const { position }: { position: { yValue: number } } = Object(scale.options);
        const top = chart.scales['yValue']!.getPixelForValue(position.yValue);
        return { right: left + chart.ctx.measureText(String(scale.ticks[slot]?.label)).width, left, top };
      })
      .toSorted((a, b) => a.top - b.top);
    expect(words.length).toBeGreaterThanOrEqual(4);
    const ends = chart.scales['xTime']!.getPixelForValue(Number(chart.data.labels?.at(-1)));
    for (const [at, { left, right, top }] of words.entries()) {
      expect(left).toBeGreaterThan(ends);
      expect(right).toBeLessThan(SIZES.width);
      expect(top).toBeGreaterThan(chart.scales['yValue']!.top - 8);
      expect(top).toBeLessThan(chart.scales['yValue']!.bottom);
      expect(top - (words[at - 1]?.top ?? -Infinity)).toBeGreaterThan(SIZES.label * LINE_HEIGHT - 4);
    }
  });

  it('keeps the words of time and of limits apart from each other', async () => {
    for (const [spec, axis] of [
      [backtestEquityChart(input), 'xNames'],
      [backtestViolationsChart(input), 'xNames'],
      [backtestProfitChart(input), 'xLimit'],
    ] as const) {
      const chart = await layOut(spec);
      chart.ctx.font = fontOf('normal', SIZES.label);
      const scale = chart.scales[axis]!;
      const spans = scale.ticks
        .map(({ label }, at) => ({ texts: [label ?? ''].flat(), at: scale.getPixelForTick(at) }))
        .filter(({ texts }) => texts[0] !== '')
        .map(({ texts, at }) => {
          const width = Math.max(...texts.map((text) => chart.ctx.measureText(text).width));
          return { left: at - width / 2, right: at + width / 2 };
        });
      expect(spans.length).toBeGreaterThan(0);
      for (const [at, { left, right }] of spans.entries()) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(SIZES.width);
        expect(left - (spans[at - 1]?.right ?? -Infinity)).toBeGreaterThan(4);
      }
    }
  });

  it('puts every row of decisions beside its words, and no row upon another', async () => {
    const chart = await layOut(backtestViolationsChart(input));
    const { yRow, yNames, yBroken } = chart.scales;
    const rows = yNames!.ticks.length - 1;
    for (let row = 0; row < rows; row += 1) {
      const middle = yRow!.getPixelForValue(row);
      expect(Math.abs(yNames!.getPixelForTick(row + 1) - middle)).toBeLessThan(1.5);
      expect(Math.abs(yBroken!.getPixelForTick(row + 1) - middle)).toBeLessThan(1.5);
    }
    const pitch = yRow!.getPixelForValue(1) - yRow!.getPixelForValue(0);
    expect(pitch).toBeGreaterThan(SIZES.label * LINE_HEIGHT);
    const [{ barThickness }] = JSON.parse(JSON.stringify(chart.data.datasets));
    expect(barThickness).toBeLessThan(pitch);
  });

  it('keeps the ticks of both panels of the money apart', async () => {
    const { scales } = await layOut(backtestEquityChart(input));
    const lowest = scales['yValue']!.getPixelForValue(scales['yValue']!.ticks[0]!.value);
    const highest = scales['yDrawdown']!.getPixelForValue(0);
    expect(highest - lowest).toBeGreaterThan(SIZES.label);
  });

  it('has a few ticks of percent, all round', async () => {
    for (const [spec, axes] of [
      [backtestProfitChart(input), ['yProfit']],
      [backtestEquityChart(input), ['yValue', 'yDrawdown']],
    ] as const) {
      const chart = await layOut(spec);
      for (const axis of axes) {
        const { ticks } = chart.scales[axis]!;
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(9);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
        expect(Math.abs(ticks[1]!.value - ticks[0]!.value).toExponential(6)).toMatch(/^[125]\.000000e/);
      }
    }
  });
});

/** WCAG 2.2's relative luminance and contrast. */
const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
};

/** The colours and sizes of all texts in a configuration. */
const textsOf = (value: unknown): { color: string; size: number }[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.entries(value).flatMap(([, each]) => textsOf(each));
  const { color, font }: { color?: unknown; font?: { size: number } } = Object(value);
  return typeof color === 'string' && font ? [{ color, size: font.size }, ...own] : own;
};

// The ground is part of the picture and opaque (render.test.ts), so it is the same in Discord's light and dark.
describe('the pictures of a backtest on their own ground, in light and in dark', () => {
  const specs = [backtestProfitChart(usual), backtestEquityChart(usual), backtestViolationsChart(usual)];

  it('have no text under 18 of 900, nor with a contrast under 6.9', () => {
    for (const spec of specs) {
      const texts = textsOf(spec.config.options);
      expect(texts.length).toBeGreaterThan(5);
      for (const { color, size } of texts) {
        expect(size).toBeGreaterThanOrEqual(18);
        expect(contrast(color, spec.background)).toBeGreaterThan(6.9);
      }
    }
  });

  it('have lines and cells with a contrast of 3 and more, and broken ones with 2.2 against kept ones', () => {
    for (const spec of specs) {
      expect(spec.background).toBe(COLOURS.background);
      const lines = spec.config.data.datasets.filter(({ type }) => type === 'line');
      for (const { borderColor } of lines) expect(contrast(String(borderColor), spec.background)).toBeGreaterThan(3);
    }
    expect(contrast(COLOURS.held, COLOURS.background)).toBeGreaterThan(3);
    expect(contrast(COLOURS.tail, COLOURS.held)).toBeGreaterThan(2.2);
  });
});
