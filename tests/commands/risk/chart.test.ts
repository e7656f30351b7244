import { describe, expect, it } from 'vitest';
import { riskChart, type RiskChartInput } from '../../../src/commands/risk/chart.ts';
import { restate } from '../../../src/commands/question.ts';
import { renderPng } from '../../../src/charts/render.ts';
import { mandateOver } from '../../support/mandate.ts';
import { golden } from '../../support/charts.ts';

const row = (label: string, money: number, tail: number) => ({ label, money, tail, loss: 0.08 * tail });

const inputOf = (changes: Partial<RiskChartInput> = {}): RiskChartInput => ({
  asked: restate({ mandate: mandateOver(21, { alpha: 0.95 }) }, [0.08]),
  label: 'us12',
  alpha: 0.95,
  cvar: 0.08,
  rows: [row('NVDA', 0.3, 0.72), row('KO', 0.5, 0.33), row('TLT', 0.15, -0.05), row('cash', 0.05, 0)],
  ...changes,
});

const cases = {
  usual: inputOf(),
  gains: inputOf({
    cvar: -0.01,
    rows: [
      { ...row('NVDA', 0.4, 0), tail: undefined, loss: 0.002 },
      { ...row('KO', 0.6, 0), tail: undefined, loss: -0.012 },
    ],
  }),
  many: inputOf({ rows: Array.from({ length: 30 }, (_, at) => row(`ASSET${at}`, 1 / 30, 0.2 - at / 90)) }),
};

interface Drawn {
  readonly config: {
    readonly data: { readonly datasets: { readonly label: string; readonly data: number[] }[] };
    readonly options: { readonly scales: Record<string, { readonly labels: string[] }> };
  };
}

const draw = (input: RiskChartInput): Drawn['config'] => {
  const { config }: Drawn = JSON.parse(JSON.stringify(riskChart(input)));
  return config;
};

describe('riskChart', () => {
  it.each(Object.entries(cases))('has the golden configuration: %s', async (name, input) => {
    await expect(golden(riskChart(input))).toMatchFileSnapshot(`golden/risk-${name}.json`);
  });

  it.each(Object.entries(cases))(
    'is plain JSON, small enough for QuickChart, and can be drawn: %s',
    async (_, input) => {
      const spec = riskChart(input);
      expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
      expect(JSON.stringify(spec).length).toBeLessThan(50_000);
      expect((await renderPng(spec)).length).toBeGreaterThan(1000);
    },
  );

  it('puts both bars of an asset beside their figures', () => {
    const { data, options } = draw(inputOf());
    const [money, tail] = data.datasets;
    expect(options.scales['yTickers']!.labels).toEqual(['', 'NVDA', 'KO', 'TLT', 'cash', '']);
    expect(options.scales['yMoney']!.labels.slice(0, 3)).toEqual(['money', '30.0%', '50.0%']);
    expect(options.scales['yTail']!.labels.slice(0, 4)).toEqual(['tail', '72.0%', '33.0%', '−5.0%']);
    expect(money!.data).toEqual([0, 0.3, 0.5, 0.15, 0.05]);
    expect(tail!.data).toEqual([0, 0.72, 0.33, -0.05, 0]);
  });

  it('speaks of gains only where there are some', () => {
    expect(JSON.stringify(riskChart(inputOf()))).toContain('what gains there');
    expect(JSON.stringify(riskChart(inputOf({ rows: [row('NVDA', 1, 1)] })))).not.toContain('what gains there');
  });

  it('sums in a last row those that have none', () => {
    const { data, options } = draw(cases.many);
    expect(options.scales['yTickers']!.labels.at(-1)).toBe('19 others');
    for (const { data: bars } of data.datasets) expect(bars).toHaveLength(13);
    expect(data.datasets[0]!.data.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
  });
});
