// From a history and a model to what scenarios are drawn from: filtered historical simulation (Barone-Adesi, Giannopoulos
// & Vosper 1999), whose means are shrunk and ranked by measured skill. docs/mathematics.md, sections 3 and 4.
import { dailyReturns, type History, lastDays, MEASURED_DAYS, MIN_DAYS } from '../history.ts';
import { largestMoves } from '../lstm/scenarios.ts';
import { imputeResiduals } from '../lstm/impute.ts';
import type { LstmModel } from '../lstm/lstm-model.ts';
import { calendarOf, yearlyPeriods } from '../market.ts';
import { lastRows } from '../matrix.ts';
import { staleReturns } from '../quality/still-runs.ts';
import type { ScenarioSource } from '../strategies/strategy.ts';
import type { Matrix } from '../types.ts';
import { adjustDependence, leanOnCommonMove } from './dependence.ts';
import { calendarDays, momentum, RunningMoments, trailingMean } from './forecasters.ts';
import { byNetwork, forecastsOn, type KnownForecasts, scaledPredictions, slopeOf } from './known-forecasts.ts';
import { baseMeans, marketLevel } from './mean.ts';
import { measureSkill, type Skill } from './skill.ts';
import { filterReturns, recursionOf, WARM_UP_DAYS } from './volatility.ts';

/** All that H-day scenarios are drawn from. Plain data. */
export interface FilteredSource extends ScenarioSource {
  readonly kind: 'filtered';
  /** (L, n) z″ */
  readonly residuals: Matrix;
  /** (n) each, see `recursionOf`. */
  readonly startVariance: Float64Array;
  readonly recursionBase: Float64Array;
  /** (n) See `largestMoves`. */
  readonly largestMoves: Float64Array;
  /** (n) μ, the means of the H-day returns. */
  readonly means: Float64Array;
  readonly skill: SourceSkill;
  /** ψ and what it needs; absent: the network's predictions of the next day have no part in the paths. */
  readonly predicted?: { readonly slope: number; readonly model: LstmModel; readonly history: History };
}

/** What forecasts of the past were worth. */
export interface SourceSkill {
  /** Of the composite, by which assets are ranked. */
  readonly composite: Skill;
  /** Of the network's own forecasts; absent: there are none of the past. */
  readonly lstm?: Skill;
}

/**
 * The volatility of coins, which are traded every day, has changed within a year or two: that of earlier years foretells too
 * much. See docs/decisions/2026-11-27-limits-that-hold.md.
 */
const COIN_LONG_RUN_DAYS = 250;
/** Fewer days before a past date than these tell nothing of its forecasts. */
const FIRST_ROW = 300;

export async function filteredSource(model: LstmModel, history: History, horizonDays: number): Promise<FilteredSource> {
  const { prices } = history;
  const returns = dailyReturns(prices);
  const known = await forecastsOn(model, history);
  const window = Math.max(Math.min(returns.rows, MIN_DAYS - 1), Math.min(MEASURED_DAYS, returns.rows - WARM_UP_DAYS));
  const recent = lastDays(prices, window + WARM_UP_DAYS + 1);
  const stale = staleReturns(recent);
  const longRunDays = calendarOf(prices.dates) === 'daily' ? COIN_LONG_RUN_DAYS : undefined;
  const filterInput = { returns: lastRows(returns, recent.dates.length - 1), window, longRunDays, stale };
  const unpredicted = filterReturns(filterInput);
  const slope = slopeOf(known, returns, unpredicted.variances);
  const filtered =
    slope === 0
      ? unpredicted
      : filterReturns({
          ...filterInput,
          predictions: scaledPredictions(known, slope, returns.rows, filterInput.returns),
        });
  const residuals = stale
    ? imputeResiduals(filtered.residuals, stale.subarray(-window * returns.cols))
    : filtered.residuals;
  const { means, skill } = meansOf(history, returns, known, horizonDays);
  return {
    kind: 'filtered',
    tickers: prices.tickers,
    until: history.until,
    isPriced: true,
    horizonDays,
    residuals: leanOnCommonMove(adjustDependence(residuals)),
    ...recursionOf(filtered),
    largestMoves: largestMoves(returns),
    means,
    skill,
    ...(slope > 0 && { predicted: { slope, model, history } }),
  };
}

function meansOf(
  { prices: { closes, dates } }: History,
  returns: Matrix,
  known: KnownForecasts,
  horizonDays: number,
): Pick<FilteredSource, 'means' | 'skill'> {
  const periods = yearlyPeriods(dates);
  const moments = new RunningMoments(returns);
  const days = calendarDays(periods);
  const { composite, skill, bySource } = measureSkill({
    forecasters: [momentum(closes, moments, days), trailingMean(moments)],
    onProbation: byNetwork(known, moments),
    closes,
    moments,
    horizonDays,
    firstRow: Math.max(FIRST_ROW, days.year + days.month),
  });
  const { deviations } = moments.until(closes.length - 1);
  const base = baseMeans(horizonDays * marketLevel(returns, periods), deviations);
  const means = base.map((one, j) => one + skill.value * deviations[j]! * Math.sqrt(horizonDays) * composite[j]!);
  return { means, skill: { composite: skill, ...(bySource.lstm && { lstm: bySource.lstm }) } };
}
