// What the amount does not buy, in words, and why.
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import type { Holdings } from '../../engine-service/holdings.ts';
import { ROUNDING } from '../../engine/constraints/polytope.ts';
import { money, plural, shortPercent, SMALLEST_ROUNDED_WEIGHT, weightPercent } from '../../format.ts';
import type { ReplyField } from '../../reply.ts';
import { weightOf } from '../constraints.ts';
import { boughtIn, heldIn } from './bought.ts';

/** What a purchase keeps. */
const BOUNDS = 'the limit, the largest weight or the risk of this split';

/** Why the amount buys nothing, if it does not. */
export function nothingBoughtSentences(answer: AllocateAnswer): string[] {
  const { holdings } = answer;
  if (holdings === undefined || boughtIn(answer) !== undefined) return [];
  const { amount, currency, lotPrices, isFractional } = holdings;
  const { j } = heldIn(answer).toSorted((a, b) => lotPrices[a.j]! - lotPrices[b.j]!)[0]!;
  const [ticker, price] = [answer.tickers[j]!, lotPrices[j]!];
  const lot = isFractional[j] === true ? `the smallest part of ${ticker}` : `a share of ${ticker}`;
  const sum = money(amount, currency);
  if (paysFor(amount, price)) return [`**${sum} would pay for ${lot}, but that would break ${BOUNDS}.**`];
  const cost = priceText(price, currency);
  return [`**${sum} buys no share of anything**; the cheapest here, ${lot}, costs ${cost}.`];
}

/** With the allowance of `buy`. */
const paysFor = (amount: number, price: number): boolean => price * (1 - ROUNDING) <= amount;

/** To the next cent, so that this much money is enough. */
const priceText = (price: number, currency?: string): string =>
  money(Math.ceil(100 * price * (1 - ROUNDING)) / 100, currency);

/** Of a coin any part can be bought, so less than this share of the amount is no cash to wonder at. */
const SMALL_CHANGE = 0.001;

/** Why cash is left that would pay for a share. */
function cashFields(answer: AllocateAnswer): ReplyField[] {
  const bought = boughtIn(answer);
  if (bought === undefined) return [];
  const { amount, cash, prices, isFractional } = bought;
  const canPay = heldIn(answer).some(
    ({ j }) => cash >= (isFractional[j] === true ? SMALL_CHANGE * amount : prices[j]!),
  );
  return canPay ? [{ name: 'Cash', value: `Buying more would break ${BOUNDS}.` }] : [];
}

/** What has a weight, but too little money for a share. */
export const lostIn = (answer: AllocateAnswer, { amount, prices, units }: Holdings) =>
  heldIn(answer).flatMap(({ weight, j }) => {
    const [part, price] = [weight * amount, prices[j]!];
    return units[j] === 0 && part < price ? [{ ticker: answer.tickers[j]!, j, weight, part, price }] : [];
  });

const MOST_NAMED = 5;

/** On what the amount did not buy. */
export const leftOutFields = (answer: AllocateAnswer): ReplyField[] => [
  ...cashFields(answer),
  ...tooSmallFields(answer),
  ...belowMinimumFields(answer),
];

/** Whole shares keep a smallest weight only as far as they can. */
function belowMinimumFields(answer: AllocateAnswer): ReplyField[] {
  const bought = boughtIn(answer);
  const least = weightOf(answer.request.mandate.constraints, 'min-weight');
  if (bought === undefined) return [];
  const below = answer.tickers.flatMap((ticker, j) => {
    const weight = bought.portfolio.weights[j]!;
    return weight < least - ROUNDING ? [`${ticker} ${weightPercent(weight)}`] : [];
  });
  if (below.length === 0) return [];
  const more = below.length > MOST_NAMED ? ` and ${below.length - MOST_NAMED} more` : '';
  const value = `${below.slice(0, MOST_NAMED).join(', ')}${more}: less than ${shortPercent(least)}, since shares are bought whole.`;
  return [{ name: 'Below the smallest weight', value }];
}

function tooSmallFields(answer: AllocateAnswer): ReplyField[] {
  const { holdings } = answer;
  const lost = holdings ? lostIn(answer, holdings) : [];
  if (holdings === undefined || lost.length === 0) return [];
  // Weights shown as `<0.1%` are counted, not named, but for the first.
  const named = lost.filter(({ weight }, k) => k === 0 || weight >= SMALLEST_ROUNDED_WEIGHT).slice(0, MOST_NAMED);
  const texts = named.map(({ ticker, j, part, price }) => {
    const unit = holdings.isFractional[j] === true ? 'nothing' : 'no share';
    return `${money(part, holdings.currency)} buys ${unit} of ${ticker} at ${priceText(price)}`;
  });
  const others = lost.length - named.length;
  const rest = others === 0 ? [] : [`${plural(others, 'other weight')} ${others === 1 ? 'is' : 'are'} too small too`];
  return [{ name: 'Too small for a share', value: `${[...texts, ...rest].join('; ')}.` }];
}
