// What came of past decisions: how often losses went beyond the value-at-risk, and what the worst of them lost.
// docs/mathematics.md, section 14.
import { acerbiSzekely, kupiec } from '../calibration.ts';
import { cvar } from '../risk.ts';
import { mean } from '../statistics.ts';
import { CRITICAL_SEED, earned, isViolation, keepsLimit, type LimitedDecision } from '../backtest/summary.ts';
import type { DecisionOutcome } from '../backtest/types.ts';
import { z2Critical } from '../z2-critical.ts';
import { shareInterval } from './bootstrap.ts';
import { neweyWestT } from '../newey-west.ts';
import { type Reliability, reliabilityOf } from './reliability.ts';

/** The decisions of one walk through the past. */
export interface Walk {
  /** The days by which its decisions are shifted. */
  readonly offset: number;
  /** By date, and by rule within a date. */
  readonly decisions: readonly DecisionOutcome[];
  /** κ of each date. */
  readonly kappas: readonly number[];
}

/** Decisions under one limit. Counts are over all offsets; rates are means over offsets that have feasible decisions. */
export interface LimitRecord {
  readonly limit: number;
  readonly feasible: number;
  readonly violations: number;
  readonly kupiecP?: number;
  readonly z2?: number;
  readonly z2Critical?: number;
  /** The mean of the worst 1 − alpha of loss ÷ limit. */
  readonly realisedToLimit?: number;
  readonly predicted?: number;
  readonly realised?: number;
  /** Two in three returns came within this of what was predicted. */
  readonly within?: number;
  /** Mean CVaR ÷ limit, where the limit binds. */
  readonly used?: number;
}

export interface PooledRecord extends Omit<LimitRecord, 'limit' | 'kupiecP' | 'z2' | 'z2Critical'> {
  /** The limits that are pooled: those with enough feasible decisions an offset, or all where none has. */
  readonly limits: readonly number[];
  /** 95 %, of the share of violations, by drawing windows of the calendar. */
  readonly violationsInterval?: readonly [number, number];
  readonly tPredictedMinusRealised?: number;
  /** Absent where decisions were made before quantiles were kept. */
  readonly reliability?: readonly Reliability[];
  readonly kappa: number;
}

export interface WorstDecision {
  readonly date: string;
  readonly limit: number;
  readonly loss: number;
}

export interface RecordSummary {
  /** Dates, of all offsets. */
  readonly decisions: number;
  readonly byLimit: readonly LimitRecord[];
  readonly pooled: PooledRecord;
  /** Of the pooled limits, one of each date; largest loss ÷ limit first. */
  readonly worst: readonly WorstDecision[];
}

/** Fewer dates on which a limit could be kept say too little of it. */
export const ENOUGH_DECISIONS = 60;
/** Of a window of the calendar. */
const WINDOW_MONTHS = 6;
const WORST_SHOWN = 5;

export function summariseRecord(walks: readonly Walk[], alpha: number): RecordSummary {
  const feasible = walks.map(({ decisions }) => decisions.filter(keepsLimit));
  const limits = [...new Set(walks.flatMap(({ decisions }) => decisions.map(({ limit }) => limit)))].filter(
    (limit) => typeof limit === 'number',
  );
  const under = (limit: number): LimitedDecision[][] =>
    feasible.map((walk) => walk.filter((one) => one.limit === limit));
  const enough = limits.filter((limit) => under(limit).every(({ length }) => length >= ENOUGH_DECISIONS));
  const pooled = enough.length > 0 ? enough : limits;
  return {
    decisions: walks.reduce((sum, { kappas }) => sum + kappas.length, 0),
    byLimit: limits.map((limit) => limitRecord(limit, under(limit), alpha)),
    pooled: poolOf(
      walks,
      feasible.map((walk) => walk.filter(({ limit }) => pooled.includes(limit))),
      pooled,
      alpha,
    ),
    worst: worstOf(feasible.flat().filter(({ limit }) => pooled.includes(limit))).map(({ date, limit, realised }) => ({
      date,
      limit,
      loss: -realised,
    })),
  };
}

