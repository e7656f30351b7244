// What the amount does not buy, in words, and why.
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import type { Holdings } from '../../engine-service/holdings.ts';
import { costRateOf } from '../../engine/constraints/beyond-bounds.ts';
import { ROUNDING } from '../../engine/constraints/polytope.ts';
import type { Missed } from '../../engine/missed.ts';
import { isLeastRisky } from '../../engine/strategies/strategy.ts';
import { money, percent, plural, SMALLEST_ROUNDED_WEIGHT } from '../../format.ts';
import type { ReplyField } from '../../reply.ts';
import { wordsOf } from '../constraint-words.ts';
import { lossText } from '../limits.ts';
import { boughtIn, splitWeights } from './bought.ts';

/** What a purchase keeps. */
function boundsOf({ allocation, request: { mandate } }: AllocateAnswer): string {
  const isLimited = mandate.risk.limit !== undefined && allocation.status === 'optimal' && !isLeastRisky(allocation);
  const isConstrained = mandate.constraints.some(({ kind }) => kind !== 'cost');
  return `${isLimited ? 'the limit' : 'the risk of this split'}${isConstrained ? ' or a constraint' : ''}`;
}

/** Why the amount buys nothing, if it does not. */
export function nothingBoughtSentences(answer: AllocateAnswer): string[] {
  const { holdings } = answer;
  if (holdings === undefined || boughtIn(answer) !== undefined) return [];
  const { amount, currency, lotPrices, isFractional } = holdings;
  const { j } = splitWeights(answer).toSorted((a, b) => lotPrices[a.j]! - lotPrices[b.j]!)[0]!;
  const [ticker, price] = [answer.tickers[j]!, lotPrices[j]!];
  const lot = isFractional[j] === true ? `the smallest part of ${ticker}` : `a share of ${ticker}`;
  const sum = money(amount, currency);
  if (paysFor(amount, price, answer))
    return [`**${sum} would pay for ${lot}, but that would break ${boundsOf(answer)}.**`];
  const cost = priceText(price, currency);
  return [`**${sum} buys no share of anything**; the cheapest here, ${lot}, costs ${cost}.`];
}

/** With the allowance of `buy`, and the cost of the trade. */
const paysFor = (amount: number, price: number, { request }: AllocateAnswer): boolean =>
  price * (1 - ROUNDING) * (1 + costRateOf(request.mandate.constraints)) <= amount;

/** To the next cent, so that this much money is enough. */
const priceText = (price: number, currency?: string): string =>
  money(Math.ceil(100 * price * (1 - ROUNDING)) / 100, currency);

/** Of a coin any part can be bought, so less than this share of the amount is no cash to wonder at. */
const SMALL_CHANGE = 0.001;

/** Why cash is left that would pay for a share. */
function cashFields(answer: AllocateAnswer): ReplyField[] {
  const bought = boughtIn(answer);
  if (bought === undefined) return [];
  const { amount, cash, prices, isFractional, isMostProfitable = false, allowsMore } = bought;
  const assets = isMostProfitable ? [...prices.keys()] : splitWeights(answer).map(({ j }) => j);
  const canPay = assets.some((j) =>
    paysFor(cash, isFractional[j] === true ? SMALL_CHANGE * amount : prices[j]!, answer),
  );
  if (!canPay) return [];
  if (!allowsMore) return [{ name: 'Cash', value: `Buying more would break ${boundsOf(answer)}.` }];
  const why = isMostProfitable ? 'raise the expected profit' : 'come nearer to these weights';
  return [{ name: 'Cash', value: `Buying more would not ${why}.` }];
}

/** What has a weight, but too little money for a share. */
export const lostIn = (answer: AllocateAnswer, { amount, prices, units }: Holdings) =>
  splitWeights(answer).flatMap(({ weight, j }) => {
    const [part, price] = [weight * amount, prices[j]!];
    return units[j] === 0 && part < price ? [{ ticker: answer.tickers[j]!, j, weight, part, price }] : [];
  });

const MOST_NAMED = 5;

/** On what the amount did not buy. */
export const leftOutFields = (answer: AllocateAnswer): ReplyField[] => [
  ...cashFields(answer),
  ...tooSmallFields(answer),
  ...missedFields(answer),
];

/** The constraints that what is bought does not keep, with what it comes to. */
function missedFields(answer: AllocateAnswer): ReplyField[] {
  const missed = boughtIn(answer)?.missed ?? [];
  if (missed.length === 0) return [];
  const texts = missed.map((one) => `${wordsOf(one.constraint)} (${missText(one)})`);
  return [{ name: 'Not kept as bought', value: `${texts.join('; ')}.` }];
}

function missText({ constraint, value, assets = [] }: Missed): string {
  if (assets.length > 0) {
    const named = assets.slice(0, MOST_NAMED).map(({ ticker, weight }) => `${ticker} ${percent(weight)}`);
    return `${named.join(', ')}${assets.length > MOST_NAMED ? ` and ${assets.length - MOST_NAMED} more` : ''}`;
  }
  if (constraint.kind === 'max-assets') return String(value);
  if (constraint.kind === 'behind') return lossText(value, constraint.limit);
  const isDifference = constraint.kind === 'linear' && constraint.terms.some(({ factor }) => factor < 0);
  return isDifference ? `missed by ${percent(Math.abs(value - constraint.bound))}` : percent(value);
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
