// What models of earlier days forecast, so that the skill of forecasts is measured on days that no model has learnt from.
import { UserError } from '../../errors.ts';
import { canonicalJson } from '../canonical-json.ts';
import { daysBetween, type History, MIN_DAYS } from '../history.ts';
import { yearlyPeriods } from '../market.ts';
import { joinRows } from '../matrix.ts';
import type { Prices } from '../types.ts';
import { forecastDays } from './forecasts.ts';
import type { NetworkForecasts, LstmModel } from './lstm-model.ts';
import { hyperOf, train, type TrainOptions } from './train.ts';

/** The years before the newest training in which models are trained yearly. */
const MOST_YEARS = 10;

export interface WalkForwardOptions extends TrainOptions {
  /** An earlier model of these assets: what it and those before it forecast is kept, and no year is trained again. */
  readonly previous?: LstmModel | undefined;
}

/**
 * Trains a model on the history, with what earlier models forecast on the days before. Without a previous one these are
 * trained a year apart, each on the days until then.
 *
 * @throws as `train`
 */
export async function trainWithPast(history: History, options: WalkForwardOptions): Promise<LstmModel> {
  const { previous, onProgress, ...rest } = options;
  const isContinued = previous !== undefined && isEarlier(previous, history, options);
  const years = isContinued ? [] : yearsBefore(history.prices);
  const trainOne = (k: number, seen: History): Promise<LstmModel> =>
    train(seen, {
      ...rest,
      onProgress: onProgress && ((progress) => onProgress(shareOf(progress, k, years.length + 1))),
    });
  const pieces = isContinued ? await continued(previous, history.prices) : [];
  for (const [k, { from, to }] of years.entries()) {
    const prices = daysBetween(history.prices, 0, from + 1);
    try {
      const model = await trainOne(k, { prices, until: prices.dates[from]! });
      pieces.push(await forecastDays(model, daysBetween(history.prices, 0, to), from));
    } catch (error) {
      // A price that stood still then: nothing was forecast in that year, and what came before it does not adjoin.
      if (!(error instanceof UserError)) throw error;
      pieces.length = 0;
    }
  }
  return withPast(await trainOne(years.length, history), pieces, history.prices);
}

/** What a model and those before it forecast, until the day before the last. */
async function continued(previous: LstmModel, prices: Prices): Promise<NetworkForecasts[]> {
  const last = prices.dates.length - 1;
  const own = await forecastDays(
    previous,
    daysBetween(prices, 0, last),
    prices.dates.indexOf(previous.manifest.trainedUntil),
  );
  const past = pastOn(previous, prices);
  return past === undefined ? [own] : [past.forecasts, own];
}

type ProgressOf = Parameters<NonNullable<TrainOptions['onProgress']>>[0];

/** Of `parts` trainings, each as long as the others, number k has come this far. */
function shareOf(progress: ProgressOf, k: number, parts: number): ProgressOf {
  const { secondsLeft } = progress;
  return {
    ...progress,
    done: (k + progress.done) / parts,
    ...(secondsLeft !== undefined && progress.done > 0 && parts > 1
      ? { secondsLeft: secondsLeft + (parts - 1 - k) * (secondsLeft / Math.max(1e-3, 1 - progress.done)) }
      : {}),
    ...(parts > 1 && progress.detail !== undefined && { detail: `training ${k + 1} of ${parts}, ${progress.detail}` }),
  };
}

/** Rows [from, to): a model trained on the close of `from` forecasts from it on. Ascending; the last day is in none. */
function yearsBefore({ dates }: Prices): { readonly from: number; readonly to: number }[] {
  const year = yearlyPeriods(dates);
  const years: { from: number; to: number }[] = [];
  const last = dates.length - 1;
  for (let to = last; to - year >= MIN_DAYS - 1 && years.length < MOST_YEARS; to -= year) {
    years.unshift({ from: to - year, to });
  }
  return years;
}

/** Whether a model's forecasts are those of an earlier model of the same kind. */
function isEarlier(
  { manifest }: LstmModel,
  { prices, until }: History,
  { recipe, seed, hyper }: TrainOptions,
): boolean {
  return (
    manifest.seed === seed &&
    canonicalJson(manifest.hyper) === canonicalJson({ ...hyperOf(recipe, hyper?.memory), ...hyper }) &&
    manifest.tickers.join() === prices.tickers.join() &&
    manifest.trainedUntil <= until &&
    prices.dates.includes(manifest.trainedUntil)
  );
}

function withPast(model: LstmModel, pieces: readonly NetworkForecasts[], { dates }: Prices): LstmModel {
  const past = joinForecasts(pieces, model.manifest.tickers.length);
  const days = past.month.rows;
  if (days === 0) return model;
  return { ...model, manifest: { ...model.manifest, past: { from: dates[dates.length - 1 - days]!, days } }, past };
}

/** Those of consecutive days, one after the other. @param cols n */
export const joinForecasts = (pieces: readonly NetworkForecasts[], cols: number): NetworkForecasts => ({
  nextDay: joinRows(
    pieces.map(({ nextDay }) => nextDay),
    cols,
  ),
  month: joinRows(
    pieces.map(({ month }) => month),
    cols,
  ),
});

/**
 * The earlier forecasts of a model, on the rows of a history.
 * @returns undefined when there are none, or when the days between them are not those of the history
 */
export function pastOn(
  { manifest, past }: LstmModel,
  { dates }: Prices,
): { readonly from: number; readonly forecasts: NetworkForecasts } | undefined {
  if (past === undefined || manifest.past === undefined) return undefined;
  const from = dates.indexOf(manifest.trainedUntil) - manifest.past.days;
  return dates[from] === manifest.past.from ? { from, forecasts: past } : undefined;
}
