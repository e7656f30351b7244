// What weights that a person gives risk.
import { currencyUnit } from '../currency-units.ts';
import { knownTicker } from '../engine/market.ts';
import type { Look } from '../engine/portfolio/look.ts';
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
import { type Account, accountIn } from './account.ts';
import { isOfRealDays } from './model-fit.ts';
import type { Prepared } from './prepare.ts';
import { type RiskRequest, weightsOver } from './requests.ts';
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

/** @throws UserError (option `weights`, `shock`) when an asset is unknown; as `lookAt` */
export async function lookAtWeights(
  request: RiskRequest,
  { loaded, history, model, drawn, money: { account } }: Prepared,
  { pool, signal, stopwatch }: Pick<TaskOptions, 'signal'> & { readonly pool: Pool; readonly stopwatch: Stopwatch },
): Promise<RiskAnswer> {
  const { mandate, shock } = request;
  const { tickers } = history.prices;
  const order = {
    weights: account?.values.map((value) => value / account.amount) ?? givenWeights(tickers, request),
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
    ...(account && { account: inWholeCurrency(account) }),
    model: modelProvenance(model, drawn),
    prices: priceProvenance(loaded, history),
    seconds: stopwatch.seconds(),
  };
}

/** Pounds where prices are in pence. */
function inWholeCurrency(account: Account): Account {
  if (account.currency === undefined) return account;
  const { currency, perUnit } = currencyUnit(account.currency);
  return accountIn(account, perUnit, currency);
}

/** @throws UserError (option `weights`) as `weightsOver`, and when there is cash alone */
function givenWeights(tickers: readonly string[], { weights: given }: RiskRequest): number[] {
  const weights = weightsOver(tickers, given, 'weights');
  if (weights.some((weight) => weight > 0)) return weights;
  throw new UserError('weights takes at least one asset beside cash.', { option: 'weights' });
}
