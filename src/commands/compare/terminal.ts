import type { App } from '../../app.ts';
import type { CompareAnswer } from '../../engine-service/compare.ts';
import type { CompareRequest } from '../../engine-service/requests.ts';
import { STRATEGIES } from '../../engine/strategies/index.ts';
import { DEFAULTS, parseDay, RANGES } from '../../parse.ts';
import {
  allowOf,
  COST_HELP,
  costOf,
  dayOf,
  flag,
  JSON_HELP,
  mandateOf,
  rate,
  requiredFlag,
  RISK_HELP,
  RISK_OPTIONS,
  samplingOf,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  universeOf,
  whole,
} from '../../terminal/flags.ts';
import { drawTo, prepareOutput, siblingFile } from '../../terminal/output.ts';
import type { Flags, Output, Terminal, TerminalCommand } from '../../terminal/terminal-command.ts';
import { withApp } from '../../terminal/with-app.ts';
import { answerCharts } from './answer.ts';
import { parseCpcv, parseLimit, parseStrategies } from './options.ts';
import { compareJson } from './output.ts';
import { compareText } from './terminal-text.ts';

const text = { type: 'string' } as const;

export const compareCommand: TerminalCommand = {
  name: 'compare',
  summary: 'compare strategies on past prices, and with equal weights and an index',
  help: `compare (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) --from YYYY-MM-DD [options]

${UNIVERSE_HELP}
  --from YYYY-MM-DD      day of the first decision of all, or the first on which all can decide
  --until YYYY-MM-DD     last day of any outcome; default: the newest price
  --strategies A,B       default: all of ${STRATEGIES.map(({ id }) => id).join(', ')}
  --limits ${DEFAULTS.compareLimit}            the CVaR limit of all, or none. Equal weights and the index are held whatever it is
  --horizon ${DEFAULTS.horizon}           trading days between decisions, ${RANGES.horizon.min} to ${RANGES.horizon.max}
${RISK_HELP}
  --retrain ${DEFAULTS.retrain}           trading days between trainings; 0 trains for every decision
  --scenarios ${DEFAULTS.backtestScenarios}       scenarios per decision, ${RANGES.scenarios.min} to ${RANGES.scenarios.max}
${COST_HELP}
  --risk-free 0%         annual risk-free rate for Sharpe ratios; may be negative
  --cpcv 10,8            cross-validate the choice: groups of days, and how many of them are for training
  --seed 1               seed of trainings, scenarios and tests
  --chart OUT.png        draw growth of money and drawdowns, and weights over time into OUT-weights.png
${JSON_HELP}

Finished decisions are stored for 30 days: the same command resumes a comparison that was stopped.`,
  options: {
    ...UNIVERSE_OPTIONS,
    from: text,
    until: text,
    strategies: text,
    limits: text,
    horizon: text,
    ...RISK_OPTIONS,
    retrain: text,
    scenarios: text,
    'cost-bps': text,
    'risk-free': text,
    cpcv: text,
    seed: text,
    chart: text,
  },
  run(flags, terminal) {
    const request = requestOf(flags);
    const chart = flag(flags, 'chart');
    const compare = async (app: App): Promise<Output> => {
      if (chart !== undefined) await prepareOutput(chart, 'chart');
      const answer = await app.engine.compare(request, { onProgress: terminal.onProgress });
      if (chart !== undefined) await drawBoth(chart, answer, app, terminal);
      return { json: compareJson(answer), text: compareText(answer, app.clock.now()), exitCode: 0 };
    };
    return withApp(terminal, compare, {
      whenInterrupted: 'Stopped. Finished decisions are stored: the same command resumes from them.',
    });
  },
};

async function drawBoth(file: string, answer: CompareAnswer, app: App, terminal: Terminal): Promise<void> {
  const { equity, weights } = answerCharts(answer);
  await drawTo(file, equity(), app, terminal);
  await drawTo(siblingFile(file, 'weights'), weights(), app, terminal);
}

function requestOf(flags: Flags): CompareRequest {
  const [until, strategies, cpcv] = [dayOf(flags, 'until'), flag(flags, 'strategies'), flag(flags, 'cpcv')];
  const universe = universeOf(flags);
  const mandate = mandateOf(flags, universe);
  return {
    universe,
    ...allowOf(flags),
    from: parseDay(requiredFlag(flags, 'from', '2020-01-02'), 'from'),
    ...(until !== undefined && { until }),
    ...(strategies !== undefined && { strategies: parseStrategies(strategies) }),
    mandate,
    limit: parseLimit(flag(flags, 'limits') ?? DEFAULTS.compareLimit, 'terminal'),
    riskFree: rate(flags, 'risk-free', RANGES.riskFree, 0),
    ...(cpcv !== undefined && { cpcv: parseCpcv(cpcv) }),
    retrainDays: whole(flags, 'retrain', RANGES.retrain, DEFAULTS.retrain),
    window: 'expanding',
    isWarmStarted: false,
    sampling: samplingOf(flags, DEFAULTS.backtestScenarios),
    costBps: costOf(flags, mandate),
  };
}
