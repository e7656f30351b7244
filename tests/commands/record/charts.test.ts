import { describe, expect, it } from 'vitest';
import { answerCharts } from '../../../src/commands/record/answer.ts';
import { COLOURS, LINE_HEIGHT, PLOT_HEIGHT, SIZES } from '../../../src/charts/theme.ts';
import type { RecordAnswer } from '../../../src/engine-service/record.ts';
import { golden, layOut } from '../../support/charts.ts';
import { recordAnswer } from '../../support/record-answer.ts';

const usual = recordAnswer();
const harmed = recordAnswer({ harm: 1.6 });
const short = recordAnswer({ dates: 9 });
const none = recordAnswer({ dates: 12, smallest: 0.3 });

/** The parts of a spec that the tests check, after a round trip through JSON. */
interface Drawn {
  data: { datasets: { label: string; data: unknown[]; pointBackgroundColor: string[]; backgroundColor: string[] }[] };
  options: {
    plugins: { title: { text: string }; subtitle: { text: string[]; color: string } };
    scales: Record<string, { labels?: (string | string[])[] }>;
  };
}

const draw = (name: 'members' | 'experts', answer: RecordAnswer): Drawn => {
  const { config }: { config: Drawn } = JSON.parse(JSON.stringify(answerCharts(answer)[name]?.()));
  return config;
};

const series = ({ data }: Drawn, label: string) => data.datasets.find((one) => one.label === label);

/** Of the points of worst losses. */
const colours = (answer: RecordAnswer) => series(draw('members', answer), 'worst losses')?.pointBackgroundColor;

/** Texts that stand in the plot. */
const texts = ({ options }: Drawn): string[] =>
  Object.values(options.scales).flatMap(({ labels = [] }) => labels.flat().filter((text) => text !== ''));

describe('the picture of a record for members', () => {
  it.each(Object.entries({ usual, harmed, short, none }))('is as in its golden file: %s', async (name, answer) => {
    await expect(golden(answerCharts(answer).members())).toMatchFileSnapshot(`golden/record-${name}.json`);
  });

  it('shows what broke beside what was promised, and worst losses beside the limit', () => {
    const drawn = draw('members', usual);
    const { byLimit } = usual.record;
    expect(series(drawn, 'broken')?.data).toEqual(
      byLimit.map(({ feasible, violations }) => (feasible === 0 ? 0 : violations / feasible)),
    );
    expect(series(drawn, 'worst losses')?.data).toEqual(byLimit.map(({ realisedToLimit }) => realisedToLimit ?? null));
    expect(new Set(series(drawn, 'limit')?.data)).toEqual(new Set([1]));
    expect(texts(drawn)).toEqual(
      expect.arrayContaining([
        'the worst 5% lost 0.98 × the limit',
        'broken in 5% of decisions, 5% promised',
        'limit',
        'promised',
      ]),
    );
  });

  it('marks what was worse than promised, and greys what has too few decisions', () => {
    expect(colours(usual)?.slice(1, 4)).toEqual([COLOURS.loss, COLOURS.profit, COLOURS.profit]);
    expect(new Set(colours(harmed)?.slice(2))).toEqual(new Set([COLOURS.tail]));
    expect(new Set(colours(short))).toEqual(new Set([COLOURS.loss]));
  });

  it('warns when no limit could be kept', () => {
    const { subtitle } = draw('members', none).options.plugins;
    expect(subtitle).toMatchObject({ color: COLOURS.warning });
    expect(subtitle.text).toContain('None of these limits could be kept on any date.');
  });
});

