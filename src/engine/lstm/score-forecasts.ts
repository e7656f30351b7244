// The score of a model's forecasts, for the comparison of a new model with the live one.
import { dailyReturns, type History, lastDays } from '../history.ts';
import { energyScore, ensembleSpread } from '../scores.ts';
import type { Score } from '../strategies/strategy.ts';
import type { Matrix } from '../types.ts';
import { checkTickers, type LstmModel } from './lstm-model.ts';
import { batchingOf, contextDays } from './batching.ts';
import { residualsOf, standardise } from './blocks.ts';
import { loadKernel } from './kernel/load.ts';
import { readNetwork } from './network.ts';
import { createTrainer } from './trainer.ts';

/** The newest days of a history. The calibration block of the shortest history has 75. */
export const SCORED_DAYS = 60;

/** The smallest ensemble. */
const MIN_RESIDUALS = 10;

/**
 * The residuals of the days before the scored days. A model's residuals are those of its calibration block, which ends
 * on its last day; so the ones of scored days stand at the end.
 *
 * @throws Error when the model was trained on later days, has other tickers, or has too few residuals. In the last case
 * not all scored days lie in its calibration block, and it may have been trained on some
 */
function residualsBefore({ manifest, residuals }: LstmModel, { prices, until }: History): Matrix {
  checkTickers(manifest, prices);
  if (manifest.trainedUntil > until) {
    throw new Error(`The model was trained until ${manifest.trainedUntil}, the prices end on ${until}.`);
  }
  const scored = prices.dates.slice(-SCORED_DAYS).filter((date) => date <= manifest.trainedUntil).length;
  const rows = residuals.rows - scored;
  if (rows < MIN_RESIDUALS) {
    throw new Error(
      `Expected a model with residuals of at least ${MIN_RESIDUALS} days before the last ${SCORED_DAYS}, got ${Math.max(0, rows)}.`,
    );
  }
  return { ...residuals, rows, data: residuals.data.subarray(0, rows * residuals.cols) };
}

interface ForecastErrors {
  /** (SCORED_DAYS, n) actual daily returns minus those predicted the day before. */
  readonly errors: Matrix;
  readonly errorRatio: number;
}

async function forecastErrors(model: LstmModel, { prices }: History): Promise<ForecastErrors> {
  const { manifest } = model;
  const { hyper } = manifest;
  const returns = dailyReturns(lastDays(prices, contextDays(hyper) + SCORED_DAYS + 1));
  const block = { from: returns.rows - SCORED_DAYS, to: returns.rows };
  const series = { data: standardise(returns, manifest), cols: returns.cols };
  const trainer = createTrainer(await loadKernel(), readNetwork(model), hyper);
  const predictions = batchingOf(hyper).predictBlock(trainer, { series, hyper }, block);
  let [ofModel, ofMean] = [0, 0];
  predictions.forEach((z, i) => {
    const actual = series.data[block.from * series.cols + i]!;
    ofModel += (actual - z) ** 2;
    ofMean += actual ** 2;
  });
  // In standardised returns the training days have a variance of 1.
  const errorRatio = ofModel / Math.max(ofMean, predictions.length);
  return { errors: residualsOf(returns, block, predictions, manifest), errorRatio };
}

/**
 * Scores a model on the history's newest days. Each is forecast the day before, as an ensemble: the prediction plus
 * each residual from before the scored days. In either recipe the calibration block does not influence the final
 * weights, so a model that ends with the history or earlier was not trained on the scored days.
 *
 * @throws Error when the model does not fit the history, see `residualsBefore`
 */
export async function scoreForecasts(model: LstmModel, history: History): Promise<Score> {
  const residuals = residualsBefore(model, history);
  const { errors, errorRatio } = await forecastErrors(model, history);
  const { rows: days, cols, data } = errors;
  // Scoring prediction + residuals against the actual return is scoring the residuals against the error.
  const spread = ensembleSpread(residuals);
  let total = 0;
  for (let day = 0; day < days; day += 1) {
    total += energyScore(residuals, data.subarray(day * cols, (day + 1) * cols), spread);
  }
  return { energyScore: total / days, errorRatio, days };
}
