// What a person may accept in prices, in Discord and the terminal.
import { ALLOWANCES, type Allowance } from '../engine/quality/quality.ts';
import { UserError } from '../errors.ts';

const MEANINGS: Readonly<Record<Allowance, string>> = { frozen: 'stand still', jumps: 'move as no share does' };

/** Follows "go on with". */
export const ALLOWABLE_PRICES = `prices that ${ALLOWANCES.map((one) => `${MEANINGS[one]} (${one})`).join(' or ')}`;

/** Each, and all at once. */
export const ALLOWANCE_CHOICES: readonly string[] = [...ALLOWANCES, ALLOWANCES.join(', ')];

/** `frozen, jumps` → what is accepted in prices. */
export function parseAllowances(text: string, option: string): Allowance[] {
  const given = text
    .toLowerCase()
    .split(/[\s,;+]+/)
    .filter((part) => part !== '');
  const accepted = ALLOWANCES.filter((one) => given.includes(one));
  if (given.length > 0 && given.every((part) => accepted.some((one) => one === part))) return accepted;
  throw new UserError(`${option} takes ${ALLOWANCES.join(', ')} or both; got "${text}".`, { option });
}
