import { FIRST_KAPPA } from '../engine/backtest/kappa.ts';
import { canonicalJson } from '../engine/canonical-json.ts';
import { rowsUntil } from '../engine/history.ts';
import { DEFAULT_STRATEGY } from '../engine/strategies/index.ts';
import type { Prices } from '../engine/types.ts';
import { DEFAULTS, PAST_SAMPLING } from '../parse.ts';
import { parseLimits } from '../parse-limits.ts';
import { type Past, pastOf } from '../engine/record/past.ts';
import type { Table } from '../store/table.ts';
import { createHashing, hasVendor, isModelOf, modelName, type ModelSubject } from './model-fit.ts';
import type { StoredRecord } from './record-table.ts';
import type { RecordAnswer, RecordRequest } from './record.ts';
import { type AllocateRequest, RECORD_HORIZONS } from './requests.ts';

/** A record of decisions of other days apart would say little of a longer or shorter promise. */
function horizonClass(days: number): number {
  const distance = (one: number): number => Math.abs(Math.log(one / days));
  return RECORD_HORIZONS.reduce(
    (best, one) => (distance(one) < distance(best) ? one : best),
    RECORD_HORIZONS[0] as number,
  );
}

/** A universe that nobody has asked about for so long has no record any more. */
const KEPT_MS = 400 * 86_400_000;

/** A universe and its prices without indices. */
type PricedUniverse = Pick<ModelSubject, 'universe' | 'loaded'>;

/** Keeps a record of each universe: of the default strategy, from the first day on which a model can be trained. */
export class Records {
  readonly #table: Table<StoredRecord>;
  readonly #hashOf = createHashing();

  constructor(table: Table<StoredRecord>) {
    this.#table = table;
  }

  /** κ for scenarios from a day on. @param asOf ISO day; absent: now */
  async kappa(subject: PricedUniverse, horizonDays: number, asOf: string | undefined): Promise<number> {
    return kappaOn(await this.#find(subject, horizonDays), asOf);
  }

  /** What the record says of an answer. @returns undefined when there is none, or none of this kind of answer */
  async past(request: AllocateRequest, subject: PricedUniverse): Promise<Past | undefined> {
    if (!hasRecord(request)) return undefined;
    const { horizonDays, risk } = request.mandate;
    const own = await this.#find(subject, horizonDays);
    return own && (pastOf(own, [], risk.limit) ?? pastOf(own, await this.#all(horizonDays), risk.limit));
  }

  /** Makes the record, or the decisions that it lacks. @param make walks through the past */
  async keep(
    request: RecordSubject,
    subject: PricedUniverse,
    make: (standing: RecordRequest) => Promise<RecordAnswer>,
  ): Promise<void> {
    const stored = await this.#find(subject, request.horizonDays);
    if (stored === undefined ? request.onlyExtends : !hasNewOutcome(stored, subject.loaded.prices)) return;
    await this.#save(subject, await make(standingRequest(request, subject, stored?.from)));
  }

  /** Keeps an answer that somebody asked for, if a standing record would say the same. */
  async keepAnswer(subject: PricedUniverse, answer: RecordAnswer): Promise<void> {
    if (isStanding(answer.request, subject)) await this.#save(subject, answer);
  }

  #save(subject: PricedUniverse, answer: RecordAnswer): Promise<void> {
    const key = keyOf(subject, answer.request.mandate.horizonDays);
    return this.#table.set(key, this.#stored(subject, answer), KEPT_MS);
  }

  #stored(
    { loaded: { prices } }: PricedUniverse,
    { request, universe, record, walks, kappas }: RecordAnswer,
  ): StoredRecord {
    const { horizonDays, risk } = request.mandate;
    const dates = [...new Map(walks[0]!.decisions.map(({ date, until }) => [date, until]))];
    const until = dates.at(-1)![1];
    const days = rowsUntil(prices.dates, until);
    return {
      universe,
      horizonDays,
      alpha: risk.alpha,
      tickers: prices.tickers,
      from: dates[0]![0],
      until,
      days,
      pricesHash: this.#hashOf(prices, { until, days }),
      summary: record,
      kappas: dates.map(([, known], k) => ({ from: known, kappa: kappas[k + 1]! })),
    };
  }

  async #find(subject: PricedUniverse, horizonDays: number): Promise<StoredRecord | undefined> {
    const found = await this.#table.get(keyOf(subject, horizonDays));
    return found && isModelOf({ ...found, trainedUntil: found.until }, subject, this.#hashOf) ? found : undefined;
  }

  /** Those of all universes. */
  async #all(horizonDays: number): Promise<readonly StoredRecord[]> {
    const keys = (await this.#table.keys()).filter((key) => key.endsWith(`/${horizonClass(horizonDays)}`));
    const records = await Promise.all(keys.map((key) => this.#table.get(key)));
    return records.filter((record) => record !== undefined);
  }
}

/** Whose record to keep. */
export interface RecordSubject extends Pick<AllocateRequest, 'universe' | 'allow'> {
  readonly horizonDays: number;
  /** Whether no record is made where there is none; absent: no. */
  readonly onlyExtends?: boolean;
}

const keyOf = ({ universe, loaded }: PricedUniverse, horizonDays: number): string =>
  `${modelName(universe, loaded)}/${horizonClass(horizonDays)}`;

/** κ on a day: it knows of no outcome after it. @param until ISO day; absent: now */
function kappaOn(record: StoredRecord | undefined, until: string | undefined): number {
  const known = record?.kappas.filter(({ from }) => until === undefined || from <= until) ?? [];
  return known.at(-1)?.kappa ?? FIRST_KAPPA;
}

/** Whether the answer to a request is one of those that records are kept of. */
const hasRecord = ({ strategy, asOf }: Pick<AllocateRequest, 'strategy' | 'asOf'>): boolean =>
  asOf === undefined && canonicalJson(strategy) === canonicalJson(DEFAULT_STRATEGY);

/** @param from the first day of the stored record, which later ones keep */
function standingRequest(
  { universe, allow, horizonDays }: RecordSubject,
  subject: PricedUniverse,
  from: string | undefined,
): RecordRequest {
  return {
    universe,
    strategy: DEFAULT_STRATEGY,
    mandate: { horizonDays: horizonClass(horizonDays), constraints: [], risk: { alpha: DEFAULTS.alpha } },
    limits: parseLimits(DEFAULTS.recordLimits, 'limits', 'terminal'),
    offsets: [0],
    sampling: PAST_SAMPLING,
    ...(hasVendor(universe) && { standing: modelName(universe, subject.loaded) }),
    ...(from !== undefined && { from }),
    ...(allow && { allow }),
  };
}

/** Whether a request asks what standing records answer. One from or until a day of the asker's own does not. */
function isStanding(request: RecordRequest, subject: PricedUniverse): boolean {
  const { from, until, mandate } = request;
  const own = standingRequest({ ...request, horizonDays: mandate.horizonDays }, subject, undefined);
  return from === undefined && until === undefined && questionOf(request) === questionOf(own);
}

const questionOf = ({ strategy, mandate, limits, offsets, sampling }: RecordRequest): string =>
  canonicalJson([strategy, mandate, limits, offsets, sampling]);

/** Whether a horizon has passed since the last outcome. */
function hasNewOutcome({ until, horizonDays }: StoredRecord, { dates }: Prices): boolean {
  return dates.length - rowsUntil(dates, until) >= horizonDays;
}
