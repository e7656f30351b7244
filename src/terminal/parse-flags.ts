import { parseArgs } from 'node:util';
import { UserError } from '../errors.ts';
import type { TerminalCommand, Flags } from './terminal-command.ts';

/** Starts every command line. */
export const CALL = 'npm run -s tailcap --';

/** @throws UserError for an unknown flag, or one without its value */
export function parseFlags({ name, options: own }: TerminalCommand, args: string[]): Flags {
  const options: TerminalCommand['options'] = { ...own, help: { type: 'boolean', short: 'h' } };
  // Strict parsing would word the errors itself; the tokens give the same facts as data.
  const { values, tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const help = `Try ${CALL} ${name} --help.`;
  for (const token of tokens) {
    if (token.kind === 'positional') throw new UserError(`Unexpected argument '${token.value}'. ${help}`);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw new UserError(`Unknown option '${token.rawName}'. ${help}`, { option: token.name });
    if (option.type === 'boolean' && token.value !== undefined) {
      throw new UserError(`${token.rawName} takes no value; got "${token.value}". ${help}`, { option: token.name });
    }
    if (
      option.type === 'string' &&
      (token.value === undefined || (!token.inlineValue && /^-(?![.,]?\d)/.test(token.value)))
    ) {
      throw new UserError(`--${token.name} needs a value; one that begins with a dash is written --${token.name}=-x.`, {
        option: token.name,
      });
    }
  }
  const several = Object.entries(values).map(([key, value]) => [key, Array.isArray(value) ? value.map(String) : value]);
  return Object.fromEntries(several);
}
