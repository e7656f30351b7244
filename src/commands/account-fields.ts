// What holdings came with besides their assets, in words.
import type { Account } from '../engine-service/account.ts';
import type { Conversion } from '../engine-service/amount.ts';
import { age, money, percent, quantity, weightPercent } from '../format.ts';
import { escapedName } from '../names.ts';
import type { ReplyField } from '../reply.ts';

const MOST_NAMED = 12;

/** @returns (n) of all that is held; the rest is cash */
export const heldWeights = ({ values, amount }: Pick<Account, 'values' | 'amount'>): number[] =>
  values.map((value) => value / amount);

/** What a question begins with, in parts of the money: `Held: AAPL 40.0%, cash 60.0%`. */
export function heldField({ values, cash, amount }: Account, tickers: readonly string[], name: string): ReplyField {
  const held = values.map((value, j) => ({ of: escapedName(tickers[j]!), value })).filter(({ value }) => value > 0);
  const largest = held.toSorted((a, b) => b.value - a.value);
  const shown = [...largest.slice(0, MOST_NAMED), ...(cash > 0 ? [{ of: 'cash', value: cash }] : [])];
  const more = largest.length > MOST_NAMED ? ` and ${largest.length - MOST_NAMED} more` : '';
  return { name, value: `${shown.map(({ of, value }) => `${of} ${weightPercent(value / amount)}`).join(', ')}${more}` };
}

type AccountNotes = Pick<Account, 'keptOut' | 'conversions'> & {
  /** Of the values. */
  readonly currency?: string | undefined;
};

/** `1,234.50 USD, of which 4.0% is cash` */
export const heldText = ({ amount, cash, currency }: Pick<Account, 'amount' | 'cash' | 'currency'>): string =>
  `${money(amount, currency)}, of which ${percent(cash / amount, 1)} is cash`;

/** What is held and not among the assets, and the exchange rates. @param now milliseconds since 1970, for their age */
export function accountFields({ keptOut, conversions, currency }: AccountNotes, now: number): ReplyField[] {
  const rates = new Set(conversions.flatMap((one) => rateText(one, now)));
  return [
    ...(keptOut.length === 0 ? [] : [{ name: 'Kept out', value: keptOutText(keptOut, currency) }]),
    ...(rates.size === 0 ? [] : [{ name: 'Exchange rates', value: `${[...rates].join('; ')}.` }]),
  ];
}

function keptOutText(keptOut: Account['keptOut'], currency: string | undefined): string {
  const shown = keptOut
    .slice(0, MOST_NAMED)
    .map(({ ticker, units, value }) => {
      const worth = value === undefined ? 'value not known' : money(value, currency);
      return `${quantity(units)} ${escapedName(ticker)} (${worth})`;
    })
    .join(', ');
  const more = keptOut.length > MOST_NAMED ? ` and ${keptOut.length - MOST_NAMED} more` : '';
  const [are, they] =
    keptOut.length === 1 ? ['is', 'it stays as it is and counts'] : ['are', 'they stay as they are and count'];
  return `${shown}${more} ${are} not among these assets: ${they} for nothing here.`;
}

/** `1.0824 USD for 1 EUR` */
export const perUnitText = ({ from, to, rate }: Extract<Conversion, { readonly kind: 'converted' }>): string =>
  `${Number(rate.toPrecision(6))} ${to} for 1 ${from}`;

/** Nothing for pence, whose rate never changes. */
function rateText(conversion: Conversion, now: number): string[] {
  if (conversion.kind === 'assumed') return [`${conversion.from} is taken for the currency of the prices`];
  const { until, vendor, stale } = conversion;
  if (until === undefined || vendor === undefined) return [];
  const why = stale ? `, the newest stored one, since ${vendor} did not answer` : '';
  return [`${perUnitText(conversion)} on ${until} (${age(until, now)})${why}`];
}
