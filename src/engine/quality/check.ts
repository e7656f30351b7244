import { calendarOf } from '../market.ts';
import { UserError } from '../../errors.ts';
import type { Prices } from '../types.ts';
import { nearestSplit, type Jump } from './jumps.ts';
import { MOST_STILL_DAYS } from './still-runs.ts';
import { assessQuality, daysOf, type Allowance, type AssetQuality, type StillSpan } from './quality.ts';

/** A larger share of days without a move means coarse or seldom traded prices. */
const MANY_STILL_DAYS = 0.1;

/**
 * Every computation of risk asks here before it uses prices.
 * @param prices those that risk is measured on
 * @param allowed what the person has accepted; it is only noted then
 * @returns sentences on what may be wrong with the prices, for the answer
 * @throws UserError (option `allow`) for a price that stands still at its end or on most days, and for jumps that no
 *   share makes by itself; (option `prices`) for prices that are not daily
 */
export function checkQuality(prices: Prices, allowed: readonly Allowance[] = []): readonly string[] {
  checkCalendar(prices);
  const assets = assessQuality(prices);
  if (!allowed.includes('frozen')) checkFrozen(assets);
  if (!allowed.includes('jumps')) checkJumps(assets);
  return describeQuality(prices, 'those days do not count as calm');
}

/** @param consequence of days on which a price stands still, for the figures that are shown */
export function describeQuality(prices: Prices, consequence: string): readonly string[] {
  const assets = assessQuality(prices);
  return [...staleNotes(assets, consequence), ...coarseNotes(assets), ...jumpNotes(assets)];
}

function checkCalendar({ dates }: Prices): void {
  const calendar = calendarOf(dates);
  if (calendar === 'daily' || calendar === 'weekdays') return;
  throw new UserError(
    `Expected daily prices, got ${calendar} ones from ${dates[0]} to ${dates.at(-1)}: a horizon counts trading days.`,
    { option: 'prices', code: 'quality.not-daily', data: { calendar } },
  );
}

function checkFrozen(assets: readonly AssetQuality[]): void {
  const frozen = assets.filter((asset) => asset.frozen !== undefined);
  if (frozen.length === 0) return;
  const facts = frozen.slice(0, MOST_NAMED).map((asset) => `${asset.ticker} ${frozenWords(asset)}`);
  const them = frozen.length === 1 ? 'it' : 'them';
  throw new UserError(
    `${withMore(facts, frozen.length)}: a price that stands still says nothing about risk; leave ${them} out, or allow frozen prices.`,
    { option: 'allow', code: 'quality.frozen', data: { facts: withMore(facts, frozen.length), them } },
  );
}

function frozenWords({ frozen, stale, returns }: AssetQuality): string {
  const last = stale.at(-1);
  if (frozen === 'end' && last !== undefined)
    return `has not moved on any day since ${last.from} (${tradingDays(last.days)})`;
  return `stands still for ${LONG} at a time on ${daysOf(stale)} of ${returns} days`;
}

const UNREAL: ReadonlySet<Jump['kind']> = new Set(['split', 'hundredfold', 'spike']);

/** Whether no share does it by itself. */
export const isUnreal = ({ kind }: Jump): boolean => UNREAL.has(kind);

function checkJumps(assets: readonly AssetQuality[]): void {
  const all = assets.flatMap(({ ticker, jumps }) =>
    jumps.filter(isUnreal).map((jump) => `${ticker} ${jumpWords(jump)}`),
  );
  if (all.length === 0) return;
  const facts = withMore(all.slice(0, MOST_NAMED), all.length);
  throw new UserError(`${facts}: no share does that by itself; give adjusted prices, or allow jumps.`, {
    option: 'allow',
    code: 'quality.jumps',
    data: { facts },
  });
}

