import { allocateCommand } from './commands/allocate/terminal.ts';
import { backtestCommand } from './commands/backtest/terminal.ts';
import { backupCommand, restoreCommand } from './commands/backup/terminal.ts';
import {
  type TerminalCommand,
  type Output,
  type Streams,
  type Terminal,
  openTerminal,
} from './terminal/terminal-command.ts';
import { CALL, parseFlags } from './terminal/parse-flags.ts';
import { compareCommand } from './commands/compare/terminal.ts';
import { demoCommand } from './commands/demo/terminal.ts';
import { forecastCommand } from './commands/forecast/terminal.ts';
import { frontierCommand } from './commands/frontier/terminal.ts';
import { metricsCommand } from './commands/metrics/terminal.ts';
import { pipelineCommand } from './commands/pipeline/terminal.ts';
import { pricesCommand } from './commands/prices/terminal.ts';
import { recordCommand } from './commands/record/terminal.ts';
import { riskCommand } from './commands/risk/terminal.ts';
import { scenariosCommand } from './commands/scenarios/terminal.ts';
import { strategiesCommand } from './commands/strategies/terminal.ts';
import { selectCommand } from './commands/select/terminal.ts';
import { solveCommand } from './commands/solve/terminal.ts';
import { trainCommand } from './commands/train/terminal.ts';
import { universesCommand } from './commands/universe/terminal.ts';
import { weeklyCommand } from './commands/weekly/terminal.ts';
import { InterruptedError } from './terminal/with-app.ts';
import { loadEnvironment } from './config.ts';
import { wordError } from './commands/error-words.ts';
import { UserError } from './errors.ts';

const COMMANDS: readonly TerminalCommand[] = [
  allocateCommand,
  frontierCommand,
  riskCommand,
  backtestCommand,
  compareCommand,
  recordCommand,
  solveCommand,
  trainCommand,
  scenariosCommand,
  pricesCommand,
  metricsCommand,
  forecastCommand,
  pipelineCommand,
  selectCommand,
  weeklyCommand,
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

/** Prints the answer on standard output, everything else on standard error. @returns the exit code */
export async function main(args: readonly string[], env: Terminal['env'], streams: Streams): Promise<number> {
  const wantsJson = args.includes('--json');
  const terminal = openTerminal(env, streams.stderr);
  try {
    const { json, text, exitCode } = await answer(
      args.filter((arg) => arg !== '--json'),
      terminal,
    );
    terminal.clear();
    streams.stdout.write(wantsJson ? `${JSON.stringify(json)}\n` : text);
    return exitCode;
  } catch (error) {
    terminal.clear();
    return printError(wordError(error, 'terminal'), wantsJson, streams);
  }
}

async function answer([name, ...rest]: readonly string[], terminal: Terminal): Promise<Output> {
  if (name === '--help' || name === '-h') return helpOutput(usage());
  const command = findCommand(name);
  const flags = parseFlags(command, rest);
  return flags['help'] === true ? helpOutput(`${CALL} ${command.help}\n`) : command.run(flags, terminal);
}

const helpOutput = (help: string): Output => ({ json: { help }, text: help, exitCode: 0 });

function findCommand(name: string | undefined): TerminalCommand {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const known = COMMANDS.map((one) => one.name).join(', ');
  if (name === undefined) throw new UserError(`Name a command: ${known}. ${CALL} --help says what they do.`);
  throw new UserError(`There is no command "${name}"; there are ${known}.`);
}

/** Exit codes by kind of error. */
const EXIT_CODES = { input: BAD_INPUT, interrupted: INTERRUPTED, fault: FAULT } as const;

function kindOf(error: unknown): keyof typeof EXIT_CODES {
  if (error instanceof UserError) return 'input';
  return error instanceof InterruptedError ? 'interrupted' : 'fault';
}

function printError(error: unknown, wantsJson: boolean, { stdout, stderr }: Streams): number {
  const kind = kindOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (wantsJson) {
    const { option, code, data } = error instanceof UserError ? error : {};
    const conflicts = data?.['conflicts'];
    stdout.write(`${JSON.stringify({ status: 'error', error: { kind, message, option, code, conflicts } })}\n`);
  }
  const trace = kind === 'fault' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  stderr.write(`${kind === 'fault' ? 'Fault: ' : ''}${message}${trace}\n`);
  return EXIT_CODES[kind];
}

if (import.meta.main) {
  process.exitCode = await main(process.argv.slice(2), loadEnvironment(), process);
  // A vendor's pending response is not awaited; what was written before is.
  process.stdout.write('', () => process.exit());
}
