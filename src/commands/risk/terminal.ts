import { viewsJson } from '../views.ts';
import type { App } from '../../app.ts';
import { type RiskRequest, withoutCash } from '../../engine-service/requests.ts';
import type { RiskAnswer } from '../../engine-service/risk.ts';
import { assetsHeld } from '../held-assets.ts';
import {
  flag,
  JSON_HELP,
  mandateOf,
  RECIPE_HELP,
  RECIPE_OPTIONS,
  SCENARIO_HELP,
  SCENARIO_OPTIONS,
  scenarioFlagsOf,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  namesAssets,
  universeOf,
} from '../../terminal/flags.ts';
import type { Held } from '../../held.ts';
import { heldOf } from '../../terminal/held-flag.ts';
import { accountJson, byTicker, pricesJson, stagesJson } from '../../terminal/json.ts';
import { answerWithChart, CHART_HELP, replyToText } from '../../terminal/output.ts';
import type { Flags, Output, TerminalCommand } from '../../terminal/terminal-command.ts';
import { answerChart } from './answer.ts';
import { parseShock, parseWeights } from '../portfolio.ts';
import { nothingGiven, weightsBesideHoldings } from './read-request.ts';
import { riskReply } from './reply.ts';
import { cashOf } from './rows.ts';

export const riskCommand: TerminalCommand = {
  name: 'risk',
  summary: 'show where the risk of a split comes from, and what stress would do to it',
  help: `risk --weights "NVDA 30%, KO 70%" | --holdings "NVDA 10, KO 5" [--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C] [options]

  --weights TEXT         what is held, in parts of the money; what is missing to 100% is cash
  --holdings TEXT|FILE.csv  the same as "NVDA 10, KO 5.5, cash 500 USD", or the file of a broker;
                         without assets, those held are meant
${UNIVERSE_HELP}
  --alpha 95%            confidence level: 95% averages the worst 5% of cases; 50% to 99.9%
${SCENARIO_HELP}
${RECIPE_HELP}
  --shock "NVDA -30%"    a move to try: the others move as in the scenarios that have it
${CHART_HELP}
${JSON_HELP}`,
  options: {
    weights: { type: 'string' },
    holdings: { type: 'string' },
    shock: { type: 'string' },
    alpha: { type: 'string' },
    ...UNIVERSE_OPTIONS,
    ...SCENARIO_OPTIONS,
    ...RECIPE_OPTIONS,
    chart: { type: 'string' },
  },
  async run(flags, terminal) {
    const request = requestOf(flags, await heldOf(flags));
    return answerWithChart(flags, terminal, {
      ask: (app, options) => app.engine.risk(request, options),
      chart: answerChart,
      output: riskOutput,
    });
  },
};

function requestOf(flags: Flags, held: Held | undefined): RiskRequest {
  if (held !== undefined && flag(flags, 'weights') !== undefined) throw weightsBesideHoldings();
  const given = flag(flags, 'weights');
  if (held === undefined && given === undefined) throw nothingGiven();
  const weights = given === undefined ? [] : parseWeights(given, 'terminal');
  const named = held?.positions ?? withoutCash(weights);
  const assets = () => assetsHeld(named, held ? 'holdings' : 'weights', flag(flags, 'vendor'));
  const shock = flag(flags, 'shock');
  const universe = namesAssets(flags) ? universeOf(flags) : assets();
  return {
    universe,
    ...scenarioFlagsOf(flags),
    mandate: mandateOf(flags, universe),
    weights,
    ...(held && { held }),
    ...(shock !== undefined && { shock: parseShock(shock, 'terminal') }),
  };
}

const riskOutput = (answer: RiskAnswer, app: App): Output => ({
  json: riskJson(answer),
  text: replyToText(riskReply({ answer, now: app.clock.now() })),
  exitCode: 0,
});

function riskJson({ request, tickers, look, account, model, prices, seconds }: RiskAnswer): object {
  const { mandate, sampling } = request;
  const { weights, shares, correlations, worst, replays, worstDays, past, shocked, ...figures } = look;
  const named = ({ returns, ...rest }: { readonly returns: readonly number[] }): object => ({
    ...rest,
    returns: byTicker(tickers, returns),
  });
  return {
    status: 'measured',
    weights: byTicker(tickers, weights),
    cash: cashOf(weights),
    ...(account && { held: accountJson(tickers, account) }),
    ...figures,
    tailShares: byTicker(tickers, shares),
    correlations: { ...correlations, of: correlations.of.map((column) => tickers[column]) },
    worst: worst.map(named),
    replays: replays.map(named),
    worstDays: named(worstDays),
    past,
    ...(shocked && { shock: named(shocked) }),
    horizonDays: mandate.horizonDays,
    alpha: mandate.risk.alpha,
    scenarios: sampling.scenarios,
    seed: sampling.seed,
    ...viewsJson(request),
    model,
    prices: pricesJson(prices),
    seconds: stagesJson(seconds),
  };
}
