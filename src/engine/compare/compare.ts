// What strategies came to over the same days, beside each other and beside equal weights. docs/mathematics.md, section 22.
import { isViolation } from '../backtest/summary.ts';
import type { DecisionOutcome, LimitRule, Path } from '../backtest/types.ts';
import { yearlyPeriods } from '../market.ts';
import { type PathMetrics, pathMetrics } from '../metrics.ts';
import { neweyWestT } from '../newey-west.ts';
import { cvar } from '../risk.ts';
import { mean } from '../statistics.ts';
import { type Cpcv, cpcv, type CpcvShape, type Percentiles } from './cpcv.ts';
import { deflatedSharpe, luckySharpe, sharpeMoments } from './deflated-sharpe.ts';
import { RunningSums } from './running-sums.ts';
import { type Overfitting, overfitting } from './overfitting.ts';
import { neweyWestLags, testSharpes } from './sharpe-test.ts';

/** What one strategy decided and came to. */
export interface ComparedWalk {
  readonly name: string;
  readonly path: Path;
  /** In the order of time. */
  readonly decisions: readonly DecisionOutcome[];
}

export interface ComparisonInput {
  /** Of the same dates. */
  readonly walks: readonly ComparedWalk[];
  /** The name of the walk that the others are tested against. */
  readonly benchmark: string;
  readonly index?: Path | undefined;
  readonly alpha: number;
  readonly limit: LimitRule;
  readonly horizonDays: number;
  /** Per year. */
  readonly riskFree: number;
  readonly cpcv?: CpcvShape | undefined;
  readonly seed: number;
}

export interface Against {
  /** Two-sided, of a Sharpe ratio equal to the benchmark's; `pTried`: of the most different of all that were tried. */
  readonly p: number;
  readonly pTried?: number;
  /** Newey and West's, of the mean daily difference of returns. */
  readonly t: number;
}

/** Figures after costs, but for losses, which are those that decisions promised. */
export interface ComparedFigures extends PathMetrics {
  /** The value bought and sold per year as a share of the portfolio, the first purchase included. */
  readonly turnover: number;
  /** The mean of the worst 1 − alpha of the H-day outcomes, a loss being positive; and ÷ the limit, where there is one. */
  readonly cvar: number;
  readonly realisedToLimit?: number;
  /** Absent of the benchmark itself. */
  readonly against?: Against;
}

export interface ComparedStrategy extends ComparedFigures {
  readonly decisions: number;
  /** How many could keep the limit; those alone promise something, and may lose more than their value-at-risk. */
  readonly feasible: number;
  /** How many an error has left undecided: the least risky split, or what was held before, is held. */
  readonly failed: number;
  readonly violations: number;
  /** The probability that the Sharpe ratio is above what luck gives the best of those that were tried. */
  readonly deflatedSharpe: number;
  /** Of yearly Sharpe ratios over test days. */
  readonly cpcv?: Percentiles;
}

export interface Comparison {
  /** By name, in the order of the walks. */
  readonly strategies: Readonly<Record<string, ComparedStrategy>>;
  readonly index?: ComparedFigures;
  readonly benchmark: string;
  /** How many strategies were compared. */
  readonly tried: number;
  /** The first decision, and the end of the last outcome. */
  readonly from: string;
  readonly until: string;
  /** How many outcomes `cvar` is the mean of: (1 − alpha) of all. */
  readonly tail: number;
  /** Of the bootstrap, in days. */
  readonly blockLength: number;
  /** The yearly Sharpe ratio that luck gives the best of those that were tried. */
  readonly luckySharpe: number;
  readonly overfitting?: Overfitting;
  /** Of yearly Sharpe ratios: of what was best on the training days, over the paths of test days. */
  readonly cpcv?: Omit<Cpcv, 'bySeries'>;
}

