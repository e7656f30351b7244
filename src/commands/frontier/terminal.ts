import { viewsJson } from '../views.ts';
import { answerChart } from './answer.ts';
import type { App } from '../../app.ts';
import type { Portfolio } from '../../engine/types.ts';
import type { FrontierAnswer } from '../../engine-service/answers.ts';
import type { FrontierRequest } from '../../engine-service/requests.ts';
import { frontierReply } from './reply.ts';
import { DEFAULTS, RANGES } from '../../parse.ts';
import type { Held } from '../../held.ts';
import { heldOf, universeBeside } from '../../terminal/held-flag.ts';
import { CHART_HELP, answerWithChart, replyToText } from '../../terminal/output.ts';
import type { TerminalCommand, Flags, Output } from '../../terminal/terminal-command.ts';
import {
  SCENARIO_HELP,
  SCENARIO_OPTIONS,
  RECIPE_HELP,
  RECIPE_OPTIONS,
  JSON_HELP,
  LIMIT_OPTIONS,
  RISK_HELP,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  scenarioFlagsOf,
  mandateOf,
  optionalRate,
  whole,
} from '../../terminal/flags.ts';
import { noPastOf } from '../record-words.ts';
import { heldWeights } from '../account-fields.ts';
import { splitTrades } from '../split-trades.ts';
import { boundsJson, byTicker, heldJson, pricesJson, stagesJson } from '../../terminal/json.ts';

export const frontierCommand: TerminalCommand = {
  name: 'frontier',
  summary: 'show the highest expected profit at every achievable CVaR',
  help: `frontier (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) [options]

${UNIVERSE_HELP}
  --points ${DEFAULTS.points}            number of splits, from the lowest CVaR to the highest expected profit, ${RANGES.points.min} to ${RANGES.points.max}
  --loss 8%              a limit (CVaR) to mark
  --holdings TEXT|FILE.csv  what is held, such as "AAPL 10, cash 500 USD", from which every split is traded to;
                         without assets, those held are meant
${RISK_HELP}
${SCENARIO_HELP}
${RECIPE_HELP}
${CHART_HELP}
${JSON_HELP}`,
  options: {
    ...UNIVERSE_OPTIONS,
    ...LIMIT_OPTIONS,
    ...SCENARIO_OPTIONS,
    ...RECIPE_OPTIONS,
    points: { type: 'string' },
    holdings: { type: 'string' },
    chart: { type: 'string' },
  },
  async run(flags, terminal) {
    const request = requestOf(flags, await heldOf(flags));
    return answerWithChart(flags, terminal, {
      ask: (app, options) => app.engine.frontier(request, options),
      chart: answerChart,
      output: frontierOutput,
    });
  },
};

function requestOf(flags: Flags, held: Held | undefined): FrontierRequest {
  const loss = optionalRate(flags, 'loss', RANGES.loss);
  const universe = universeBeside(flags, held);
  return {
    universe,
    ...(held && { held }),
    points: whole(flags, 'points', RANGES.points, DEFAULTS.points),
    ...scenarioFlagsOf(flags),
    mandate: mandateOf(flags, universe, loss),
  };
}

function frontierOutput(answer: FrontierAnswer, app: App): Output {
  const reply = frontierReply({
    answer,
    mostRows: RANGES.points.max,
    weightsPerRow: 3,
    now: app.clock.now(),
    ...noPastOf(answer),
  });
  return { json: frontierJson(answer), text: replyToText(reply), exitCode: 0 };
}

function frontierJson({ request, tickers, frontier, account, past, model, prices, seconds }: FrontierAnswer): object {
  const { mandate, sampling } = request;
  const { alpha, limit } = mandate.risk;
  const pointJson = ({ weights, ...figures }: Portfolio): object => ({
    ...figures,
    ...(account && splitTrades(weights, heldWeights(account), mandate.constraints)),
    weights: byTicker(tickers, weights),
  });
  const { weights: _, ...equalWeight } = frontier.equalWeight;
  return {
    status: 'traced',
    points: frontier.points.map(pointJson),
    minCvar: frontier.minimum.leastLimit,
    equalWeight,
    gap: frontier.gap,
    past: past ?? null,
    horizonDays: mandate.horizonDays,
    alpha,
    ...(limit !== undefined && { lossLimit: limit }),
    ...boundsJson(mandate.constraints),
    ...(account && { held: heldJson(tickers, account) }),
    scenarios: sampling.scenarios,
    seed: sampling.seed,
    ...viewsJson(request),
    model,
    prices: pricesJson(prices),
    seconds: stagesJson(seconds),
  };
}
