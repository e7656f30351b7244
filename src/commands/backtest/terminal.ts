import { answerCharts } from './answer.ts';
import type { App } from '../../app.ts';
import type { BacktestAnswer } from '../../engine-service/answers.ts';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';
import { MIN_DAYS } from '../../engine/history.ts';
import { DEFAULTS, RANGES, parseDay, parseLimits, parseWhole } from '../../parse.ts';
import { backtestJson, writeDecisionsCsv } from './output.ts';
import { backtestText } from './terminal-text.ts';
import type { TerminalCommand, Flags, Output, Terminal } from '../../terminal/terminal-command.ts';
import {
  JSON_HELP,
  RISK_HELP,
  STRATEGY_HELP,
  STRATEGY_OPTIONS,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  dayOf,
  flag,
  mandateOf,
  requiredFlag,
  samplingOf,
  strategyOf,
  universeOf,
  whole,
} from '../../terminal/flags.ts';
import { prepareOutput, drawTo } from '../../terminal/output.ts';
import { withApp } from '../../terminal/with-app.ts';

const text = { type: 'string' } as const;

/** A training looks at no more. */
const WINDOW = { min: MIN_DAYS, max: 2500 };

export const backtestCommand: TerminalCommand = {
  name: 'backtest',
  summary: 'what allocate would have decided on past days, and what came of it',
  help: `backtest (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) --from YYYY-MM-DD [options]

${UNIVERSE_HELP}
                         a column whose name begins with ^ (such as ^IXIC) is an index to compare with, no asset
  --from YYYY-MM-DD      the first decision is made on this day, or on the first with prices after it
  --until YYYY-MM-DD     no outcome ends later; without: the newest price
  --horizon ${DEFAULTS.horizon}           trading days from one decision to the next, ${RANGES.horizon.min} to ${RANGES.horizon.max}
  --offset 0             puts all decisions off by so many days, below the horizon
  --limits ${DEFAULTS.limits}    CVaR limits: from, to and step, or a list such as 4%,8%
${RISK_HELP}
  --retrain ${DEFAULTS.retrain}           days after which a new model is trained; 0: for every decision
  --window expanding     what it is trained on: all days before, or so many of the last,
                         ${WINDOW.min} to ${WINDOW.max}; never more than the last ${WINDOW.max}
  --warm-start           a new model begins with the weights of the one before
${STRATEGY_HELP}
  --scenarios ${DEFAULTS.backtestScenarios}       scenarios of each decision, ${RANGES.scenarios.min} to ${RANGES.scenarios.max}
  --cost-bps ${DEFAULTS.cost}          costs in basis points of the value traded, ${RANGES.cost.min} to ${RANGES.cost.max}
  --seed 1               of the trainings and the scenarios
  --csv OUT.csv          write every decision, a row each
  --chart OUT.png        draw predicted and realised profit; OUT-equity.png what the money became, and
                         OUT-violations.png when a limit was broken
${JSON_HELP}

Decisions that are made are kept for 30 days: a backtest that was stopped goes on where it was.`,
  options: {
    ...UNIVERSE_OPTIONS,
    from: text,
    until: text,
    horizon: text,
    offset: text,
    limits: text,
    alpha: text,
    'max-weight': text,
    'min-weight': text,
    retrain: text,
    window: text,
    'warm-start': { type: 'boolean' },
    ...STRATEGY_OPTIONS,
    scenarios: text,
    'cost-bps': text,
    seed: text,
    csv: text,
    chart: text,
  },
  run(flags, terminal) {
    const request = requestOf(flags);
    const [csv, chart] = [flag(flags, 'csv'), flag(flags, 'chart')];
    const test = async (app: App): Promise<Output> => {
      if (csv !== undefined) await prepareOutput(csv, 'csv');
      if (chart !== undefined) await prepareOutput(chart, 'chart');
      const answer = await app.engine.backtest(request, { onProgress: terminal.onProgress });
      if (csv !== undefined) await writeDecisionsCsv(csv, answer);
      if (chart !== undefined) await drawAll(chart, answer, app, terminal);
      return { json: backtestJson(answer), text: backtestText(answer, app.clock.now()), exitCode: 0 };
    };
    return withApp(
      terminal,
      test,
      'Stopped. The decisions that were made are kept: the same command goes on from them.',
    );
  },
};

function requestOf(flags: Flags): BacktestRequest {
  const until = dayOf(flags, 'until');
  return {
    universe: universeOf(flags),
    from: parseDay(requiredFlag(flags, 'from', '2020-01-02'), 'from'),
    ...(until !== undefined && { until }),
    mandate: mandateOf(flags),
    offset: whole(flags, 'offset', { min: 0, max: RANGES.horizon.max }, 0),
    limits: parseLimits(flag(flags, 'limits') ?? DEFAULTS.limits, 'limits'),
    retrainDays: whole(flags, 'retrain', RANGES.retrain, DEFAULTS.retrain),
    window: windowOf(flags),
    isWarmStarted: flags['warm-start'] === true,
    strategy: strategyOf(flags),
    sampling: samplingOf(flags, DEFAULTS.backtestScenarios),
    costBps: whole(flags, 'cost-bps', RANGES.cost, DEFAULTS.cost),
  };
}

function windowOf(flags: Flags): BacktestRequest['window'] {
  const value = flag(flags, 'window') ?? 'expanding';
  if (value === 'expanding') return value;
  if (/^\d+$/.test(value)) return parseWhole(value, 'window', WINDOW);
  throw new UserError(`--window takes expanding or a number of days such as 1000; got "${value}".`, 'window');
}

/** `OUT.png`, `OUT-equity.png` and `OUT-violations.png`. */
async function drawAll(file: string, answer: BacktestAnswer, app: App, terminal: Terminal): Promise<void> {
  const { profit, equity, violations } = answerCharts(answer);
  const beside = (name: string): string => file.replace(/(\.[^./\\]*)?$/, (ending) => `-${name}${ending}`);
  await drawTo(file, profit, app, terminal);
  await drawTo(beside('equity'), equity, app, terminal);
  await drawTo(beside('violations'), violations, app, terminal);
}
