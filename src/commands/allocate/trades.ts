// What is held, and the trades from there to the split, in words.
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import type { Trades } from '../../engine-service/trades.ts';
import { isKept } from '../../engine/optimize/problem.ts';
import { money, quantity, shortPercent, signedPercent } from '../../format.ts';
import type { ReplyField } from '../../reply.ts';
import { accountFields, heldText } from '../account-fields.ts';
import { lossText } from '../limits.ts';

const MOST_NAMED = 12;

/** What is bought and sold, the largest sums first. */
const ordersIn = ({
  units,
  values,
}: Trades): { readonly j: number; readonly units: number; readonly value: number }[] =>
  units
    .map((count, j) => ({ j, units: count, value: values[j]! }))
    .filter((one) => one.units !== 0)
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));

/** Whether an asset is held before or after the trades, or traded. */
export const isTraded = ({ trades }: AllocateAnswer, j: number): boolean =>
  trades !== undefined && (trades.before.units[j]! > 0 || trades.units[j] !== 0);

/** What is held today, and what the trades come to. */
export function tradeSentences({ allocation, trades, holdings, request }: AllocateAnswer): string[] {
  if (trades === undefined || holdings === undefined) return [];
  const { cvar } = trades.before.portfolio;
  const { limit } = request.mandate.risk;
  const isBroken = limit !== undefined && !isKept(cvar, limit);
  const whatIsHeld = trades.keptOut.length === 0 ? 'What you hold today' : 'What you hold today of these assets';
  const today = `${whatIsHeld} has a CVaR of **${lossText(cvar, limit)}**${isBroken ? `, above the limit of ${shortPercent(limit)}` : ''}.`;
  const orders = ordersIn(trades);
  if (orders.length === 0) {
    const { weights } = allocation.portfolio;
    const isThere = weights.every((weight, j) => Math.abs(weight - trades.before.values[j]! / holdings.amount) < 1e-6);
    const aim =
      holdings.isMostProfitable === true ? 'raises the expected profit' : 'brings you nearer to the split below';
    const none = isThere ? 'No trade is needed: you hold the split below.' : `No trade ${aim}.`;
    return [today, `**${none}**`];
  }
  const sold = orders.filter(({ value }) => value < 0).reduce((sum, { value }) => sum - value, 0);
  const spent = orders.filter(({ value }) => value > 0).reduce((sum, { value }) => sum + value, 0);
  const cost = trades.cost === 0 ? '' : `, at a cost of ${money(trades.cost, holdings.currency)}`;
  const moved = Object.entries({ sell: sold, buy: spent }).filter(([, sum]) => sum > 0);
  const sums = moved.map(([verb, sum], at) => `${verb} ${money(sum, moved[at + 1] ? undefined : holdings.currency)}`);
  return [today, `The trades ${sums.join(' and ')}${cost}.`];
}

/** `+3`, `−2.5`; empty where nothing is traded. */
function signed(units: number): string {
  if (units === 0) return '';
  return `${units > 0 ? '+' : '\u2212'}${quantity(Math.abs(units))}`;
}

/** The further cells of the table's rows. */
export function tradeCells({ trades }: AllocateAnswer): {
  readonly header: readonly string[];
  readonly row: (j: number) => readonly string[];
  readonly footer: readonly string[];
} {
  if (trades === undefined) return { header: [], row: () => [], footer: [] };
  const { before, units } = trades;
  return {
    header: ['Held', 'Trade'],
    row: (j) => [before.units[j] === 0 ? '' : quantity(before.units[j]!), signed(units[j]!)],
    footer: [money(before.cash), ''],
  };
}

/** @param now milliseconds since 1970, for the age of rates */
export function tradeFields(answer: AllocateAnswer, now: number): ReplyField[] {
  const { trades, holdings, tickers, request, conversion } = answer;
  if (trades === undefined || holdings === undefined) return [];
  const { before, keptOut, conversions } = trades;
  const { limit, alpha } = request.mandate.risk;
  const { cvar, valueAtRisk, expectedReturn } = before.portfolio;
  const level = shortPercent(alpha);
  const texts = ordersIn(trades).map(
    ({ j, units, value }) =>
      `${value < 0 ? 'sell' : 'buy'} ${quantity(Math.abs(units))} ${tickers[j]!} for ${money(Math.abs(value), holdings.currency)}`,
  );
  const more = texts.length > MOST_NAMED ? `; and ${texts.length - MOST_NAMED} more` : '';
  return [
    {
      name: 'Held today',
      value: `${heldText({ ...holdings, cash: before.cash })}: CVaR ${level} ${lossText(cvar, limit)}, value-at-risk ${lossText(valueAtRisk, limit)}, ${signedPercent(expectedReturn)} expected`,
    },
    ...(texts.length === 0 ? [] : [{ name: 'Trades', value: `${texts.slice(0, MOST_NAMED).join('; ')}${more}.` }]),
    ...accountFields(
      {
        keptOut,
        conversions: [...(conversion ? [conversion] : []), ...conversions],
        currency: holdings.currency,
      },
      now,
    ),
  ];
}