describe('the picture of a record for experts', () => {
  it.each(Object.entries({ usual, short }))('is as in its golden file: %s', async (name, answer) => {
    await expect(golden(answerCharts(answer).experts?.())).toMatchFileSnapshot(`golden/record-experts-${name}.json`);
  });

  it('shows how often outcomes were below each predicted quantile', () => {
    const drawn = draw('experts', usual);
    const { reliability = [] } = usual.record.pooled;
    expect(reliability).toHaveLength(7);
    expect(series(drawn, 'came below')?.data).toEqual(reliability.map(({ below }) => below));
    expect(series(drawn, 'predicted to be below')?.data).toEqual(reliability.map(({ level }) => level));
    expect(texts(drawn)).toEqual(expect.arrayContaining(['5%', '50%', '95%', 'predicted', 'came']));
  });

  it('has no such panel where decisions have no quantiles', () => {
    const { reliability: _, ...pooled } = usual.record.pooled;
    const earlier = { ...usual, record: { ...usual.record, pooled } };
    const [two, three] = [earlier, usual].map((one) => answerCharts(one).experts!().height);
    expect(series(draw('experts', earlier), 'came below')).toBeUndefined();
    // The words above the plot need a line more, too.
    expect(three! - two!).toBeGreaterThanOrEqual(PLOT_HEIGHT / 2);
  });

  it('ends at the sums of what was predicted and of what came true', () => {
    const drawn = draw('experts', usual);
    const end = (label: string) => series(drawn, label)?.data.at(-1);
    const equal = usual.walks[0]!.decisions.filter(({ limit }) => limit === 'equal').reduce(
      (sum, { realised }) => sum + realised,
      0,
    );
    expect(end('equal')).toMatchObject({ y: expect.closeTo(equal, 10) });
    expect(texts(drawn)).toEqual(
      expect.arrayContaining(['predicted', 'realised', 'equal weights', '5% promised', 'by chance']),
    );
  });

  it('is not drawn when no limit could be kept', () => {
    expect(answerCharts(none).experts).toBeUndefined();
  });
});

/** The texts that stand in the plot, where they begin and end. */
function wordsOf({ scales, ctx }: Awaited<ReturnType<typeof layOut>>) {
  ctx.font = `bold ${SIZES.label}px "Inter Latin"`;
  return Object.values(scales).flatMap((scale) => {
    const { position }: { position: unknown } = Object(scale.options);
    const [[axis, value] = ['', 0]]: (readonly [string, number])[] =
      typeof position === 'object' && position !== null ? Object.entries(position) : [];
    if (axis === '') return [];
    const slot = scale.ticks.findIndex(({ label }) => label !== '');
    const left = scale.getPixelForTick(slot);
    const text = String(scale.ticks[slot]?.label);
    return { text, left, right: left + ctx.measureText(text).width, top: scales[axis]!.getPixelForValue(value) };
  });
}

const deep = recordAnswer({ harm: 9 });
const gaining = recordAnswer({ harm: -3, dates: 70 });

it.each(Object.entries({ usual, harmed, short, deep, gaining }))(
  'no point of worst losses lies outside of its panel or under its heading: %s',
  async (_, answer) => {
    const chart = await layOut(answerCharts(answer).members());
    const { top, bottom } = chart.scales['yDepth']!;
    const heading = top + SIZES.label * LINE_HEIGHT;
    expect(wordsOf(chart).find(({ text }) => text.startsWith('the worst 5%'))?.top).toBeCloseTo(top, 0);
    const at = chart.data.datasets.findIndex(({ label }) => label === 'worst losses');
    const points = chart.getDatasetMeta(at).data.filter((_point, k) => chart.data.datasets[at]!.data[k] !== null);
    expect(points.length).toBeGreaterThan(5);
    for (const { y } of points) {
      expect(y).toBeGreaterThan(heading + 9);
      expect(y).toBeLessThan(bottom - 9);
    }
    const ticks = chart.scales['yDepth']!.ticks.map(({ value }) => chart.scales['yDepth']!.getPixelForValue(value));
    expect(ticks.length).toBeGreaterThan(1);
    for (const tick of ticks) expect(tick).toBeGreaterThanOrEqual(heading - 1);
    chart.destroy();
  },
);

it.each(Object.entries({ usual, harmed, short }))(
  'no word in a picture lies outside of it, or upon another: %s',
  async (_, answer) => {
    for (const make of Object.values(answerCharts(answer))) {
      const chart = await layOut(make());
      const words = wordsOf(chart);
      expect(words.length).toBeGreaterThanOrEqual(4);
      for (const [at, one] of words.entries()) {
        expect(one.left).toBeGreaterThan(0);
        expect(one.right).toBeLessThan(SIZES.width);
        for (const other of words.slice(at + 1)) {
          const isBeside = one.right <= other.left || other.right <= one.left;
          expect(isBeside || Math.abs(one.top - other.top) > SIZES.label * LINE_HEIGHT - 4).toBe(true);
        }
      }
      chart.destroy();
    }
  },
);
