import { studyParams } from '../../engine/weekly-study/forecast.ts';
import type { App } from '../../app.ts';
import type { WeeklyStudyAnswer, WeeklyStudyRequest } from '../../engine-service/weekly-study.ts';
import type { RuleName } from '../../engine/weekly-study/study.ts';
import { DEFAULTS, RANGES } from '../../parse.ts';
import {
  dayOf,
  flag,
  JSON_HELP,
  rate,
  strategyOf,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  universeOf,
  whole,
} from '../../terminal/flags.ts';
import { drawTo, prepareOutput, siblingFile } from '../../terminal/output.ts';
import type { Flags, Output, Terminal, TerminalCommand } from '../../terminal/terminal-command.ts';
import { withApp } from '../../terminal/with-app.ts';
import { forecastChart, valueChart } from './charts.ts';
import { DOCUMENT } from './figures.ts';
import { studyJson } from './output.ts';
import { sharesChart } from './shares-chart.ts';
import { describeStudy } from './words.ts';

const text = { type: 'string' } as const;

const MOST_SEEDS = 100;

export const weeklyCommand: TerminalCommand = {
  name: 'weekly',
  summary: 'repeat the study of "Portfolio Management Strategy Based on LSTM" on other prices and seeds',
  help: `weekly (--prices FILE.csv [--tickers A,B] | --universe NAME | --tickers A,B,C) [options]

${UNIVERSE_HELP}
  --from ${DOCUMENT.from}      the first close that is traded at; the networks are trained once, on the weeks before
  --until ${DOCUMENT.until}     the last close
  --seeds ${DOCUMENT.seeds}             how many times the networks are trained, 1 to ${MOST_SEEDS}
  --seed 1               the first seed
  --target return        what is forecast: return (from week to week) or price (as the document)
  --units 256            of each of the two layers
  --risk-free 4.08%      annual risk-free rate for the Sharpe ratio; may be negative
  --cost-bps ${DEFAULTS.cost}          costs of trading in basis points of the value traded, beside the figures without; 0: none
  --short                draw the rule that sells short; the table has both
  --chart OUT.png        draw cumulative returns, and into OUT-forecasts.png and OUT-shares.png what the networks
                         forecast and what was held
${JSON_HELP}`,
  options: {
    ...UNIVERSE_OPTIONS,
    from: text,
    until: text,
    seeds: text,
    seed: text,
    target: text,
    units: text,
    'risk-free': text,
    'cost-bps': text,
    short: { type: 'boolean' },
    chart: text,
  },
  run(flags, terminal) {
    const request = requestOf(flags);
    const chart = flag(flags, 'chart');
    const rule = flags['short'] === true ? 'short' : 'longOnly';
    return withApp(terminal, async (app): Promise<Output> => {
      if (chart !== undefined) await prepareOutput(chart, 'chart');
      const answer = await app.weeklyStudy(request, { onProgress: terminal.onProgress });
      if (chart !== undefined) await drawAll(chart, answer, rule, { app, terminal });
      return { json: studyJson(answer), text: describeStudy(answer), exitCode: 0 };
    });
  },
};

async function drawAll(
  file: string,
  answer: WeeklyStudyAnswer,
  rule: RuleName,
  { app, terminal }: { readonly app: App; readonly terminal: Terminal },
): Promise<void> {
  await drawTo(file, valueChart(answer, rule), app, terminal);
  await drawTo(siblingFile(file, 'forecasts'), forecastChart(answer, rule), app, terminal);
  await drawTo(siblingFile(file, 'shares'), sharesChart(answer, rule), app, terminal);
}

function requestOf(flags: Flags): WeeklyStudyRequest {
  return {
    universe: universeOf(flags),
    from: dayOf(flags, 'from') ?? DOCUMENT.from,
    until: dayOf(flags, 'until') ?? DOCUMENT.until,
    params: studyParams(strategyOf({ ...flags, strategy: 'weekly-lstm' }).params),
    seeds: whole(flags, 'seeds', { min: 1, max: MOST_SEEDS }, DOCUMENT.seeds),
    seed: whole(flags, 'seed', RANGES.seed, DEFAULTS.seed),
    riskFree: rate(flags, 'risk-free', RANGES.riskFree, DOCUMENT.riskFree),
    costRate: whole(flags, 'cost-bps', RANGES.cost, DEFAULTS.cost) / 10_000,
  };
}