/** `is multiplied by 9.9 on 2023-03-13, as by a reverse split of 1:10 that is not adjusted for` */
export function jumpWords({ date, ratio, kind }: Jump): string {
  const size = ratio > 1 ? ratio : 1 / ratio;
  const figure = size.toLocaleString('en-GB', { maximumSignificantDigits: 3 });
  const move = ratio > 1 ? `is multiplied by ${figure} on ${date}` : `is divided by ${figure} on ${date}`;
  if (kind === 'spike') return `${move} and goes back the next day, as by a wrong price`;
  if (kind === 'hundredfold') return `${move}, as by a change between pounds and pence`;
  return `${move}, as by a ${ratio > 1 ? 'reverse ' : ''}split of ${splitOf(ratio)} that is not adjusted for`;
}

/** `2:1`, or `1:10` for a reverse split. */
function splitOf(ratio: number): string {
  const [more, fewer] = nearestSplit(Math.max(ratio, 1 / ratio));
  return ratio > 1 ? `${fewer}:${more}` : `${more}:${fewer}`;
}

function staleNotes(assets: readonly AssetQuality[], consequence: string): string[] {
  const stale = assets.filter(({ stale: spans }) => spans.length > 0);
  const notes = stale.slice(0, MOST_NAMED).map(({ ticker, stale: spans }) => {
    const longest = spans.toSorted((a, b) => b.days - a.days)[0]!;
    const others = spans.length - 1;
    const more = others === 0 ? '' : `, and at ${others} other ${others === 1 ? 'time' : 'times'} of ${LONG}`;
    return `${ticker} does not move ${spanWords(longest)}${more}: ${consequence}.`;
  });
  return stale.length <= MOST_NAMED
    ? notes
    : [...notes, `${stale.length - MOST_NAMED} more assets stand still for ${LONG} in a row.`];
}

function coarseNotes(assets: readonly AssetQuality[]): string[] {
  const coarse = assets
    .filter(({ isCashLike }) => !isCashLike)
    .map(({ ticker, stillDays, stale, returns }) => ({ ticker, share: (stillDays - daysOf(stale)) / returns }))
    .filter(({ share }) => share > MANY_STILL_DAYS);
  if (coarse.length === 0) return [];
  const facts = coarse
    .slice(0, MOST_NAMED)
    .map(({ ticker, share }) => `${ticker} does not move on ${wholePercent(share)} of days`);
  return [`${withMore(facts, coarse.length)}: coarse or seldom traded prices.`];
}

function jumpNotes(assets: readonly AssetQuality[]): string[] {
  const moves = assets.flatMap(({ ticker, jumps }) =>
    jumps.map(({ date, ratio, kind }) => ({
      size: Math.abs(Math.log(ratio)),
      text: `${ticker} ${moveOf(ratio)} on ${date}${kind === 'possible-split' ? ` (near a split of ${splitOf(ratio)})` : ''}`,
    })),
  );
  if (moves.length === 0) return [];
  const facts = moves
    .toSorted((a, b) => b.size - a.size)
    .slice(0, MOST_NAMED)
    .map(({ text }) => text);
  return [
    `Very large moves: ${withMore(facts, moves.length)}. They count as real: check that the prices are adjusted for splits.`,
  ];
}

const moveOf = (ratio: number): string => (ratio > 2 ? `×${ratio.toPrecision(3)}` : signed(ratio - 1));

const signed = (move: number): string => `${move < 0 ? '−' : '+'}${wholePercent(Math.abs(move))}`;

const wholePercent = (share: number): string => `${Math.round(share * 100)}%`;

const spanWords = ({ from, until, days }: StillSpan): string => `from ${from} to ${until} (${tradingDays(days)})`;

const tradingDays = (days: number): string => `${days} trading days`;

const LONG = `more than ${MOST_STILL_DAYS} days`;

const MOST_NAMED = 3;

/** @param all how many facts there are, of which the first few are given */
function withMore(facts: readonly string[], all: number): string {
  return all > facts.length ? `${facts.join(', ')} and ${all - facts.length} more` : facts.join(', ');
}
