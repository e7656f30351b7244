// Weights and shocks as people type them.
import type { Shock } from '../engine/portfolio/shock.ts';
import type { HeldWeight } from '../engine-service/requests.ts';
import { UserError } from '../errors.ts';
import { shortPercent } from '../format.ts';
import { RANGES, type Range } from '../parse.ts';
import { parseRate, type Door } from '../parse-rates.ts';
import { listParts } from '../typed-list.ts';

const NUMBER = String.raw`[+‐-―−-]?\s*[\d.,]+\s*(?:%|per ?cent|pct)?`;
/** `NVDA 30%`, `NVDA: 30%`, `NVDA = 0.3`. */
const NAMED = new RegExp(String.raw`^(?<name>.*?[^\s:=])\s*(?:[:=]\s*|\s)(?<rate>${NUMBER})$`, 'iu');

/** Another name behind a rate. */
const SEVERAL = /[\s:=](?:[\d.,]+\s*(?:%|per ?cent|pct)|0?[.,]\d+)\s+\S*\p{L}/iu;

/** The sum of 33.33% and the like may be off by this. */
const ROUNDING = 1e-6;

/**
 * `NVDA 30%, KO 70%`; what is missing to 100% is cash.
 * @param option named in errors
 * @throws UserError
 */
export function parseWeights(text: string, door: Door, option = 'weights'): HeldWeight[] {
  const refuse = (sentence: string): UserError => new UserError(`${option} ${sentence}.`, { option });
  const held = listParts(text)
    .map((part) => {
      const { name, rate } = named(part, option, 'NVDA 30%, KO 70%');
      return { ticker: name, weight: parseRate(rate, option, RANGES.weight, door) };
    })
    .filter(({ weight }) => weight > 0);
  if (held.length === 0) throw refuse('takes at least one asset with its part of the money, such as NVDA 30%, KO 70%');
  const twice = held.find(({ ticker }, at) => held.findIndex((one) => one.ticker === ticker) !== at);
  if (twice !== undefined) throw refuse(`names ${twice.ticker} twice`);
  const total = held.reduce((sum, { weight }) => sum + weight, 0);
  if (total > 1 + ROUNDING) {
    throw refuse(`must sum to 100% at most, the rest is cash; got ${shortPercent(Number(total.toFixed(6)))}`);
  }
  return held;
}

/** A rise by tenfold is more than any horizon shows. */
const MOVES: Range = { min: -1, max: 10 };

/** `NVDA -30%` @throws UserError (option `shock`) */
export function parseShock(text: string, door: Door): Shock {
  if (listParts(text).length > 1) {
    throw new UserError(
      `shock takes one asset with its move, such as NVDA -30%: the others move as in the scenarios that have it; got "${text}".`,
      { option: 'shock' },
    );
  }
  const { name, rate } = named(text.trim(), 'shock', 'NVDA -30%');
  const move = parseRate(rate, 'shock', MOVES, door);
  if (move !== 0) return { ticker: name, move };
  throw new UserError(`shock takes a move other than 0, such as NVDA -30%; got "${text}".`, { option: 'shock' });
}

function named(part: string, option: string, example: string): { readonly name: string; readonly rate: string } {
  const { name = '', rate } = NAMED.exec(part)?.groups ?? {};
  if (SEVERAL.test(part)) {
    throw new UserError(`${option} takes a comma between assets, such as ${example}; got "${part}".`, { option });
  }
  if (name !== '' && rate !== undefined) {
    return { name: name.trim().replace(/^\$/, '').toUpperCase(), rate: rate.replace(/\s+/g, '') };
  }
  throw new UserError(`${option} takes assets such as ${example}; got "${part}".`, { option });
}

/** As they may be typed. */
export const weightsText = (weights: readonly HeldWeight[]): string =>
  weights.map(({ ticker, weight }) => `${ticker} ${shortPercent(weight)}`).join(', ');

export const shockText = ({ ticker, move }: Shock): string => `${ticker} ${move > 0 ? '+' : ''}${shortPercent(move)}`;