/** One of each date: limits of one date share what happened in it. */
function worstOf(decisions: readonly LimitedDecision[]): LimitedDecision[] {
  const sorted = decisions.toSorted((a, b) => a.realised / a.limit - b.realised / b.limit);
  return [...Map.groupBy(sorted, ({ date }) => date).values()].map(([worst]) => worst!).slice(0, WORST_SHOWN);
}

const limitRecord = (limit: number, walks: readonly (readonly LimitedDecision[])[], alpha: number): LimitRecord => ({
  limit,
  ...figuresOf(walks, alpha),
  ...testsOf(walks, alpha),
});

function figuresOf(walks: readonly (readonly LimitedDecision[])[], alpha: number): Omit<LimitRecord, 'limit'> {
  const all = walks.flat();
  const counts = { feasible: all.length, violations: all.filter(isViolation).length };
  if (all.length === 0) return counts;
  const some = walks.filter(({ length }) => length > 0);
  const over = (figure: (walk: readonly LimitedDecision[]) => number): number => mean(some.map(figure));
  const binding = all.filter(({ limit, loosestLimit }) => loosestLimit !== undefined && limit < loosestLimit);
  return {
    ...counts,
    realisedToLimit: over((walk) =>
      cvar(
        Float64Array.from(walk, (one) => -one.realised / one.limit),
        alpha,
      ),
    ),
    predicted: over((walk) => mean(walk.map((one) => one.predicted))),
    realised: over((walk) => mean(walk.map(earned))),
    within: over((walk) => within(walk.map((one) => Math.abs(earned(one) - one.predicted)))),
    ...(binding.length > 0 && { used: mean(binding.map((one) => (one.freshCvar ?? one.cvar) / one.limit)) }),
  };
}

/** @returns what two in three of the sizes do not exceed */
function within(sizes: readonly number[]): number {
  const sorted = sizes.toSorted((a, b) => a - b);
  return sorted[Math.ceil((2 / 3) * sorted.length) - 1]!;
}

/** Of one offset each, since decisions of several overlap: the one with the smallest Z2 beside its critical value. */
function testsOf(
  walks: readonly (readonly LimitedDecision[])[],
  alpha: number,
): Pick<LimitRecord, 'kupiecP' | 'z2' | 'z2Critical'> {
  const p = 1 - alpha;
  const tests = walks
    .filter(({ length }) => length > 0)
    .map((walk) => ({
      kupiecP: kupiec(walk.filter(isViolation).length, walk.length, p).pValue,
      z2: acerbiSzekely(
        {
          losses: walk.map(({ realised }) => -realised),
          valuesAtRisk: walk.map(({ valueAtRisk }) => valueAtRisk),
          cvars: walk.map((one) => one.freshCvar ?? one.cvar),
        },
        p,
      ).z2,
      z2Critical: z2Critical(walk.length, p, { seed: CRITICAL_SEED }),
    }));
  const [worst] = tests.toSorted((a, b) => a.z2 - a.z2Critical - (b.z2 - b.z2Critical));
  return worst ?? {};
}

function poolOf(
  walks: readonly Walk[],
  feasible: readonly (readonly LimitedDecision[])[],
  limits: readonly number[],
  alpha: number,
): PooledRecord {
  const byDate = Map.groupBy(feasible.flat(), ({ date }) => date);
  const dates = [...byDate.keys()].toSorted();
  const differences = dates.map((date) => mean(byDate.get(date)!.map((one) => one.predicted - earned(one))));
  const windows = [...Map.groupBy(feasible.flat(), ({ date }) => windowOf(date)).values()];
  const interval = shareInterval(
    windows.map((all) => ({ promised: all.length, broken: all.filter(isViolation).length })),
  );
  const reliability = reliabilityOf(feasible.flat());
  const lags = 2 * walks.length + 2;
  const t = differences.length > 3 * lags ? neweyWestT(differences, lags) : undefined;
  return {
    limits,
    ...figuresOf(feasible, alpha),
    ...(interval && { violationsInterval: interval }),
    ...(t !== undefined && { tPredictedMinusRealised: t }),
    ...(reliability.length > 0 && { reliability }),
    kappa: mean(walks.flatMap(({ kappas }) => kappas)),
  };
}

const windowOf = (date: string): string =>
  `${date.slice(0, 4)}/${Math.floor((Number(date.slice(5, 7)) - 1) / WINDOW_MONTHS)}`;
