import { answerChart } from './answer.ts';
import type { App } from '../../app.ts';
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { UserError } from '../../errors.ts';
import type { AllocateRequest } from '../../engine-service/requests.ts';
import { boughtIn, FIGURES } from './bought.ts';
import { lostIn } from './left-out.ts';
import { splitCost } from './cost.ts';
import { mayLoseLess } from '../early-end.ts';
import { amountBesideHoldings } from '../held-assets.ts';
import type { PricedPortfolio } from '../../engine/samples.ts';
import { isLeastRisky } from '../../engine/strategies/strategy.ts';
import { allocationReply } from './reply.ts';
import type { Held } from '../../held.ts';
import { parseAmount, parseCurrency } from '../../parse.ts';
import { heldOf, universeBeside } from '../../terminal/held-flag.ts';
import { CHART_HELP, answerWithChart, replyToText } from '../../terminal/output.ts';
import type { TerminalCommand, Flags, Output } from '../../terminal/terminal-command.ts';
import {
  SCENARIO_HELP,
  SCENARIO_OPTIONS,
  STRATEGY_HELP,
  STRATEGY_OPTIONS,
  JSON_HELP,
  LIMIT_HELP,
  LIMIT_OPTIONS,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  scenarioFlagsOf,
  flag,
  lossOf,
  mandateOf,
} from '../../terminal/flags.ts';
import { viewsJson } from '../views.ts';
import { noPastOf } from '../record-words.ts';
import {
  accountJson,
  boundsJson,
  byTicker,
  conversionJson,
  pricesJson,
  stagesJson,
  strategyJson,
} from '../../terminal/json.ts';

export const allocateCommand: TerminalCommand = {
  name: 'allocate',
  summary: 'find the split with the highest expected profit within a CVaR limit',
  help: `allocate (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) --loss 8% [options]

${UNIVERSE_HELP}
${LIMIT_HELP}
${SCENARIO_HELP}
${STRATEGY_HELP}
  --amount 10000         money to split: shows what it buys, in whole shares, and the loss and profit in money
  --holdings TEXT|FILE.csv  what is held, such as "AAPL 10, MSFT 5.5, cash 500 USD", or the file of a broker, instead of
                         --amount: shows its risk and the trades from there; without assets, those held are meant.
                         What is held beside the assets asked about stays as it is
  --fractional           trade fractions of shares
  --currency EUR         currency of the amount, converted at the newest rate; default: that of the prices
                         (pounds where they are in pence)
${CHART_HELP}
${JSON_HELP}

Exit code 3 when the limit is not kept. No split keeps it then, and the answer is the least risky one. Only with
equal-weight the answer is its own split all the same, which is above the limit.`,
  options: {
    ...UNIVERSE_OPTIONS,
    ...LIMIT_OPTIONS,
    ...SCENARIO_OPTIONS,
    ...STRATEGY_OPTIONS,
    amount: { type: 'string' },
    currency: { type: 'string' },
    holdings: { type: 'string' },
    fractional: { type: 'boolean' },
    chart: { type: 'string' },
  },
  async run(flags, terminal) {
    const request = requestOf(flags, await heldOf(flags));
    return answerWithChart(flags, terminal, {
      ask: (app, options) => app.engine.allocate(request, options),
      chart: answerChart,
      output: allocateOutput,
    });
  },
};

function requestOf(flags: Flags, held: Held | undefined): AllocateRequest {
  const amount = flag(flags, 'amount');
  if (held !== undefined && amount !== undefined) throw amountBesideHoldings();
  checkMoney(flags);
  const universe = universeBeside(flags, held);
  return {
    universe,
    ...scenarioFlagsOf(flags),
    mandate: mandateOf(flags, universe, lossOf(flags)),
    ...(amount !== undefined && { amount: parseAmount(amount, 'amount') }),
    ...(held && { held }),
    ...(flags['fractional'] === true && { fractional: true }),
    ...currencyOf(flags),
  };
}

/** What is about money says nothing without any. */
function checkMoney(flags: Flags): void {
  if (['amount', 'holdings'].some((name) => flag(flags, name) !== undefined)) return;
  const option = ['currency', 'fractional'].find((name) => flags[name] !== undefined && flags[name] !== false);
  if (option !== undefined)
    throw new UserError(`--${option} is about money: give it with --amount or --holdings.`, { option });
}

