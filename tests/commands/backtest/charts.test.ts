import { describe, expect, it } from 'vitest';
import type { BacktestAnswer } from '../../../src/engine-service/answers.ts';
import { backtestEquityChart } from '../../../src/commands/backtest/equity-chart.ts';
import type { BacktestChartInput } from '../../../src/commands/backtest/rules.ts';
import { backtestProfitChart } from '../../../src/commands/backtest/profit-chart.ts';
import { backtestViolationsChart } from '../../../src/commands/backtest/violations-chart.ts';
import { renderPng } from '../../../src/charts/render.ts';
import { COLOURS } from '../../../src/charts/theme.ts';
import { backtestAnswer, equalWeightAnswer } from '../../support/backtest-answer.ts';
import { backtestInput, golden } from '../../support/charts.ts';
import { mandateOver } from '../../support/mandate.ts';

const usual = backtestAnswer();
const halves = Array.from({ length: 25 }, (_, at) => (at + 1) / 200);
const many = backtestAnswer({ limits: halves, mandate: mandateOver(5) }, { decisions: 300 });
const short = backtestAnswer(
  { limits: [0.01, 0.05, 0.08, 0.12], mandate: mandateOver(5, { alpha: 0.9 }), costBps: 0 },
  {
    decisions: 5,
    hasIndex: false,
    change: (choice, at) =>
      at === 2 && choice.limit === 0.08 ? { limit: 0.08, status: 'failed', weights: [1, 0, 0] } : choice,
  },
);
const none = backtestAnswer({ limits: [0.01, 0.015] }, { decisions: 6 });

const charts = {
  profit: backtestProfitChart,
  equity: backtestEquityChart,
  violations: backtestViolationsChart,
} satisfies Record<string, (input: BacktestChartInput) => object>;
type Name = keyof typeof charts;
const names: readonly Name[] = ['profit', 'equity', 'violations'];

/** The parts of a spec that the tests check, after a round trip through JSON. */
interface Drawn {
  data: {
    labels: number[];
    datasets: { label: string; yAxisID: string; borderColor: string; data: unknown[] }[];
  };
  options: {
    plugins: { title: { text: string; color: string }; subtitle: { text: string[]; color: string } };
    scales: Record<string, { labels: (string | string[])[]; title: { text: string } }>;
  };
}

const draw = (name: Name, answer: BacktestAnswer): Drawn => {
  const { config }: { config: Drawn } = JSON.parse(JSON.stringify(charts[name](backtestInput(answer))));
  return config;
};

const dataOf = (name: Name, answer: BacktestAnswer, label: string) =>
  draw(name, answer)
    .data.datasets.filter((each) => each.label === label)
    .map(({ data }) => data);

const limitsOf = ({ result }: BacktestAnswer) => result.byLimit.filter(({ limit }) => typeof limit === 'number');

describe.each(names)('the picture of a backtest: %s', (name) => {
  it.each([
    ['usual', name === 'equity' ? backtestAnswer({ mandate: mandateOver(5) }, { decisions: 8 }) : usual],
    ['short', short],
    ['none', none],
  ])('has the golden configuration: %s', async (which, answer) => {
    const spec = charts[name](backtestInput(answer));
    await expect(golden(spec)).toMatchFileSnapshot(`golden/backtest-${name}-${which}.json`);
  });

  it.each([usual, many, short, none])('is plain JSON, small enough for QuickChart', (answer) => {
    const spec = charts[name](backtestInput(answer));
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(JSON.stringify(spec).length).toBeLessThan(60_000);
  });

  it('says what was tested, how far ahead, and when', () => {
    const text = JSON.stringify(charts[name](backtestInput(usual)));
    for (const words of ['us12', '21', '2020-01-02 to 2024-01-11']) expect(text).toContain(words);
  });

  it('is drawn', async () => {
    const png = Buffer.from(await renderPng(charts[name](backtestInput(usual))));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1350, 939]);
    expect(png.length).toBeGreaterThan(20_000);
  });
});

describe('predicted and realised profit', () => {
  it('stand at every limit that could be kept, with gaps at the others', () => {
    const limits = limitsOf(usual);
    expect(dataOf('profit', usual, 'predicted')).toEqual([limits.map(({ predicted = null }) => predicted)]);
    expect(dataOf('profit', usual, 'realised')).toEqual([limits.map(({ realised = null }) => realised)]);
    expect(limits[0]).toMatchObject({ limit: 0.01, feasible: 0 });
  });

  it('stand over the number of dates', () => {
    const { labels, title } = draw('profit', usual).options.scales['xLimit']!;
    expect(labels.slice(0, 4)).toEqual([
      ['1%', '0'],
      ['2%', '0'],
      ['3%', '10'],
      ['4%', '15'],
    ]);
    expect(title.text).toBe('CVaR 95% limit; under it, on how many of 50 dates it could be kept');
    expect(dataOf('profit', usual, 'feasible dates')).toEqual([limitsOf(usual).map(({ feasible }) => feasible)]);
  });

  it('are missed, and that is said, where no limit could be kept', () => {
    const { subtitle } = draw('profit', none).options.plugins;
    expect(subtitle).toMatchObject({
      text: expect.arrayContaining(['None of these limits could be kept on any date.']),
      color: COLOURS.warning,
    });
  });

  it('are missed where the strategy did not keep a limit that another split could keep', () => {
    const { plugins, scales } = draw('profit', equalWeightAnswer([0.04, 0.055])).options;
    expect(plugins.subtitle.text).toContain('None of these limits could be kept by this strategy on any date.');
    expect(scales['xLimit']!.title.text).toMatch(/on how many of 50 dates it could be kept by this strategy$/);
  });

  it('name only as many limits as have room', () => {
    const { labels } = draw('profit', many).options.scales['xLimit']!;
    expect(labels).toHaveLength(25);
    expect(labels.filter(([text]) => text !== '').length).toBeLessThanOrEqual(8);
  });
});

