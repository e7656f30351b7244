import { parseArgs } from 'node:util';
import { allocateCommand } from './commands/allocate/terminal.ts';
import { backtestCommand } from './commands/backtest/terminal.ts';
import { backupCommand } from './commands/backup/terminal.ts';
import type { CliCommand, Flags, Output, Terminal } from './terminal/terminal-command.ts';
import { demoCommand } from './commands/demo/terminal.ts';
import { frontierCommand } from './commands/frontier/terminal.ts';
import { metricsCommand } from './commands/metrics/terminal.ts';
import { pricesCommand } from './commands/prices/terminal.ts';
import { restoreCommand } from './commands/restore/terminal.ts';
import { scenariosCommand } from './commands/scenarios/terminal.ts';
import { solveCommand } from './commands/solve/terminal.ts';
import { trainCommand } from './commands/train/terminal.ts';
import { universesCommand } from './commands/universe/terminal.ts';
import { InterruptedError } from './terminal/with-app.ts';
import { loadEnvironment } from './config.ts';
import { TERMINAL_NAMES, wordError } from './commands/constraints.ts';
import { UserError } from './errors.ts';
import { inWords } from './progress.ts';

const COMMANDS: readonly CliCommand[] = [
  allocateCommand,
  frontierCommand,
  backtestCommand,
  solveCommand,
  trainCommand,
  scenariosCommand,
  pricesCommand,
  metricsCommand,
  universesCommand,
  backupCommand,
  restoreCommand,
  demoCommand,
];

const BAD_INPUT = 2;
const FAULT = 1;
/** As shells have it: 128 and the number of SIGINT. */
const INTERRUPTED = 130;
const CALL = 'npm run -s tailcap --';

const usage = (): string => {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `${CALL} COMMAND [options]\n\n${lines.join('\n')}\n\n${CALL} COMMAND --help tells a command's options.\n`;
};

/** Answers on standard output, everything else on standard error. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const wantsJson = args.includes('--json');
  const terminal = openTerminal();
  try {
    const [name, ...rest] = args.filter((arg) => arg !== '--json');
    if (name === '--help' || name === '-h')
      return print({ json: { help: usage() }, text: usage(), exitCode: 0 }, wantsJson);
    const command = findCommand(name);
    const flags = parseFlags(command, rest);
    const help = `${CALL} ${command.help}\n`;
    const output: Output =
      flags['help'] === true ? { json: { help }, text: help, exitCode: 0 } : await command.run(flags, terminal);
    terminal.clear();
    return print(output, wantsJson);
  } catch (error) {
    terminal.clear();
    return tellError(wordError(error, TERMINAL_NAMES), wantsJson);
  }
}

function findCommand(name: string | undefined): CliCommand {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const known = COMMANDS.map((one) => one.name).join(', ');
  if (name === undefined) throw new UserError(`Name a command: ${known}. ${CALL} --help says what they do.`);
  throw new UserError(`There is no command "${name}"; there are ${known}.`);
}

function parseFlags(command: CliCommand, args: string[]): Flags {
  const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Its first sentence names the flag; the rest is advice for programmers.
    const [sentence = ''] = String(error instanceof Error ? error.message : error).split(/[.\n]/);
    const [, option] = /--([a-z-]+)/.exec(sentence) ?? [];
    if (sentence.endsWith('argument is ambiguous')) {
      throw new UserError(`--${option} needs a value; one that begins with a dash is written --${option}=-1.`, option);
    }
    throw new UserError(`${sentence}. Try ${CALL} ${command.name} --help.`, option, error);
  }
}

function print({ json, text, exitCode }: Output, wantsJson: boolean): number {
  process.stdout.write(wantsJson ? `${JSON.stringify(json)}\n` : text);
  return exitCode;
}

/** A UserError's exit code, an interruption's, or a fault's. */
const ENDS = { input: BAD_INPUT, interrupted: INTERRUPTED, fault: FAULT } as const;

function kindOf(error: unknown): keyof typeof ENDS {
  if (error instanceof UserError) return 'input';
  return error instanceof InterruptedError ? 'interrupted' : 'fault';
}

function tellError(error: unknown, wantsJson: boolean): number {
  const kind = kindOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (wantsJson) {
    const option = error instanceof UserError && error.option !== undefined ? { option: error.option } : {};
    process.stdout.write(`${JSON.stringify({ status: 'error', error: { kind, message, ...option } })}\n`);
  }
  const trace = kind === 'fault' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  process.stderr.write(`${kind === 'fault' ? 'Fault: ' : ''}${message}${trace}\n`);
  return ENDS[kind];
}

/** On a terminal each progress line replaces the one before; in a log one is written every few seconds. */
function openTerminal(): Terminal & { readonly clear: () => void } {
  const isTty = process.stderr.isTTY;
  const pause = isTty ? 100 : 5000;
  let last = -Infinity;
  const clear = (): void => {
    if (isTty && last > 0) process.stderr.write('\r\u001B[2K');
  };
  const progress = (text: string): void => {
    if (performance.now() - last < pause) return;
    clear();
    last = performance.now();
    process.stderr.write(isTty ? text : `${text}\n`);
  };
  return {
    env: loadEnvironment(),
    clear,
    progress,
    onProgress: inWords(progress),
    note(text) {
      clear();
      process.stderr.write(`${text}\n`);
    },
  };
}

process.exitCode = await main(process.argv.slice(2));
// Whoever interrupts does not wait for a vendor that is still to answer.
if (process.exitCode === INTERRUPTED) process.exit();
