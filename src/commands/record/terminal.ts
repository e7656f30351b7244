import type { App } from '../../app.ts';
import type { RecordAnswer, RecordQuestion } from '../../engine-service/record.ts';
import { UserError } from '../../errors.ts';
import { DEFAULTS, parseWhole, RANGES } from '../../parse.ts';
import { parseLimits } from '../../parse-limits.ts';
import type { Held } from '../../held.ts';
import { heldOf } from '../../terminal/held-flag.ts';
import { drawTo, prepareOutput, replyToText, siblingFile } from '../../terminal/output.ts';
import type { Flags, Output, Terminal, TerminalCommand } from '../../terminal/terminal-command.ts';
import {
  allowOf,
  dayOf,
  flag,
  JSON_HELP,
  mandateOf,
  RISK_HELP,
  RISK_OPTIONS,
  samplingOf,
  START_HELP,
  STRATEGY_HELP,
  STRATEGY_OPTIONS,
  strategyOf,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  universeOf,
} from '../../terminal/flags.ts';
import { withApp } from '../../terminal/with-app.ts';
import { answerCharts } from './answer.ts';
import { recordJson } from './output.ts';
import { recordReply } from './reply.ts';

const text = { type: 'string' } as const;

export const recordCommand: TerminalCommand = {
  name: 'record',
  summary: 'show how often limits held in the past, and what the worst losses were',
  help: `record (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) [options]

${UNIVERSE_HELP}
  --from YYYY-MM-DD      day of the first decision; default: the first on which a model can be trained
  --until YYYY-MM-DD     last day of any outcome; default: the newest price
  --offsets 0            days by which all decisions are shifted, such as 0,5,10,15: a walk through the past for each
  --limits ${DEFAULTS.recordLimits}     CVaR limits: from:to:step, a range such as 3%-15%, or a list such as 4%,8%;
                         default for coins: ${DEFAULTS.coinRecordLimits}
  --horizon ${DEFAULTS.horizon}           trading days between decisions, ${RANGES.horizon.min} to ${RANGES.horizon.max}
${RISK_HELP}
${START_HELP}
  --scenarios ${DEFAULTS.backtestScenarios}       scenarios per decision, ${RANGES.scenarios.min} to ${RANGES.scenarios.max}
  --seed 1               seed of trainings and scenarios
${STRATEGY_HELP}
  --chart OUT.png        draw how the limits held, and how reliable predictions were into OUT-experts.png
${JSON_HELP}

Models are trained yearly. Decisions are stored: the same command resumes a record that was stopped.`,
  options: {
    ...UNIVERSE_OPTIONS,
    from: text,
    until: text,
    offsets: text,
    limits: text,
    horizon: text,
    holdings: text,
    ...RISK_OPTIONS,
    scenarios: text,
    seed: text,
    ...STRATEGY_OPTIONS,
    chart: text,
  },
  async run(flags, terminal) {
    const request = requestOf(flags, await heldOf(flags));
    const chart = flag(flags, 'chart');
    const make = async (app: App): Promise<Output> => {
      if (chart !== undefined) await prepareOutput(chart, 'chart');
      const answer = await app.engine.record(request, { onProgress: terminal.onProgress });
      if (chart !== undefined) await drawBoth(chart, answer, app, terminal);
      return recordOutput(answer, app);
    };
    return withApp(terminal, make, {
      whenInterrupted: 'Stopped. Decisions are stored: the same command resumes from them.',
    });
  },
};

async function drawBoth(file: string, answer: RecordAnswer, app: App, terminal: Terminal): Promise<void> {
  const { members, experts } = answerCharts(answer);
  await drawTo(file, members(), app, terminal);
  if (experts !== undefined) await drawTo(siblingFile(file, 'experts'), experts(), app, terminal);
}

const recordOutput = (answer: RecordAnswer, app: App): Output => ({
  json: recordJson(answer),
  text: replyToText(recordReply({ answer, now: app.clock.now() })),
  exitCode: 0,
});

function requestOf(flags: Flags, held: Held | undefined): RecordQuestion {
  const limits = flag(flags, 'limits');
  const [from, until] = [dayOf(flags, 'from'), dayOf(flags, 'until')];
  const universe = universeOf(flags);
  const mandate = mandateOf(flags, universe);
  return {
    universe,
    ...(held && { held }),
    ...allowOf(flags),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    mandate,
    offsets: offsetsOf(flag(flags, 'offsets') ?? '0', mandate.horizonDays),
    ...(limits !== undefined && { limits: parseLimits(limits, 'limits', 'terminal') }),
    strategy: strategyOf(flags),
    sampling: samplingOf(flags, DEFAULTS.backtestScenarios),
  };
}

/** @throws UserError when there is none, or one that is not below the horizon */
function offsetsOf(list: string, horizonDays: number): number[] {
  const offsets = list
    .split(/[,;]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => parseWhole(one, 'offsets', { min: 0, max: horizonDays - 1 }));
  if (offsets.length > 0) return [...new Set(offsets)].toSorted((a, b) => a - b);
  throw new UserError(`--offsets takes numbers of days separated by commas, such as 0,5,10,15; got "${list}".`, {
    option: 'offsets',
  });
}
