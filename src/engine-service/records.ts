import { FIRST_KAPPA } from '../engine/backtest/kappa.ts';
import { rowsUntil } from '../engine/history.ts';
import { isAdaptive } from '../engine/strategies/index.ts';
import type { Prices } from '../engine/types.ts';
import { type Past, pastOf } from '../engine/record/past.ts';
import type { Table } from '../store/table.ts';
import type { FaultLog } from './backtest-decisions.ts';
import { createHashing, isModelOf, modelName } from './model-fit.ts';
import { isAbout, NewestRecords } from './newest-records.ts';
import type { StoredRecord } from './record-table.ts';
import type { RecordAnswer, RecordRequest } from './record.ts';
import { type AllocateRequest, hasRecord, horizonClass, recordKeptMs, type ScenariosRequest } from './requests.ts';
import { type PricedUniverse, type RecordSubject, standingLimits, standingRequest } from './standing-record.ts';

const UNREAD =
  'The record of this universe could not be read: ups and downs are not taken larger for past losses beyond the promised.';

type Walking = (standing: RecordRequest) => Promise<RecordAnswer>;

/** Keeps a record of each universe: of the default strategy, from the first day on which a model can be trained. */
export class Records {
  readonly #table: Table<StoredRecord>;
  readonly #newest: NewestRecords;
  readonly #log: FaultLog;
  readonly #hashOf = createHashing();

  constructor(table: Table<StoredRecord>, log: FaultLog) {
    this.#table = table;
    this.#newest = new NewestRecords(table);
    this.#log = log;
  }

  /**
   * κ for scenarios on the day of a request, where the strategy has one.
   * @param subject with all prices, whatever the day
   * @returns with a note when the record cannot be read
   */
  async kappa(request: ScenariosRequest, subject: PricedUniverse): Promise<{ kappa: number; note?: string }> {
    const { strategy, horizonDays, asOf } = request;
    if (!isAdaptive(strategy)) return { kappa: FIRST_KAPPA };
    const kappa = await this.#orNothing(async () => kappaOn(await this.#find(subject, horizonDays), asOf));
    return kappa === undefined ? { kappa: FIRST_KAPPA, note: UNREAD } : { kappa };
  }

  /**
   * What the record says of an answer.
   * @returns undefined when there is none, none of this kind of answer, or when it cannot be read
   */
  async past(request: AllocateRequest, subject: PricedUniverse): Promise<Past | undefined> {
    if (!hasRecord(request)) return undefined;
    const { horizonDays, risk } = request.mandate;
    return this.#orNothing(async () => {
      const own = await this.#find(subject, horizonDays);
      const past = pastOf(own, [], risk.limit);
      const limits = standingLimits(subject.loaded.prices);
      return past ?? pastOf(own, await this.#newest.alike(horizonDays, limits), risk.limit);
    });
  }

  /** No answer is lost to the store of records. */
  async #orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (err) {
      this.#log.error({ err }, 'a record could not be read: an answer comes without it');
      return undefined;
    }
  }

  /**
   * Makes the record, or the decisions that it lacks.
   * @param make walks through the past
   * @returns whether there was anything to do
   */
  async keep(request: RecordSubject, subject: PricedUniverse, make: Walking): Promise<boolean> {
    const stored = await this.#find(subject, request.horizonDays);
    if (stored === undefined ? request.onlyExtends : !isOutdated(stored, subject.loaded.prices)) return false;
    await this.#renew(request, subject, { stored, make });
    return true;
  }

  /**
   * Answers a question of the standing record, by the decisions that it keeps, and keeps the answer: what other answers
   * say of the past are its figures.
   * @param make walks through the past
   */
  async answer(request: RecordRequest, subject: PricedUniverse, make: Walking): Promise<RecordAnswer> {
    const own = { ...request, horizonDays: request.mandate.horizonDays };
    const stored = await this.#find(subject, own.horizonDays);
    return this.#renew(own, subject, { stored, make });
  }

  async #renew(
    request: RecordSubject,
    subject: PricedUniverse,
    { stored, make }: { readonly stored: StoredRecord | undefined; readonly make: Walking },
  ): Promise<RecordAnswer> {
    const answer = await make(standingRequest(request, subject, stored));
    try {
      await this.#table.set(
        keyOf(subject, request.horizonDays),
        this.#stored(subject, answer),
        recordKeptMs(answer.request.mandate.horizonDays),
      );
      this.#newest.forget();
    } catch (err) {
      this.#log.error({ err }, 'a record could not be stored: the next question makes it again');
    }
    return answer;
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
}

const keyOf = ({ universe, loaded }: PricedUniverse, horizonDays: number): string =>
  `${modelName(universe, loaded)}/${horizonClass(horizonDays)}`;

/** κ on a day: it knows of no outcome after it. @param until ISO day; absent: now */
function kappaOn(record: StoredRecord | undefined, until: string | undefined): number {
  const known = record?.kappas.filter(({ from }) => until === undefined || from <= until) ?? [];
  return known.at(-1)?.kappa ?? FIRST_KAPPA;
}

/** Whether a horizon has passed since the last outcome, or the record is of limits that are no longer asked about. */
function isOutdated(record: StoredRecord, prices: Prices): boolean {
  const { until, horizonDays } = record;
  const hasNewOutcome = prices.dates.length - rowsUntil(prices.dates, until) >= horizonDays;
  return hasNewOutcome || !isAbout(record, standingLimits(prices));
}
