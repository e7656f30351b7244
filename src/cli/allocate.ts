import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AllocateAnswer, App } from '../app.ts';
import { answerChart } from '../commands/allocate.ts';
import { UserError } from '../errors.ts';
import type { AllocateRequest } from '../requests.ts';
import { allocationReply } from '../text/allocation.ts';
import { parseAmount } from '../text/parse.ts';
import { replyToText } from '../text/terminal.ts';
import type { CliCommand, Flags, Output, Terminal } from './command.ts';
import {
  DRAW_HELP,
  DRAW_OPTIONS,
  JSON_HELP,
  LIMIT_HELP,
  LIMIT_OPTIONS,
  UNIVERSE_HELP,
  UNIVERSE_OPTIONS,
  boundsOf,
  drawOf,
  flag,
  limitOf,
  universeOf,
} from './flags.ts';
import { allocateJson } from './json.ts';
import { withApp } from './with-app.ts';

export const allocateCommand: CliCommand = {
  name: 'allocate',
  summary: 'the split with the highest expected profit that keeps a CVaR limit',
  help: `allocate (--universe NAME | --prices FILE.csv [--tickers A,B] | --tickers A,B,C) --loss 8% [options]

${UNIVERSE_HELP}
${LIMIT_HELP}
${DRAW_HELP}
  --amount 10000         money to split: whole shares and the cash left over
  --chart OUT.png        draw the answer
${JSON_HELP}

Exit code 3 when no split can keep the limit; the answer is then the least risky one.`,
  options: {
    ...UNIVERSE_OPTIONS,
    ...LIMIT_OPTIONS,
    ...DRAW_OPTIONS,
    amount: { type: 'string' },
    chart: { type: 'string' },
  },
  run(flags, terminal) {
    const request = requestOf(flags);
    return withApp(terminal, async (app) => {
      const answer = await app.engine.allocate(request, { onProgress: terminal.onProgress });
      await drawTo(flag(flags, 'chart'), answer, app, terminal);
      return allocateOutput(answer, app);
    });
  },
};

function requestOf(flags: Flags): AllocateRequest {
  const amount = flag(flags, 'amount');
  return {
    universe: universeOf(flags),
    ...limitOf(flags),
    ...boundsOf(flags),
    ...drawOf(flags),
    ...(amount !== undefined && { amount: parseAmount(amount, 'amount') }),
  };
}

/** @throws UserError when the picture cannot be written there */
async function drawTo(file: string | undefined, answer: AllocateAnswer, app: App, { note }: Terminal): Promise<void> {
  if (file === undefined) return;
  const png = await app.charts.png(answerChart(answer, 'best'));
  await writePicture(file, png);
  note(`chart written to ${file}`);
}

export async function writePicture(file: string, png: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, png);
  } catch (error) {
    throw new UserError(`--chart takes a file that can be written; ${file} cannot (${String(error)}).`, 'chart', error);
  }
}

function allocateOutput(answer: AllocateAnswer, app: App): Output {
  return {
    json: allocateJson(answer),
    text: replyToText(allocationReply({ answer, show: 'best', now: app.clock.now() })),
    exitCode: answer.allocation.status === 'optimal' ? 0 : 3,
  };
}
