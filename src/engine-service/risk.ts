// What weights that a person gives risk.
import type { History } from '../engine/history.ts';
import { findTicker, knownTicker } from '../engine/market.ts';
import type { Look } from '../engine/portfolio/look.ts';
import type { Drawn } from '../engine/strategies/drawn.ts';
import type { Model } from '../engine/strategies/strategy.ts';
import type { LoadedPrices } from '../engine/types.ts';
import { UserError } from '../errors.ts';
import type { TaskOptions } from '../workers/lane.ts';
import type { Pool } from '../workers/pool.ts';
import {
  modelProvenance,
  type ModelProvenance,
  priceProvenance,
  type PriceProvenance,
  type Seconds,
} from './answers.ts';
import type { Account } from './account.ts';
import { isOfRealDays } from './model-fit.ts';
import { CASH, type HeldWeight, type RiskRequest, withoutCash } from './requests.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Plain data. */
export interface RiskAnswer {
  readonly request: RiskRequest;
  readonly universe: string;
  /** (n) Of the universe, held or not. */
  readonly tickers: readonly string[];
  readonly look: Look;
  /** What is held, where it was not given as weights. */
  readonly account?: Account;
  readonly model: ModelProvenance;
  readonly prices: PriceProvenance;
  readonly seconds: Seconds;
}

interface Prepared {
  readonly loaded: LoadedPrices & { readonly label: string };
  readonly history: History;
  readonly model: Model;
  readonly drawn: Drawn;
  readonly money: { readonly account: Account | undefined };
}

/** @throws UserError (option `weights`, `shock`) when an asset is unknown; as `lookAt` */
export async function lookAtWeights(
  request: RiskRequest,
  { loaded, history, model, drawn, money: { account } }: Prepared,
  { pool, signal, stopwatch }: Pick<TaskOptions, 'signal'> & { readonly pool: Pool; readonly stopwatch: Stopwatch },
): Promise<RiskAnswer> {
  const { mandate, shock } = request;
  const { tickers } = history.prices;
  const order = {
    weights: account?.values.map((value) => value / account.amount) ?? weightsOver(tickers, request.weights),
    alpha: mandate.risk.alpha,
    horizonDays: mandate.horizonDays,
    history,
    isReal: isOfRealDays(request.universe),
    ...(shock && { shock: { move: shock.move, column: tickers.indexOf(knownTicker(tickers, shock.ticker, 'shock')) } }),
  };
  const look = await pool.run('look', { drawn, order }, { signal });
  stopwatch.lap('optimize');
  return {
    request,
    universe: loaded.label,
    tickers,
    look,
    ...(account && { account }),
    model: modelProvenance(model, drawn),
    prices: priceProvenance(loaded, history),
    seconds: stopwatch.seconds(),
  };
}

/**
 * @returns (n)
 * @throws UserError (option `weights`) when an asset is unknown or comes twice, or there is cash alone
 */
function weightsOver(tickers: readonly string[], held: readonly HeldWeight[]): number[] {
  const weights = tickers.map(() => 0);
  const isAsset = findTicker(tickers, CASH) !== undefined;
  for (const { ticker, weight } of isAsset ? held : withoutCash(held)) {
    const known = knownTicker(tickers, ticker, 'weights');
    const column = tickers.indexOf(known);
    if (weights[column] !== 0) throw refuse(`names ${known} twice`);
    weights[column] = weight;
  }
  if (weights.some((weight) => weight > 0)) return weights;
  throw refuse('takes at least one asset beside cash');
}

const refuse = (sentence: string): UserError => new UserError(`weights ${sentence}.`, { option: 'weights' });