function currencyOf(flags: Flags): Pick<AllocateRequest, 'amountCurrency'> {
  const currency = flag(flags, 'currency');
  if (currency === undefined) return {};
  return { amountCurrency: parseCurrency(currency, 'currency') };
}

function allocateOutput(answer: AllocateAnswer, app: App): Output {
  return {
    json: allocateJson(answer),
    text: replyToText(allocationReply({ answer, now: app.clock.now(), ...noPastOf(answer) })),
    exitCode: answer.allocation.status === 'optimal' ? 0 : 3,
  };
}

export function allocateJson(answer: AllocateAnswer): object {
  const { allocation, equalWeight, past, request, tickers, model, prices, seconds } = answer;
  const { mandate, sampling, strategy } = request;
  const { portfolio, minimum } = allocation;
  // Where no split keeps the limit, the portfolio is the least risky one, which stands below.
  const isOwn = allocation.status === 'optimal' || !isLeastRisky(allocation);
  return {
    status: allocation.status,
    ...(isOwn && {
      weights: byTicker(tickers, portfolio.weights),
      expectedReturn: portfolio.expectedReturn,
      cvar: portfolio.cvar,
      valueAtRisk: portfolio.valueAtRisk,
      freshCvar: portfolio.freshCvar,
      standardError: portfolio.standardError,
    }),
    cvarBehind: answer.behind,
    tradingCost: splitCost(answer),
    moved: allocation.moved,
    gap: allocation.gap,
    ...(mayLoseLess(allocation) && { minCvarGap: allocation.minimumGap }),
    ...(minimum && { minCvar: minimum.leastLimit, minCvarWeights: byTicker(tickers, minimum.weights) }),
    binding: answer.binding,
    holding: answer.holding,
    equalWeight: withoutWeights(equalWeight),
    ...viewsJson(request),
    past: past ?? null,
    ...strategyJson(strategy),
    horizonDays: mandate.horizonDays,
    alpha: mandate.risk.alpha,
    lossLimit: mandate.risk.limit,
    ...boundsJson(mandate.constraints),
    scenarios: sampling.scenarios,
    seed: sampling.seed,
    ...holdingsJson(answer),
    ...tradesJson(answer),
    ...(answer.conversion && { conversion: conversionJson(answer.conversion) }),
    model,
    prices: pricesJson(prices),
    seconds: stagesJson(seconds),
  };
}

function withoutWeights(portfolio: PricedPortfolio): object {
  const { weights: _, ...figures } = portfolio;
  return figures;
}

/** What is held before, its figures, the trades, as units and money, and the money they cost; sold ones are negative. */
function tradesJson({ trades, holdings, tickers }: AllocateAnswer): object {
  if (trades === undefined || holdings === undefined) return {};
  const { before, units, values, cost, conversions, keptOut } = trades;
  return {
    held: {
      ...accountJson(tickers, {
        ...before,
        amount: holdings.amount,
        currency: holdings.currency,
        conversions,
        keptOut,
      }),
      ...Object.fromEntries(FIGURES.map((figure) => [figure, before.portfolio[figure]])),
    },
    trades: tickers.flatMap((ticker, j) => (units[j] === 0 ? [] : [{ ticker, units: units[j], money: values[j] }])),
    tradesCost: cost,
  };
}

/** Units, cash, and the figures of what is bought: as fractions of the amount, and as money. */
function holdingsJson(answer: AllocateAnswer): object {
  const { holdings, tickers } = answer;
  if (holdings === undefined) return {};
  const { units, cash, amount, currency, portfolio, missed, isMostProfitable } = holdings;
  const figures = FIGURES.map((figure) => [figure, portfolio[figure]] as const);
  const lost = lostIn(answer, holdings).map(({ ticker, part, price }) => [ticker, { part, price }] as const);
  return {
    shares: byTicker(tickers, units),
    cash,
    ...(boughtIn(answer) && {
      bought: {
        ...(currency !== undefined && { currency }),
        ...Object.fromEntries(figures),
        money: Object.fromEntries(figures.map(([figure, share]) => [figure, share * amount])),
        ...(isMostProfitable === true && { isMostProfitable }),
        ...(missed.length > 0 && { missed }),
      },
    }),
    ...(lost.length > 0 && { tooSmall: Object.fromEntries(lost) }),
  };
}
