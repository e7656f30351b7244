// Groups of assets as people type them: `tech: NVDA AAPL; bonds: TLT`.
import { findTicker, unknownTicker } from '../engine/market.ts';
import { UserError } from '../errors.ts';
import { parseTickers } from '../parse-tickers.ts';
import type { Group } from '../prices/universes.ts';
import { BEHIND } from './constraint-parser.ts';

export const GROUP_NAME = /^\p{L}[\p{L}\p{N}-]{0,31}$/u;
const MOST_GROUPS = 50;

/**
 * @param tickers of the universe; absent: not known yet
 * @throws UserError when a name is no name or a ticker, or a ticker is none of the universe's
 */
export function parseGroups(text: string, option: string, tickers?: readonly string[]): Group[] {
  const parts = text
    .normalize('NFKC')
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const groups = parts.map((part) => parseGroup(part, option, tickers));
  const empty = groups.find((group) => group.tickers.length === 0);
  if (empty !== undefined) throw new UserError(`The group ${empty.name} has no tickers.`, { option });
  const names = groups.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new UserError(`${option} names the group ${twice} twice.`, { option });
  if (groups.length > 0 && groups.length <= MOST_GROUPS) return groups;
  throw new UserError(
    `${option} takes 1 to ${MOST_GROUPS} groups such as "tech: NVDA AAPL; bonds: TLT"; got "${text}".`,
    { option },
  );
}

/**
 * `tech: NVDA AAPL`; without tickers an empty group.
 * @throws UserError like `parseGroups`
 */
export function parseGroup(part: string, option: string, tickers?: readonly string[]): Group {
  const colon = part.indexOf(':');
  const name = groupName(part.slice(0, Math.max(colon, 0)), part, option);
  if (part.slice(colon + 1).trim() === '') return { name, tickers: [] };
  const members = parseTickers(part.slice(colon + 1).replaceAll(/\s+/g, ','), option, { min: 1, max: 500 });
  if (tickers === undefined) return { name, tickers: members };
  checkName(name, tickers, option);
  const spelled = members.map((one) => [one, findTicker(tickers, one)] as const);
  const unknown = spelled.find(([, found]) => found === undefined);
  if (unknown !== undefined) throw unknownTicker(unknown[0], tickers, option, `The group ${name}`);
  return { name, tickers: [...new Set(spelled.flatMap(([, found]) => found ?? []))] };
}

function groupName(text: string, part: string, option: string): string {
  const name = text.trim().toLowerCase();
  if (GROUP_NAME.test(name) && name !== BEHIND) return name;
  throw new UserError(
    `${option} takes groups such as "tech: NVDA AAPL", named by up to 32 letters, digits and dashes; got "${part}".`,
    { option },
  );
}

/** @throws UserError when a constraint could not tell the group from a ticker */
function checkName(name: string, tickers: readonly string[], option: string): void {
  const ticker = findTicker(tickers, name);
  if (ticker === undefined) return;
  throw new UserError(`The group ${name} has the name of the ticker ${ticker}: choose another name.`, { option });
}
