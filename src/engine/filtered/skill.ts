// How well forecasts of the past ranked the assets, and how far that is to be trusted. docs/mathematics.md, section 4.
import { type Forecaster, ratio, type RunningMoments } from './forecasters.ts';

/** τ, how large a true information coefficient may be expected to be. */
const PRIOR_DEVIATION = 0.03;
/** Fewer past dates show no skill. */
export const LEAST_DATES = 12;

/** The information coefficients of past dates: correlations across assets of scores with what was realised. */
export interface Skill {
  /** The mean coefficient, weighted against having none; 0 where there are too few dates, or it is negative. */
  readonly value: number;
  readonly meanCoefficient: number;
  readonly dates: number;
}

/** @param coefficients of dates that do not overlap. @param assets n */
export function skillOf(coefficients: readonly number[], assets: number): Skill {
  const dates = coefficients.length;
  if (dates === 0) return { value: 0, meanCoefficient: 0, dates };
  const meanCoefficient = coefficients.reduce((sum, one) => sum + one, 0) / dates;
  if (dates < LEAST_DATES) return { value: 0, meanCoefficient, dates };
  const variance = coefficients.reduce((sum, one) => sum + (one - meanCoefficient) ** 2, 0) / (dates - 1);
  const error = Math.max(Math.sqrt(variance / dates), 1 / Math.sqrt((assets - 1) * dates));
  const trust = PRIOR_DEVIATION ** 2 / (PRIOR_DEVIATION ** 2 + error ** 2);
  return { value: Math.max(0, meanCoefficient * trust), meanCoefficient, dates };
}

/** (n) of mean 0 and deviation 1 across assets; zeros where all are equal. */
export function standardiseAcross(scores: Float64Array): Float64Array {
  const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
  const variance = scores.reduce((sum, one) => sum + (one - mean) ** 2, 0) / scores.length;
  return scores.map((one) => ratio(one - mean, Math.sqrt(variance)));
}

/** The correlation of two vectors (n) across assets; 0 where one of them is constant. */
export function correlationAcross(a: Float64Array, b: Float64Array): number {
  const [x, y] = [standardiseAcross(a), standardiseAcross(b)];
  return x.reduce((sum, one, j) => sum + one * y[j]!, 0) / x.length;
}

export interface MeasuredSkill {
  /** (n) the average of the forecasters' standardised scores after the last day, of those that count. */
  readonly composite: Float64Array;
  /** Of the composite. */
  readonly skill: Skill;
  /** Of each forecaster by itself. */
  readonly bySource: Readonly<Partial<Record<Forecaster['id'], Skill>>>;
}

interface SkillInput {
  /** They count from the start. */
  readonly forecasters: readonly Forecaster[];
  /** Counts on a day if it has skill by the dates before that day. */
  readonly onProbation?: Forecaster | undefined;
  /** (T, n) */
  readonly closes: readonly (readonly number[])[];
  readonly moments: RunningMoments;
  /** H, days: the time between dates. */
  readonly horizonDays: number;
  /** The first row at which scores mean something. */
  readonly firstRow: number;
}

/**
 * One composite of all forecasters, because separate terms would count shared skill twice. Its coefficients come from
 * dates H days apart, back from the last day, so that every outcome is known and none overlaps another.
 */
export function measureSkill(input: SkillInput): MeasuredSkill {
  const { forecasters, onProbation, closes, horizonDays, firstRow } = input;
  const assets = closes[0]!.length;
  const last = closes.length - 1;
  const composite: number[] = [];
  const bySource = new Map<Forecaster['id'], number[]>();
  const counting = (): readonly Forecaster[] =>
    onProbation !== undefined && skillOf(bySource.get(onProbation.id) ?? [], assets).value > 0
      ? [...forecasters, onProbation]
      : forecasters;
  for (const row of pastDates(last, horizonDays, firstRow)) {
    const realised = realisedOver(input, row);
    const combined = combine(counting(), row);
    if (combined !== undefined) composite.push(correlationAcross(combined, realised));
    for (const forecaster of [...forecasters, ...(onProbation ? [onProbation] : [])]) {
      const scores = forecaster.scores(row);
      if (scores === undefined) continue;
      const known = bySource.get(forecaster.id) ?? [];
      known.push(correlationAcross(scores, realised));
      bySource.set(forecaster.id, known);
    }
  }
  return {
    composite: combine(counting(), last) ?? new Float64Array(assets),
    skill: skillOf(composite, assets),
    bySource: Object.fromEntries([...bySource].map(([id, coefficients]) => [id, skillOf(coefficients, assets)])),
  };
}

/** Rows H days apart, ascending, of which the last one's outcome ends on `last`. */
function pastDates(last: number, horizonDays: number, firstRow: number): number[] {
  const rows: number[] = [];
  for (let row = last - horizonDays; row >= firstRow; row -= horizonDays) rows.unshift(row);
  return rows;
}

/** (n) the returns over the H days after a row, in units of the deviations known on it. */
function realisedOver({ closes, moments, horizonDays }: SkillInput, row: number): Float64Array {
  const [start, end] = [closes[row]!, closes[row + horizonDays]!];
  return moments.until(row).deviations.map((one, j) => ratio(end[j]! / start[j]! - 1, one));
}

function combine(forecasters: readonly Forecaster[], row: number): Float64Array | undefined {
  const all = forecasters.flatMap((forecaster) => {
    const scores = forecaster.scores(row);
    return scores === undefined ? [] : [standardiseAcross(scores)];
  });
  if (all.length === 0) return undefined;
  return all[0]!.map((_, j) => all.reduce((sum, scores) => sum + scores[j]!, 0) / all.length);
}
