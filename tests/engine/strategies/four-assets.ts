// A model of four assets, and samples to decide on.
import { historyUntil } from '../../../src/engine/history.ts';
import type { DecideContext } from '../../../src/engine/strategies/strategy.ts';
import { randomPrices } from '../../support/random-prices.ts';
import { fatTailed } from '../../support/scenarios.ts';
import { fakeClock, trainSmall } from '../../support/small-model.ts';

const prices = randomPrices({ assets: 4 });

export const { tickers } = prices;
export const model = await trainSmall(prices);
export const history = historyUntil(prices);
export const samples = { scenarios: fatTailed(800, 4, 1), fresh: fatTailed(400, 4, 2) };
export const context: DecideContext = { samples, now: fakeClock() };
