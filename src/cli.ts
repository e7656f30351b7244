import { allocateCommand } from './commands/allocate/terminal.ts';
import { backtestCommand } from './commands/backtest/terminal.ts';
import { backupCommand, restoreCommand } from './commands/backup/terminal.ts';
import { type TerminalCommand, type Output, openTerminal } from './terminal/terminal-command.ts';
import { CALL, parseFlags } from './terminal/parse-flags.ts';
import { demoCommand } from './commands/demo/terminal.ts';
import { frontierCommand } from './commands/frontier/terminal.ts';
import { metricsCommand } from './commands/metrics/terminal.ts';
import { pricesCommand } from './commands/prices/terminal.ts';
import { scenariosCommand } from './commands/scenarios/terminal.ts';
import { strategiesCommand } from './commands/strategies/terminal.ts';
import { solveCommand } from './commands/solve/terminal.ts';
import { trainCommand } from './commands/train/terminal.ts';
import { universesCommand } from './commands/universe/terminal.ts';
import { InterruptedError } from './terminal/with-app.ts';
import { loadEnvironment } from './config.ts';
import { terminalName, wordError } from './commands/error-words.ts';
import { UserError } from './errors.ts';

const COMMANDS: readonly TerminalCommand[] = [
  allocateCommand,
  frontierCommand,
  backtestCommand,
  solveCommand,
  trainCommand,
  scenariosCommand,
  pricesCommand,
  metricsCommand,
  universesCommand,
  strategiesCommand,
  backupCommand,
  restoreCommand,
  demoCommand,
];

const BAD_INPUT = 2;
const FAULT = 1;
/** By shell convention, 128 plus the number of SIGINT. */
const INTERRUPTED = 130;

function usage(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `${CALL} COMMAND [options]\n\n${lines.join('\n')}\n\n${CALL} COMMAND --help shows a command's options.\n`;
}

/** Prints answers on standard output, everything else on standard error. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const wantsJson = args.includes('--json');
  const terminal = openTerminal(loadEnvironment());
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
    return printError(wordError(error, terminalName), wantsJson);
  }
}

function findCommand(name: string | undefined): TerminalCommand {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const known = COMMANDS.map((one) => one.name).join(', ');
  if (name === undefined) throw new UserError(`Name a command: ${known}. ${CALL} --help says what they do.`);
  throw new UserError(`There is no command "${name}"; there are ${known}.`);
}

function print({ json, text, exitCode }: Output, wantsJson: boolean): number {
  process.stdout.write(wantsJson ? `${JSON.stringify(json)}\n` : text);
  return exitCode;
}

/** Exit codes by kind of error. */
const EXIT_CODES = { input: BAD_INPUT, interrupted: INTERRUPTED, fault: FAULT } as const;

function kindOf(error: unknown): keyof typeof EXIT_CODES {
  if (error instanceof UserError) return 'input';
  return error instanceof InterruptedError ? 'interrupted' : 'fault';
}

function printError(error: unknown, wantsJson: boolean): number {
  const kind = kindOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (wantsJson) {
    const { option, code } = error instanceof UserError ? error : {};
    process.stdout.write(`${JSON.stringify({ status: 'error', error: { kind, message, option, code } })}\n`);
  }
  const trace = kind === 'fault' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  process.stderr.write(`${kind === 'fault' ? 'Fault: ' : ''}${message}${trace}\n`);
  return EXIT_CODES[kind];
}

process.exitCode = await main(process.argv.slice(2));
// After Ctrl-C, a vendor's pending response is not awaited.
if (process.exitCode === INTERRUPTED) process.exit();
