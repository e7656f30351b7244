// A model of four assets, and samples to decide on.
import { historyUntil } from '../../../src/engine/history.ts';
import { createPricing, createJudge, type MeasuredPortfolio } from '../../../src/engine/samples.ts';
import { lstmGenerator } from '../../../src/engine/strategies/lstm-generator.ts';
import type { DecideContext } from '../../../src/engine/strategies/strategy.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { cutRows, fatTailed } from '../../support/scenarios.ts';
import { fakeClock, trainSmall } from '../../support/small-model.ts';

const prices = randomPrices({ assets: 4 });

export const { tickers } = prices;
export const model = await trainSmall(prices);
export const history = historyUntil(prices);
export const source = await lstmGenerator.source(model, history, 5);
const [scenarios, pricing, fresh] = cutRows(fatTailed(4000, 4, 6), [800, 1600, 1600]);

/** Splits are chosen and priced on these, and judged on `fresh`. */
export const samples = { scenarios, pricing };
export const context: DecideContext = { samples, fresh, now: fakeClock() };

/** What a decision says of these weights. */
export const measured = (weights: readonly number[], alpha: number): MeasuredPortfolio =>
  createJudge(fresh, alpha)(createPricing(samples, alpha)(weights));
