// The study of "Portfolio Management Strategy Based on LSTM": networks that are trained once, and a year of their rule.
import { daysBetween, rowsUntil } from '../engine/history.ts';
import { splitMarket } from '../engine/market.ts';
import { periodCloses } from '../engine/periods.ts';
import type { OnProgress } from '../engine/types.ts';
import type { StudyForecasts } from '../engine/weekly-study/forecast.ts';
import { summariseStudy, type StudyResult } from '../engine/weekly-study/study.ts';
import { UserError } from '../errors.ts';
import { plural } from '../format.ts';
import type { PriceService } from '../prices/service.ts';
import { universeLabel, type UniverseSpec } from '../prices/universes.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import type { ForecastOrder } from '../engine/weekly-study/forecast.ts';
import { priceProvenance, type PriceProvenance } from './answers.ts';
import { historyOptions } from './requests.ts';

export interface WeeklyStudyRequest {
  readonly universe: UniverseSpec;
  /** ISO days: of the first close that is traded at, and of the last. */
  readonly from: string;
  readonly until: string;
  readonly params: ForecastOrder['params'];
  /** How many times the networks are trained, with the seeds from `seed` on. */
  readonly seeds: number;
  readonly seed: number;
  /** A year's rate, and the cost of the money traded. Fractions. */
  readonly riskFree: number;
  readonly costRate: number;
}

export interface WeeklyStudyAnswer extends StudyResult {
  readonly request: WeeklyStudyRequest;
  readonly universe: string;
  readonly tickers: readonly string[];
  readonly index?: string;
  /** (W) ISO days of the closes. */
  readonly dates: readonly string[];
  /** (W, n) */
  readonly closes: readonly (readonly number[])[];
  /** ISO day of the last close that was trained on. */
  readonly trainedUntil: string;
  readonly prices: PriceProvenance;
  readonly seconds: number;
}

/** Two years. With fewer, the blocks of a training would mean nothing. */
const LEAST_WEEKS = 104;

/**
 * Trains the networks of all seeds and stocks side by side on worker threads.
 * @throws UserError when there are too few weeks before or in the study
 */
export async function runWeeklyStudy(
  { prices, pool }: { readonly prices: PriceService; readonly pool: Pool },
  request: WeeklyStudyRequest,
  options: TaskOptions,
): Promise<WeeklyStudyAnswer> {
  const started = performance.now();
  const { universe, from, until, params, seeds, seed, riskFree, costRate } = request;
  const loaded = await prices.history(universe, { ...historyOptions(options), until });
  const { assets, index } = splitMarket(loaded.prices);
  const { tickers } = assets;
  const within = rowsUntil(assets.dates, until);
  const known = daysBetween(assets, 0, within);
  const weeks = periodCloses(known, 'weekly');
  const first = weeks.dates.findIndex((date) => date >= from);
  checkWeeks(weeks.dates, first, request);
  const orders = Array.from({ length: seeds }, (_, run) =>
    tickers.map((ticker, j) => ({
      ticker,
      closes: weeks.closes.map((row) => row[j]!),
      from: first,
      params,
      seed: seed + run,
    })),
  );
  const forecasts = await forecastAll(pool, orders.flat(), options);
  const indexWeeks =
    index && periodCloses({ ...known, closes: index.closes.slice(0, within).map((close) => [close]) }, 'weekly');
  const [dates, closes] = [weeks.dates.slice(first), weeks.closes.slice(first)];
  const result = summariseStudy({
    dates,
    tickers,
    closes,
    closesBefore: weeks.closes[first - 1]!,
    index: indexWeeks?.closes.slice(first).map(([close]) => close!),
    forecasts: orders.map((_, run) => ({
      seed: seed + run,
      stocks: forecasts.slice(run * tickers.length, (run + 1) * tickers.length),
    })),
    riskFree,
    costRate,
  });
  return {
    ...result,
    request,
    universe: universeLabel(universe, loaded.prices.tickers),
    tickers,
    ...(index && { index: index.ticker }),
    dates,
    closes,
    trainedUntil: weeks.dates[first - 1]!,
    prices: priceProvenance(loaded, { prices: known, until: known.dates.at(-1)! }),
    seconds: (performance.now() - started) / 1000,
  };
}

function checkWeeks(dates: readonly string[], first: number, { from, until }: WeeklyStudyRequest): void {
  const within = first === -1 ? 0 : dates.length - first;
  if (within < 3) {
    throw new UserError(
      `From ${from} to ${until} there are ${plural(within, "week's end", "weeks' ends")}; a study needs three: take other days.`,
      { option: 'from' },
    );
  }
  if (first < LEAST_WEEKS) {
    throw new UserError(
      `Before ${from} there are ${plural(first, 'week')} of prices; the networks need ${LEAST_WEEKS}: take a later day or a longer history.`,
      { option: 'from' },
    );
  }
}

/** In their order. */
async function forecastAll(
  pool: Pool,
  orders: readonly ForecastOrder[],
  { signal, onProgress }: TaskOptions,
): Promise<StudyForecasts[]> {
  const startedAt = performance.now();
  const shares = orders.map(() => 0);
  const progressOf =
    (at: number): OnProgress =>
    ({ done }) => {
      shares[at] = done;
      const all = shares.reduce((sum, share) => sum + share, 0) / orders.length;
      const finished = shares.filter((share) => share === 1).length;
      onProgress?.({
        stage: 'training',
        done: all,
        secondsLeft: ((performance.now() - startedAt) / 1000) * (1 / all - 1),
        detail: `${finished} of ${plural(orders.length, 'network')}`,
      });
    };
  return Promise.all(
    orders.map(async (order, at) => {
      const forecasts = await pool.run('forecastWeeks', order, { signal, onProgress: progressOf(at) });
      progressOf(at)({ stage: 'training', done: 1 });
      return forecasts;
    }),
  );
}