describe('what the money became', () => {
  it('is given for the lowest, a middle and the highest limit that could often be kept, and for the benchmarks', () => {
    const labels = draw('equity', usual).data.datasets.map(({ label }) => label);
    expect([...new Set(labels)]).toEqual(['limit 6%', 'limit 9%', 'limit 12%', 'equal', 'min CVaR', '^IXIC']);
  });

  it('is given only for the benchmarks when no limit could be kept', () => {
    const labels = draw('equity', none).data.datasets.map(({ label }) => label);
    expect([...new Set(labels)]).toEqual(['equal', 'min CVaR', '^IXIC']);
  });

  it('begins at nothing, ends at what is left after costs, and hides no loss between its points', () => {
    const [profits, drawdowns] = dataOf('equity', usual, 'limit 12%').map((data) => data.map(Number));
    const path = usual.result.paths.find(({ rule }) => rule === 0.12)!;
    expect(path.net.length).toBeGreaterThan(1_000);
    expect(profits!.length).toBeLessThanOrEqual(500);
    expect(profits![0]).toBe(0);
    expect(profits!.at(-1)).toBeCloseTo(path.net.at(-1)! - 1, 4);
    expect(-Math.min(...drawdowns!)).toBeCloseTo(path.metrics.net.maxDrawdown, 4);
    expect(draw('equity', usual).data.labels).toHaveLength(profits!.length);
  });

  it('says what trading costs', () => {
    expect(draw('equity', usual).options.plugins.subtitle.text.join('\n')).toContain('after costs of 0.10%');
    expect(draw('equity', short).options.plugins.subtitle.text.join('\n')).toContain('without costs');
  });
});

describe('losses beyond value-at-risk', () => {
  it('are cells of their own, as many as the summary counts', () => {
    const all = usual.result.byLimit.reduce((sum, { violations }) => sum + violations, 0);
    const [broken] = dataOf('violations', usual, 'broken');
    expect(broken).toHaveLength(all);
    const ofTwelve = broken!.filter((cell) => Object(cell).y === 11);
    expect(ofTwelve).toHaveLength(usual.result.byLimit.find(({ limit }) => limit === 0.12)!.violations);
  });

  it('are shown beside how many were promised', () => {
    const { scales } = draw('violations', usual).options;
    expect(scales['yNames']!.labels.slice(0, 3)).toEqual(['limit', '1%', '2%']);
    expect(scales['yNames']!.labels.slice(-2)).toEqual(['equal', 'min CVaR']);
    const twelve = usual.result.byLimit.find(({ limit }) => limit === 0.12)!;
    expect(scales['yBroken']!.labels[12]).toBe(`${twelve.violations} of 50`);
    expect(scales['yPromised']!.labels[12]).toBe('2.5');
    expect(scales['yBroken']!.labels[1]).toBe('\u2013');
  });

  it('tell days without a possible split, and without a decision, from those that kept it', () => {
    const [infeasible] = dataOf('violations', short, 'infeasible');
    const [failed] = dataOf('violations', short, 'failed');
    expect(infeasible).toContainEqual(expect.objectContaining({ y: 0 }));
    expect(failed).toEqual([expect.objectContaining({ y: 2 })]);
    expect(draw('violations', short).options.plugins.subtitle.text.join('\n')).toContain('yellow: not decided');
    expect(draw('violations', usual).options.plugins.subtitle.text.join('\n')).not.toContain('yellow');
  });

  it('are not said to be those of no split where another could have kept the limit', () => {
    expect(draw('violations', short).options.plugins.subtitle.text.join('\n')).toContain('dark: no split could');
    const { text } = draw('violations', equalWeightAnswer([0.04, 0.09])).options.plugins.subtitle;
    expect(text.join()).toContain(', dark: above the limit');
    expect(text.join()).not.toContain('no split');
  });

  it('of very many decisions are drawn by groups, which say so, and show the worst', () => {
    expect(draw('violations', many).options.plugins.subtitle.text.join('\n')).toContain(
      'each the worst of 3 decisions',
    );
    const [broken] = dataOf('violations', many, 'broken');
    const rows = draw('violations', many).options.scales['yNames']!.labels;
    expect(rows).toHaveLength(1 + 13 + 2);
    const row = rows.indexOf('12.5%') - 1;
    const dates = many.result.decisions
      .filter(({ limit, realised, valueAtRisk }) => limit === 0.125 && -realised > valueAtRisk!)
      .map(({ date }) => date);
    expect(dates.length).toBeGreaterThan(0);
    expect(broken!.filter((cell) => Object(cell).y === row).length).toBeGreaterThanOrEqual(dates.length / 3);
  });
});
