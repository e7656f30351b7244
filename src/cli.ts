import { parseArgs } from 'node:util';
import { allocateCommand } from './cli/allocate.ts';
import type { CliCommand, Flags, Output, Terminal } from './cli/command.ts';
import { demoCommand } from './cli/demo.ts';
import { pricesCommand } from './cli/prices.ts';
import { scenariosCommand } from './cli/scenarios.ts';
import { solveCommand } from './cli/solve.ts';
import { trainCommand } from './cli/train.ts';
import { universesCommand } from './cli/universes.ts';
import { loadEnvironment } from './config.ts';
import { UserError } from './errors.ts';
import { describeProgress } from './text/progress.ts';

const COMMANDS: readonly CliCommand[] = [
  allocateCommand,
  solveCommand,
  trainCommand,
  scenariosCommand,
  pricesCommand,
  universesCommand,
  demoCommand,
];

const BAD_INPUT = 2;
const FAULT = 1;
const CALL = 'npm run -s tailcap --';

const usage = (): string => {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `${CALL} COMMAND [options]\n\n${lines.join('\n')}\n\n${CALL} COMMAND --help tells a command's options.\n`;
};

/** Answers on standard output, everything else on standard error. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const wantsJson = args.includes('--json');
  try {
    const [name, ...rest] = args;
    if (name === undefined || name === '--help' || name === '-h') {
      process.stdout.write(usage());
      return name === undefined ? BAD_INPUT : 0;
    }
    const command = findCommand(name);
    const flags = parseFlags(command, rest);
    if (flags['help'] === true) {
      process.stdout.write(`${CALL} ${command.help}\n`);
      return 0;
    }
    const output = await command.run(flags, openTerminal());
    print(output, wantsJson);
    return output.exitCode;
  } catch (error) {
    return tellError(error, wantsJson);
  }
}

function findCommand(name: string): CliCommand {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  throw new UserError(`There is no command "${name}"; there are ${COMMANDS.map((known) => known.name).join(', ')}.`);
}

function parseFlags(command: CliCommand, args: string[]): Flags {
  const options = { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Its first sentence names the flag; the rest is advice for programmers.
    const [sentence = ''] = String(error instanceof Error ? error.message : error).split('. ');
    throw new UserError(`${sentence}. Try ${CALL} ${command.name} --help.`, undefined, error);
  }
}

function print({ json, text }: Output, wantsJson: boolean): void {
  process.stdout.write(wantsJson ? `${JSON.stringify(json)}\n` : text);
}

function tellError(error: unknown, wantsJson: boolean): number {
  const isInput = error instanceof UserError;
  const message = error instanceof Error ? error.message : String(error);
  if (wantsJson) {
    const option = isInput && error.option !== undefined ? { option: error.option } : {};
    const told = { kind: isInput ? 'input' : 'fault', message, ...option };
    process.stdout.write(`${JSON.stringify({ status: 'error', error: told })}\n`);
  }
  const trace = !isInput && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  process.stderr.write(`${isInput ? '' : 'Fault: '}${message}${trace}\n`);
  return isInput ? BAD_INPUT : FAULT;
}

/** On a terminal each progress line replaces the one before; in a log one is written every few seconds. */
function openTerminal(): Terminal {
  const isTty = process.stderr.isTTY;
  const pause = isTty ? 100 : 5000;
  let last = -Infinity;
  const progress = (text: string): void => {
    if (performance.now() - last < pause) return;
    last = performance.now();
    process.stderr.write(isTty ? `\r\u001B[2K${text}` : `${text}\n`);
  };
  return {
    env: loadEnvironment(),
    progress,
    onProgress: (step) => progress(describeProgress(step)),
    note: (text) => process.stderr.write(`${isTty ? '\r\u001B[2K' : ''}${text}\n`),
  };
}

process.exitCode = await main(process.argv.slice(2));
