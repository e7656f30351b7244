// Standing records: what they ask of the past, of every universe alike.
import { canonicalJson } from '../engine/canonical-json.ts';
import { rowsUntil } from '../engine/history.ts';
import { calendarOf } from '../engine/market.ts';
import { DEFAULT_STRATEGY, findStrategy } from '../engine/strategies/index.ts';
import type { Prices } from '../engine/types.ts';
import { DEFAULTS, PAST_SAMPLING } from '../parse.ts';
import { parseLimits } from '../parse-limits.ts';
import { hasVendor, modelName, type ModelSubject } from './model-fit.ts';
import type { StoredRecord } from './record-table.ts';
import type { RecordRequest } from './record.ts';
import { type AllocateRequest, horizonClass } from './requests.ts';

/** A universe and its prices without indices. */
export type PricedUniverse = Pick<ModelSubject, 'universe' | 'loaded'>;

/** Whose record to keep. */
export interface RecordSubject extends Pick<AllocateRequest, 'universe' | 'allow'> {
  readonly horizonDays: number;
  /** Whether no record is made where there is none; absent: no. */
  readonly onlyExtends?: boolean;
}

/** Coins vary too much for the limits of shares. @returns ascending */
export const standingLimits = ({ dates }: Prices): number[] =>
  parseLimits(calendarOf(dates) === 'daily' ? DEFAULTS.coinRecordLimits : DEFAULTS.recordLimits, 'limits', 'terminal');

const questionFor = (horizonDays: number, prices: Prices) => ({
  strategy: DEFAULT_STRATEGY,
  mandate: { horizonDays: horizonClass(horizonDays), constraints: [], risk: { alpha: DEFAULTS.alpha } },
  limits: standingLimits(prices),
  offsets: [0],
  sampling: PAST_SAMPLING,
});

/** @param stored the record that there is, whose decisions it keeps */
export function standingRequest(
  { universe, allow, horizonDays }: RecordSubject,
  { loaded }: PricedUniverse,
  stored: StoredRecord | undefined,
): RecordRequest {
  const from = stored && firstDay(stored, loaded.prices);
  return {
    universe,
    ...questionFor(horizonDays, loaded.prices),
    ...(hasVendor(universe) && { standing: modelName(universe, loaded) }),
    ...(from !== undefined && { from }),
    ...(allow && { allow }),
  };
}

/** A vendor's history moves on: the first decisions go when the days before them are too few for a training. */
function firstDay({ from, kappas }: StoredRecord, { dates }: Prices): string | undefined {
  const { minDays } = findStrategy(DEFAULT_STRATEGY.id).needs;
  // An outcome is known on the day of the next decision.
  return [from, ...kappas.map((one) => one.from)].find((day) => rowsUntil(dates, day) >= minDays);
}

/** Whether a request asks what the standing record answers. One from or until a day of the asker's own does not. */
export function isStanding(request: RecordRequest, { loaded: { prices } }: PricedUniverse): boolean {
  const { from, until, strategy, mandate, limits, offsets, sampling } = request;
  const asked = canonicalJson({ strategy, mandate, limits, offsets, sampling });
  return from === undefined && until === undefined && asked === canonicalJson(questionFor(mandate.horizonDays, prices));
}
