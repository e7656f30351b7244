import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { BacktestAnswer } from '../../src/engine-service/answers.ts';
import type { BacktestRequest } from '../../src/engine-service/requests.ts';
import { judge } from '../../src/engine/backtest/judge.ts';
import type { RuleDecision } from '../../src/engine/backtest/types.ts';
import { MIN_DAYS } from '../../src/engine/history.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
import type { Prices } from '../../src/engine/types.ts';
import { mandateOver } from './mandate.ts';

const TWELVE = Array.from({ length: 12 }, (_, at) => (at + 1) / 100);

const backtestRequest = (changes: Partial<BacktestRequest> = {}): BacktestRequest => ({
  universe: { kind: 'named', name: 'us12' },
  from: '2020-01-02',
  mandate: mandateOver(21),
  offset: 0,
  retrainDays: 63,
  window: 'expanding',
  isWarmStarted: false,
  limits: TWELVE,
  strategy: DEFAULT_STRATEGY,
  sampling: { scenarios: 5_000, seed: 1 },
  costBps: 10,
  ...changes,
});

interface Market {
  readonly decisions?: number;
  readonly hasIndex?: boolean;
  /** The smallest CVaR that can be reached, by decision. */
  readonly minCvar?: (at: number) => number;
  /** Changes to the default decisions. */
  readonly change?: (decision: RuleDecision, at: number) => RuleDecision;
}

/** By equal weights, at a CVaR of 8%: they do not keep lower limits, even those that other splits can keep. */
export const equalWeightAnswer = (limits: readonly number[]): BacktestAnswer =>
  backtestAnswer(
    { limits, strategy: { ...DEFAULT_STRATEGY, id: 'equal-weight' } },
    {
      minCvar: () => 0.035,
      change: (decision) =>
        typeof decision.limit === 'number' && decision.limit < 0.08 ? { ...decision, status: 'infeasible' } : decision,
    },
  );

/** Made-up decisions in a made-up market, and by the engine's own judgement what came of them. */
export const backtestAnswer = (changes: Partial<BacktestRequest> = {}, market: Market = {}): BacktestAnswer => {
  const request = backtestRequest(changes);
  const { decisions = 50, hasIndex = true } = market;
  const prices = pricesOf(request.from ?? '2020-01-02', decisions * request.mandate.horizonDays, hasIndex);
  const made = Array.from({ length: decisions }, (_, at) => decisionsOf(request, market, at));
  return {
    request,
    universe: 'us12',
    tickers: ['CALM', 'MIXED', 'WILD'],
    ...(hasIndex && { index: '^IXIC' }),
    result: judge({ prices, options: request, decisions: made }),
    prices: { source: 'Yahoo Finance', from: '2010-01-04', until: prices.dates.at(-1)!, stale: false, notes: [] },
    seconds: 151.2,
  };
};

const mild = (at: number): number => 0.045 + 0.025 * Math.sin(at / 5);

function decisionsOf({ limits }: BacktestRequest, { minCvar = mild, change = (same) => same }: Market, at: number) {
  const least = minCvar(at);
  const decisionOf = (limit: RuleDecision['limit']): RuleDecision => {
    const isInfeasible = typeof limit === 'number' && limit < least;
    const cvar = typeof limit === 'number' && !isInfeasible ? limit : limit === 'equal' ? 0.08 : least;
    const wild = Math.min(1, Math.max(0, cvar - 0.02) * 8);
    return {
      limit,
      status: isInfeasible ? 'infeasible' : 'optimal',
      weights: limit === 'equal' ? [1 / 3, 1 / 3, 1 / 3] : [(1 - wild) / 2, (1 - wild) / 2, wild],
      predicted: 0.012 + 0.5 * cvar,
      valueAtRisk: 0.7 * cvar,
      cvar,
      freshCvar: 1.02 * cvar,
      minCvar: least,
    };
  };
  return (['equal', 'min', ...limits] as const).map((limit) => change(decisionOf(limit), at));
}

/** Three assets, each wilder than the one before, and perhaps an index, until `days` after `from`. */
function pricesOf(from: string, days: number, hasIndex: boolean): Prices {
  const dates = weekdays(from, days);
  const [common, ...own] = Array.from({ length: 4 }, (_, at) => normals(at + 1, dates.length));
  const assets = [0.004, 0.009, 0.022].map((size, j) =>
    closesOf(common!.map((z, day) => 0.0003 + size * (0.03 + 0.7 * z + 0.7 * own[j]![day]!))),
  );
  const index = closesOf(common!.map((z) => 0.0004 + 0.01 * z));
  const columns = hasIndex ? [...assets, index] : assets;
  return {
    dates,
    tickers: ['CALM', 'MIXED', 'WILD', ...(hasIndex ? ['^IXIC'] : [])],
    closes: dates.map((_, day) => columns.map((column) => column[day]!)),
  };
}

function closesOf(returns: readonly number[]): number[] {
  let close = 100;
  return returns.map((each) => {
    close *= 1 + each;
    return close;
  });
}

/** Of the standard normal distribution, now and then twice as wild. */
function normals(seed: number, count: number): number[] {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  return Array.from({ length: count }, (_, at) => {
    const z = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return z * (at % 250 < 30 ? 2 : 1);
  });
}

const isWeekday = (time: number): boolean => ![0, 6].includes(new Date(time).getUTCDay());

/** From `start` on, a day or minus a day at a time. */
function walk(start: number, step: number, count: number): string[] {
  const days: string[] = [];
  for (let time = start; days.length < count; time += step) {
    if (isWeekday(time)) days.push(new Date(time).toISOString().slice(0, 10));
  }
  return days;
}

/** Days from Monday to Friday: as many as a model needs until `from`, then `after` more. */
function weekdays(from: string, after: number): string[] {
  const [first, day] = [Date.parse(from), 86_400_000];
  return [...walk(first - day, -day, MIN_DAYS).toReversed(), ...walk(first, day, after + 1)];
}
