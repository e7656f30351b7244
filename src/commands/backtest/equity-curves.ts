import { COLOURS } from '../../charts/theme.ts';
import { monthsOf } from '../../charts/axes.ts';
import type { Path, Rule } from '../../engine/backtest/types.ts';
import { drawdowns } from '../../engine/metrics.ts';
import { type BacktestChartInput, ruleLabel } from './rules.ts';
import { shorten } from '../../format.ts';

interface Style {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly width: number;
}

const BENCHMARK_STYLES: Readonly<Record<Exclude<Rule, number>, Style>> = {
  unlimited: { colour: COLOURS.tail, dash: [], width: 3.5 },
  equal: { colour: COLOURS.text, dash: [8, 6], width: 2.5 },
  min: { colour: COLOURS.muted, dash: [2, 4], width: 2.5 },
  index: { colour: COLOURS.limit, dash: [12, 5], width: 2.5 },
};

/** From the lowest limit to the highest. */
const LIMIT_COLOURS = [COLOURS.calm, COLOURS.profit, COLOURS.tail] as const;

export interface Curve extends Thinned {
  readonly name: string;
  readonly style: Style;
}

/** More than three limits besides the benchmarks would be indistinguishable. */
export function curvesOf(input: BacktestChartInput): Curve[] {
  const rules = legibleRules(input);
  const limits = rules.filter((rule) => typeof rule === 'number');
  return rules.flatMap((rule): Curve[] => {
    const path = input.result.paths.find((each) => each.rule === rule);
    if (path === undefined) return [];
    return [{ name: curveName(rule, input), style: styleOf(rule, limits), ...thinned(path) }];
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

function styleOf(rule: Rule, limits: readonly Rule[]): Style {
  if (typeof rule !== 'number') return BENCHMARK_STYLES[rule];
  const place = limits.length > 1 ? limits.indexOf(rule) / (limits.length - 1) : 0.5;
  return { colour: LIMIT_COLOURS[Math.round(place * 2)] ?? COLOURS.profit, dash: [], width: 3.5 };
}

export interface Thinned {
  /** (P) in units of the time axis. */
  readonly months: readonly number[];
  /** (P) profit since the first day, a fraction, after costs. */
  readonly profits: readonly number[];
  /** (P) how far below the highest value so far: a fraction, 0 or negative. */
  readonly drawdowns: readonly number[];
}

/** A picture is 1,350 pixels wide, and QuickChart takes 100 kB. */
const MOST_POINTS = 400;

/** One point per group of days, with its last value and its deepest drawdown, so that thinning hides no loss. */
function thinned({ dates, net }: Pick<Path, 'dates' | 'net'>): Thinned {
  const every = Math.ceil(net.length / MOST_POINTS);
  const depths = drawdowns(net);
  // Counted from the end, so that the last day is a point; the first day is one too.
  const lasts = net.map((_, day) => day).filter((day) => day === 0 || (net.length - 1 - day) % every === 0);
  return {
    months: lasts.map((day) => rounded(monthsOf(dates[day] ?? ''), 2)),
    profits: lasts.map((day) => rounded((net[day] ?? 1) - 1, 4)),
    drawdowns: lasts.map((day) => rounded(-Math.max(...depths.slice(Math.max(0, day - every + 1), day + 1)), 4)),
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits)) + 0;
