import type { History } from '../history.ts';
import { lastDays } from '../history.ts';
import { dailyReturns } from '../returns.ts';
import type { Score } from '../strategies/strategy.ts';
import { energyScore, ensembleSpread } from '../scores.ts';
import type { Matrix } from '../types.ts';
import type { ModelArtefact } from './artefact.ts';
import { standardise } from './blocks.ts';
import { loadKernel } from './kernel/load.ts';
import { feedOf } from './memory.ts';
import { readNetwork } from './network.ts';
import { realDays } from './simulation.ts';
import { createTrainer } from './trainer.ts';

/** The newest days of a history; the shortest history's calibration block has 75. */
export const SCORED_DAYS = 60;

/** Fewer make no ensemble. */
const FEWEST_RESIDUALS = 10;

/**
 * The residuals of the days before the scored days. A model's residuals are of the days of its calibration block, the
 * last that it was given: those of days that are scored stand at the end.
 *
 * @throws Error when the model knows later days or other assets, or has too few residuals: then the scored days
 * are not all in its calibration block, and may have taught it something
 */
const residualsBefore = ({ manifest, residuals }: ModelArtefact, { prices, until }: History): Matrix => {
  if (prices.tickers.join() !== manifest.tickers.join()) {
    throw new Error(`The model knows ${manifest.tickers.join(', ')}, the prices are of ${prices.tickers.join(', ')}.`);
  }
  if (manifest.trainedUntil > until) {
    throw new Error(`The model was trained until ${manifest.trainedUntil}, the prices end on ${until}.`);
  }
  const scored = prices.dates.slice(-SCORED_DAYS).filter((date) => date <= manifest.trainedUntil).length;
  const rows = residuals.rows - scored;
  if (rows < FEWEST_RESIDUALS) {
    throw new Error(
      `Expected a model with residuals of at least ${FEWEST_RESIDUALS} days before the last ${SCORED_DAYS}, got ${Math.max(0, rows)}.`,
    );
  }
  return { ...residuals, rows, data: residuals.data.subarray(0, rows * residuals.cols) };
};

/** @returns (SCORED_DAYS, n) what came minus what was predicted the day before, in daily returns */
const forecastErrors = async (artefact: ModelArtefact, { prices }: History): Promise<Matrix> => {
  const { hyper, means, deviations } = artefact.manifest;
  const returns = dailyReturns(lastDays(prices, realDays(hyper) + SCORED_DAYS + 1));
  const { rows, cols } = returns;
  const block = { from: rows - SCORED_DAYS, to: rows };
  const series = { data: standardise(returns, artefact.manifest), cols };
  const trainer = createTrainer(await loadKernel(), readNetwork(artefact), hyper);
  const predictions = feedOf(hyper).predictBlock(trainer, { series, hyper }, block);
  const data = returns.data.slice(block.from * cols);
  predictions.forEach((z, i) => {
    data[i]! -= z * deviations[i % cols]! + means[i % cols]!;
  });
  return { rows: SCORED_DAYS, cols, data };
};

/**
 * Scores a model on the history's newest days, each foretold from the days before it: as an ensemble, the
 * prediction with each residual from before these days. The calibration block decides no weights, in either
 * recipe, so no model that ends with the history or before has learnt from them.
 *
 * @throws Error when the model and the history do not go together
 */
export const scoreForecasts = async (artefact: ModelArtefact, history: History): Promise<Score> => {
  const residuals = residualsBefore(artefact, history);
  const { rows: days, cols, data } = await forecastErrors(artefact, history);
  // Prediction + residuals against what came is residuals against the error: only the origin moves.
  const spread = ensembleSpread(residuals);
  let total = 0;
  for (let day = 0; day < days; day += 1) {
    total += energyScore(residuals, data.subarray(day * cols, (day + 1) * cols), spread);
  }
  const squares = data.reduce((sum, error) => sum + error ** 2, 0);
  return { energyScore: total / days, meanSquaredError: squares / data.length, days };
};