/** @throws Error when the benchmark is not among the walks */
export function compareWalks(input: ComparisonInput): Comparison {
  const { walks, benchmark, index, alpha } = input;
  const [first] = walks;
  const own = walks.find(({ name }) => name === benchmark);
  if (first === undefined || own === undefined) throw new Error(`no walk of ${benchmark} to compare with`);
  const perYear = yearlyPeriods(first.path.dates);
  const excessOf = ({ net }: Path): number[] => returnsOf(net).map((r) => r - input.riskFree / perYear);
  const series = walks.map(({ path }) => excessOf(path));
  const base = excessOf(own.path);
  const tested = testSharpes(series, base, input.seed);
  const ofIndex = index && { series: excessOf(index), test: testSharpes([excessOf(index)], base, input.seed).tests[0] };
  const moments = series.map(sharpeMoments);
  const lucky = luckySharpe(walks.length, varianceOf(moments.map(({ sharpe }) => sharpe)));
  const sums = series.map((one) => new RunningSums(one));
  const crossed = input.cpcv && cpcv(sums, input.cpcv, input.horizonDays);
  const risk = overfitting(sums, input.horizonDays);
  const figures = (path: Path, realised: readonly number[]) => comparedFigures(input, path, realised, perYear);
  const strategies = walks.map(({ name, path, decisions }, s): [string, ComparedStrategy] => [
    name,
    {
      ...figures(
        path,
        decisions.map((one) => one.realised),
      ),
      decisions: decisions.length,
      feasible: decisions.filter(({ status }) => status === 'optimal').length,
      failed: decisions.filter(({ status }) => status === 'failed').length,
      violations: decisions.filter(isViolation).length,
      deflatedSharpe: deflatedSharpe(moments[s]!, lucky),
      ...againstOf(tested.tests[s], series[s]!, base),
      ...(crossed && { cpcv: yearly(crossed.bySeries[s]!, perYear) }),
    },
  ]);
  return {
    strategies: Object.fromEntries(strategies),
    ...(index &&
      ofIndex && {
        index: {
          ...figures(index, indexOutcomes(index, first.decisions)),
          ...againstOf(ofIndex.test && { p: ofIndex.test.p }, ofIndex.series, base),
        },
      }),
    benchmark,
    tried: walks.length,
    from: first.decisions[0]!.date,
    until: first.decisions.at(-1)!.until,
    tail: (1 - alpha) * first.decisions.length,
    blockLength: tested.blockLength,
    luckySharpe: lucky * Math.sqrt(perYear),
    ...(risk && { overfitting: risk }),
    ...(crossed && { cpcv: withoutSeries(crossed, perYear) }),
  };
}

function comparedFigures(
  { alpha, limit, riskFree }: ComparisonInput,
  { net, turnover }: Path,
  realised: readonly number[],
  periodsPerYear: number,
): ComparedFigures {
  const worst = cvar(
    Float64Array.from(realised, (one) => -one),
    alpha,
  );
  return {
    ...pathMetrics(returnsOf(net), { periodsPerYear, riskFree }),
    turnover,
    cvar: worst,
    ...(limit !== 'unlimited' && { realisedToLimit: worst / limit }),
  };
}

function againstOf(
  test: Omit<Against, 't'> | undefined,
  series: readonly number[],
  base: readonly number[],
): { readonly against?: Against } {
  const t = neweyWestT(
    series.map((r, day) => r - base[day]!),
    neweyWestLags(base.length),
  );
  return test === undefined || t === undefined ? {} : { against: { ...test, t } };
}

/** The index makes no decisions: it is held from one of the strategies' to the next. */
const indexOutcomes = ({ dates, gross }: Path, decisions: readonly DecisionOutcome[]): number[] =>
  decisions.map(({ date, until }) => gross[dates.indexOf(until)]! / gross[dates.indexOf(date)]! - 1);

const returnsOf = (equity: readonly number[]): number[] => equity.slice(1).map((value, t) => value / equity[t]! - 1);

/** With denominator n − 1; 0 of one. */
function varianceOf(values: readonly number[]): number {
  const average = mean(values);
  return values.length < 2 ? 0 : values.reduce((sum, one) => sum + (one - average) ** 2, 0) / (values.length - 1);
}

function yearly({ low, median, high }: Percentiles, perYear: number): Percentiles {
  const root = Math.sqrt(perYear);
  return { low: low * root, median: median * root, high: high * root };
}

function withoutSeries({ groups, training, splits, paths, chosen }: Cpcv, perYear: number): Omit<Cpcv, 'bySeries'> {
  return { groups, training, splits, paths, chosen: yearly(chosen, perYear) };
}
