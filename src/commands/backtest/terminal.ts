import { answerCharts } from './answer.ts';
import type { App } from '../../app.ts';
import type { BacktestAnswer } from '../../engine-service/answers.ts';
import type { BacktestRequest } from '../../engine-service/requests.ts';
import { UserError } from '../../errors.ts';
import { MIN_DAYS } from '../../engine/history.ts';
import { DEFAULTS, RANGES, parseDay, parseWhole } from '../../parse.ts';
import { parseLimits } from '../../parse-limits.ts';
import { backtestJson, writeDecisionsCsv } from './output.ts';
import { backtestText } from './terminal-text.ts';
import type { TerminalCommand, Flags, Output, Terminal } from '../../terminal/terminal-command.ts';
import {
  JSON_HELP,
  RISK_HELP,
  RISK_OPTIONS,
  SIGNAL_HELP,
  SIGNAL_OPTIONS,
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
  allowOf,
  COST_HELP,
  costOf,
  START_HELP,
  whole,
} from '../../terminal/flags.ts';
import type { Held } from '../../held.ts';
import { heldOf } from '../../terminal/held-flag.ts';
import { prepareOutput, drawTo, siblingFile } from '../../terminal/output.ts';
import { withApp } from '../../terminal/with-app.ts';

const text = { type: 'string' } as const;

/** Training uses no more days than the maximum. */
const WINDOW = { min: MIN_DAYS, max: 2500 };

export const backtestCommand: TerminalCommand = {
  name: 'backtest',
  summary: 'test on past prices what allocate would have decided',
  help: `backtest (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) --from YYYY-MM-DD [options]

${UNIVERSE_HELP}
  --from YYYY-MM-DD      day of the first decision, or the next day with prices
  --until YYYY-MM-DD     last day of any outcome; default: the newest price
  --horizon ${DEFAULTS.horizon}           trading days between decisions, ${RANGES.horizon.min} to ${RANGES.horizon.max}
  --offset 0             postpones all decisions by this many days, fewer than the horizon
  --limits ${DEFAULTS.limits}     CVaR limits: from:to:step, a range such as 1%-12%, or a list such as 4%,8%
${RISK_HELP}
  --retrain ${DEFAULTS.retrain}           trading days between trainings; 0 trains for every decision
  --window expanding     training data: expanding (all earlier days), or this many of the latest days,
                         ${WINDOW.min} to ${WINDOW.max}; never more than the latest ${WINDOW.max}
  --warm-start           each new model starts from the weights of the previous one
${STRATEGY_HELP}
${SIGNAL_HELP}
  --scenarios ${DEFAULTS.backtestScenarios}       scenarios per decision, ${RANGES.scenarios.min} to ${RANGES.scenarios.max}
${COST_HELP}
${START_HELP}
  --seed 1               seed of trainings and scenarios
  --csv OUT.csv          write one row per decision
  --chart OUT.png        draw predicted and realised profit; also OUT-equity.png (growth of money) and
                         OUT-violations.png (when limits were broken)
${JSON_HELP}

Finished decisions are stored for 30 days: the same command resumes a backtest that was stopped.`,
  options: {
    ...UNIVERSE_OPTIONS,
    from: text,
    until: text,
    horizon: text,
    offset: text,
    limits: text,
    ...RISK_OPTIONS,
    retrain: text,
    window: text,
    'warm-start': { type: 'boolean' },
    ...STRATEGY_OPTIONS,
    ...SIGNAL_OPTIONS,
    scenarios: text,
    'cost-bps': text,
    holdings: text,
    seed: text,
    csv: text,
    chart: text,
  },
  async run(flags, terminal) {
    const request = requestOf(flags, await heldOf(flags));
    const [csv, chart] = [flag(flags, 'csv'), flag(flags, 'chart')];
    const test = async (app: App): Promise<Output> => {
      if (csv !== undefined) await prepareOutput(csv, 'csv');
      if (chart !== undefined) await prepareOutput(chart, 'chart');
      const answer = await app.engine.backtest(request, { onProgress: terminal.onProgress });
      if (csv !== undefined) await writeDecisionsCsv(csv, answer);
      if (chart !== undefined) await drawAll(chart, answer, app, terminal);
      return { json: backtestJson(answer), text: backtestText(answer, app.clock.now()), exitCode: 0 };
    };
    return withApp(terminal, test, {
      whenInterrupted: 'Stopped. Finished decisions are stored: the same command resumes from them.',
    });
  },
};

function requestOf(flags: Flags, held: Held | undefined): BacktestRequest {
  const until = dayOf(flags, 'until');
  const universe = universeOf(flags);
  const mandate = mandateOf(flags, universe);
  return {
    universe,
    ...(held && { held }),
    ...allowOf(flags),
    from: parseDay(requiredFlag(flags, 'from', '2020-01-02'), 'from'),
    ...(until !== undefined && { until }),
    mandate,
    offset: whole(flags, 'offset', { min: 0, max: RANGES.horizon.max }, 0),
    limits: parseLimits(flag(flags, 'limits') ?? DEFAULTS.limits, 'limits', 'terminal'),
    retrainDays: whole(flags, 'retrain', RANGES.retrain, DEFAULTS.retrain),
    window: windowOf(flags),
    isWarmStarted: flags['warm-start'] === true,
    strategy: strategyOf(flags),
    sampling: samplingOf(flags, DEFAULTS.backtestScenarios),
    costBps: costOf(flags, mandate),
  };
}

function windowOf(flags: Flags): BacktestRequest['window'] {
  const value = flag(flags, 'window') ?? 'expanding';
  if (value === 'expanding') return value;
  if (/^\d+$/.test(value)) return parseWhole(value, 'window', WINDOW);
  throw new UserError(`--window takes expanding or a number of days such as 1000; got "${value}".`, {
    option: 'window',
  });
}

/** `OUT.png`, `OUT-equity.png` and `OUT-violations.png`. */
async function drawAll(file: string, answer: BacktestAnswer, app: App, terminal: Terminal): Promise<void> {
  const { profit, equity, violations } = answerCharts(answer);
  await drawTo(file, profit(), app, terminal);
  await drawTo(siblingFile(file, 'equity'), equity(), app, terminal);
  await drawTo(siblingFile(file, 'violations'), violations(), app, terminal);
}
