import { COLOURS } from '../../charts/theme.ts';
import { type CurveStyle, type EquityCurve, thinned } from '../../charts/equity.ts';
import type { Rule } from '../../engine/backtest/types.ts';
import { drawdowns } from '../../engine/metrics.ts';
import { type BacktestChartInput, ruleLabel } from './rules.ts';
import { shorten } from '../../format.ts';

const BENCHMARK_STYLES: Readonly<Record<Exclude<Rule, number>, CurveStyle>> = {
  unlimited: { colour: COLOURS.tail, dash: [], width: 3.5 },
  equal: { colour: COLOURS.text, dash: [8, 6], width: 2.5 },
  min: { colour: COLOURS.muted, dash: [2, 4], width: 2.5 },
  index: { colour: COLOURS.limit, dash: [12, 5], width: 2.5 },
};

/** From the lowest limit to the highest. */
const LIMIT_COLOURS = [COLOURS.calm, COLOURS.profit, COLOURS.tail] as const;

/** More than three limits besides the benchmarks would be indistinguishable. */
export function curvesOf(input: BacktestChartInput): EquityCurve[] {
  const rules = legibleRules(input);
  const limits = rules.filter((rule) => typeof rule === 'number');
  return rules.flatMap((rule): EquityCurve[] => {
    const path = input.result.paths.find((each) => each.rule === rule);
    if (path === undefined) return [];
    return [
      {
        name: curveName(rule, input),
        style: styleOf(rule, limits),
        ...thinned({ ...path, depths: drawdowns(path.net) }),
      },
    ];
  });
}

const curveName = (rule: Rule, { index }: BacktestChartInput): string =>
  typeof rule === 'number' ? `limit ${ruleLabel(rule)}` : shorten(ruleLabel(rule, index), 10);

/** The lowest, middle and highest of the limits that could be kept on more than half of the dates, or else on any. */
function legibleRules({ result: { byLimit, paths } }: BacktestChartInput): Rule[] {
  const kept = (share: number): Rule[] =>
    byLimit
      .filter(({ limit, feasible, decisions }) => typeof limit === 'number' && feasible > share * decisions)
      .map(({ limit }) => limit);
  const often = kept(0.5);
  const limits = often.length > 0 ? often : kept(0);
  const middle = limits.slice(1, -1)[Math.floor((limits.length - 2) / 2)];
  const chosen = new Set([limits[0], middle, limits.at(-1)].filter((limit) => limit !== undefined));
  const others = paths.map(({ rule }) => rule).filter((rule) => typeof rule !== 'number');
  return [...chosen, ...others];
}

function styleOf(rule: Rule, limits: readonly Rule[]): CurveStyle {
  if (typeof rule !== 'number') return BENCHMARK_STYLES[rule];
  const place = limits.length > 1 ? limits.indexOf(rule) / (limits.length - 1) : 0.5;
  return { colour: LIMIT_COLOURS[Math.round(place * 2)] ?? COLOURS.profit, dash: [], width: 3.5 };
}
