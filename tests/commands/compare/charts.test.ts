import { describe, expect, it } from 'vitest';
import { renderPng } from '../../../src/charts/render.ts';
import { SIZES } from '../../../src/charts/theme.ts';
import { answerCharts } from '../../../src/commands/compare/answer.ts';
import { compareAnswer } from '../../support/compare-answer.ts';
import { golden, layOut } from '../../support/charts.ts';

const usual = compareAnswer();
const names = ['cvar-lstm', 'minimum-cvar', 'minimum-variance', 'risk-parity', 'max-sharpe', 'rank', 'weekly-lstm'];
const many = compareAnswer({}, { names, decisions: 120 });
const few = compareAnswer({ limit: 'unlimited' }, { names: [], decisions: 2, hasIndex: false });

describe.each(['equity', 'weights'] as const)('the picture of a comparison: %s', (which) => {
  it('has the golden configuration', async () => {
    const answer = compareAnswer({}, { decisions: 6 });
    await expect(golden(answerCharts(answer)[which]())).toMatchFileSnapshot(`golden/compare-${which}.json`);
  });

  it.each([usual, many, few])('is plain JSON, small enough for QuickChart', (answer) => {
    const spec = answerCharts(answer)[which]();
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(JSON.stringify(spec).length).toBeLessThan(90_000);
  });

  it('is drawn, and says what was compared and when', async () => {
    for (const answer of [many, few]) {
      const spec = answerCharts(answer)[which]();
      expect((await renderPng(spec)).length).toBeGreaterThan(20_000);
      expect(JSON.stringify(spec)).toContain(`${answer.comparison.from} to ${answer.comparison.until}`);
    }
  });
});

describe('what the money became', () => {
  it('names each strategy and the index, inside the picture and none upon another', async () => {
    const chart = await layOut(answerCharts(many).equity());
    chart.ctx.font = `bold ${SIZES.label}px "Inter Latin"`;
    const words = Object.values(chart.scales)
      .filter(({ id }) => /^xName\d/.test(id))
      .map((scale) => {
        const slot = scale.ticks.findIndex(({ label }) => label !== '');
        const { position }: { position: { yValue: number } } = Object(scale.options);
        const text = String(scale.ticks[slot]?.label);
        const right = scale.getPixelForTick(slot) + chart.ctx.measureText(text).width;
        return { text, right, top: chart.scales['yValue']!.getPixelForValue(position.yValue) };
      });
    expect(words.map(({ text }) => text).toSorted()).toEqual([...names, 'equal-weight', '^IXIC'].toSorted());
    const sorted = words.toSorted((a, b) => a.top - b.top);
    for (const [k, { right, top }] of sorted.entries()) {
      expect(right).toBeLessThan(SIZES.width);
      expect(top - (sorted[k - 1]?.top ?? -Infinity)).toBeGreaterThan(SIZES.label);
    }
  });

  it('has lines that are told apart', () => {
    const lines = answerCharts(many)
      .equity()
      .config.data.datasets.filter(({ label }) => label !== undefined);
    const styles = new Map(
      lines.map((line) => [line.label, JSON.stringify([Object(line).borderColor, Object(line).borderDash])]),
    );
    expect(new Set(styles.values()).size).toBe(9);
  });
});

describe('what each strategy held', () => {
  it('sums to everything on each date, in a panel for each strategy', () => {
    const { datasets } = answerCharts(usual).weights().config.data;
    expect(JSON.stringify(answerCharts(usual).weights())).toContain('Weights at each decision');
    expect(JSON.stringify(answerCharts(many).weights())).toMatch(/Weights at \d+ of 120 decisions/);
    for (const at of usual.walks.keys()) {
      const bands = datasets.filter((one) => Object(one).yAxisID === `yWeights${at}`);
      const first = bands.reduce((sum, { data }) => sum + Number(Object(data[0]).y), 0);
      expect(first).toBeCloseTo(1, 3);
      expect(bands.map(({ label }) => label)).toEqual(expect.arrayContaining(['CALM', 'MIXED', 'WILD']));
    }
  });
});
