import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { BacktestAnswer, BacktestRequest } from '../../src/app.ts';
import type {
  BacktestResult,
  Decision,
  LimitSummary,
  Path,
  PathMetrics,
  Rule,
} from '../../src/engine/backtest/types.ts';

const TWELVE = Array.from({ length: 12 }, (_, at) => (at + 1) / 100);

export const backtestRequest = (changes: Partial<BacktestRequest> = {}): BacktestRequest => ({
  universe: { kind: 'named', name: 'us12' },
  from: '2020-01-02',
  horizonDays: 21,
  offset: 0,
  retrainDays: 63,
  window: 'expanding',
  isWarmStarted: false,
  limits: TWELVE,
  alpha: 0.95,
  bounds: { minWeight: 0, maxWeight: 1 },
  scenarios: 5_000,
  seed: 1,
  recipe: 'calibrated',
  costBps: 10,
  ...changes,
});

interface Market {
  readonly decisions?: number;
  /** Of what happens; the same seed makes the same market. */
  readonly seed?: number;
  /** The smallest CVaR that can be reached, by decision. */
  readonly minCvar?: (at: number) => number;
}

/** How decisions of a made-up market turned out: every figure but the means follows from the others. */
export const backtestAnswer = (changes: Partial<BacktestRequest> = {}, market: Market = {}): BacktestAnswer => {
  const request = backtestRequest(changes);
  return {
    request,
    universe: 'us12',
    tickers: ['AAPL', 'MSFT', 'NVDA'],
    index: '^IXIC',
    result: resultOf(request, market),
    prices: { source: 'Yahoo Finance', from: '2010-01-04', until: '2024-03-15', stale: false, notes: [] },
    seconds: 151.2,
  };
};

type Decider = Exclude<Rule, 'index'>;

function resultOf(request: BacktestRequest, { decisions: count = 50, seed = 1, minCvar }: Market): BacktestResult {
  const { horizonDays, limits, costBps } = request;
  const least = minCvar ?? ((at: number) => 0.045 + 0.025 * Math.sin(at / 5));
  const [factor, tilt] = [normals(seed, count * horizonDays), normals(seed + 1, count * horizonDays)];
  const dates = weekdays(request.from, count * horizonDays + 1);
  const deciders: readonly Decider[] = [...limits, 'equal', 'min'];
  const daily = (risk: number): number[] =>
    factor.map((z, day) => 0.0004 + risk * (0.1 * z + 0.003) + (risk - 0.06) * 0.12 * tilt[day]!);
  const isInfeasible = (rule: Decider, at: number): boolean => typeof rule === 'number' && rule < least(at);
  const riskOf = (rule: Decider, at: number): number => {
    if (rule === 'equal') return 0.08;
    return rule === 'min' || isInfeasible(rule, at) ? least(at) : rule;
  };
  const decisionOf = (limit: Decider, at: number): Decision => {
    const [risk, first] = [riskOf(limit, at), at * horizonDays];
    const realised = growth(daily(risk).slice(first, first + horizonDays)) - 1;
    return {
      date: dates[first]!,
      until: dates[first + horizonDays]!,
      limit,
      status: isInfeasible(limit, at) ? 'infeasible' : 'optimal',
      weights: [0.5, 0.3, 0.2],
      predicted: 0.012 + 0.5 * risk,
      valueAtRisk: 0.5 * risk,
      cvar: risk,
      freshCvar: 1.02 * risk,
      minCvar: least(at),
      realised,
      realisedNet: realised - costBps / 1e4,
    };
  };
  const decisions = Array.from({ length: count }, (_, at) => deciders.map((rule) => decisionOf(rule, at))).flat();
  const days = (rule: Rule): number[] =>
    factor.map((_, day) => daily(rule === 'index' ? 0.09 : riskOf(rule, Math.floor(day / horizonDays)))[day]!);
  return {
    decisions,
    byLimit: deciders.map((rule) => summaryOf(rule, decisions)),
    paths: [...deciders, 'index' as const].map((rule) => pathOf(rule, dates, days(rule), request)),
  };
}

function summaryOf(limit: Decider, all: readonly Decision[]): LimitSummary {
  const decisions = all.filter((each) => each.limit === limit);
  const feasible = decisions.filter(({ status }) => status === 'optimal');
  const broken = feasible.filter(({ realised, valueAtRisk }) => -realised > (valueAtRisk ?? Infinity));
  return {
    limit,
    decisions: decisions.length,
    feasible: feasible.length,
    violations: broken.length,
    ...(feasible.length > 0 && {
      predicted: mean(feasible.map(({ predicted = 0 }) => predicted)),
      realised: mean(feasible.map(({ realised }) => realised)),
      kupiecP: 0.21,
      christoffersenP: 0.4,
      z1: -0.1,
      z2: -0.3,
      z2Critical: -0.9,
    }),
    ...(broken.length > 0 && {
      esRatio: mean(broken.map(({ realised }) => -realised)) / mean(broken.map(({ cvar = 1 }) => cvar)),
    }),
  };
}

function pathOf(rule: Rule, dates: readonly string[], returns: readonly number[], request: BacktestRequest): Path {
  const cost = rule === 'index' ? 0 : request.costBps / 1e4;
  const isTraded = (day: number): boolean => day % request.horizonDays === 0;
  const gross = cumulated(returns);
  const net = cumulated(returns.map((value, day) => (isTraded(day) ? (1 + value) * (1 - cost) - 1 : value)));
  const metrics = { net: metricsOf(net), gross: metricsOf(gross) };
  return { rule, dates, net, gross, metrics, turnover: rule === 'index' ? 0 : 4.2 };
}

function metricsOf(values: readonly number[]): PathMetrics {
  let [peak, maxDrawdown] = [1, 0];
  for (const value of values) {
    peak = Math.max(peak, value);
    maxDrawdown = Math.max(maxDrawdown, 1 - value / peak);
  }
  const annualReturn = (values.at(-1) ?? 1) ** (252 / (values.length - 1)) - 1;
  const volatility = 0.21;
  const sharpe = annualReturn / volatility;
  return { annualReturn, volatility, sharpe, sortino: 1.4 * sharpe, maxDrawdown, calmar: annualReturn / maxDrawdown };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const growth = (returns: readonly number[]): number => returns.reduce((value, each) => value * (1 + each), 1);

/** (D + 1) from 1 on. */
function cumulated(returns: readonly number[]): number[] {
  const values = [1];
  for (const each of returns) values.push(values.at(-1)! * (1 + each));
  return values;
}

/** Of the standard normal distribution, now and then three times as wild. */
function normals(seed: number, count: number): number[] {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  return Array.from({ length: count }, (_, at) => {
    const z = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return z * (at % 250 < 30 ? 3 : 1);
  });
}

/** Days from Monday to Friday, the first on `from` or after. */
function weekdays(from: string, count: number): string[] {
  const days: string[] = [];
  for (let time = Date.parse(from); days.length < count; time += 86_400_000) {
    const weekday = new Date(time).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(new Date(time).toISOString().slice(0, 10));
  }
  return days;
}
