// What the amount buys, in words: money beside percentages, and what was too small for a share.
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import type { Holdings } from '../../engine-service/holdings.ts';
import { SMALLEST_WEIGHT } from '../../engine/purchase.ts';
import { money, plural, quantity, roughMoney, signedPercent } from '../../format.ts';
import type { ReplyField } from '../../reply.ts';
import { isGain, lossText, worstScenarios } from '../limits.ts';

/** The figures of a portfolio. */
export const FIGURES = ['expectedReturn', 'cvar', 'valueAtRisk', 'freshCvar'] as const;

type Figure = (typeof FIGURES)[number];

/** The holdings, if the amount bought anything. */
export const boughtIn = ({ holdings }: AllocateAnswer): Holdings | undefined =>
  holdings?.units.some((units) => units > 0) === true ? holdings : undefined;

/** A sentence on the loss and profit in money; without a purchase, why there is none; empty without an amount. */
export function boughtSentence(answer: AllocateAnswer): string {
  const { holdings } = answer;
  if (holdings === undefined) return '';
  if (boughtIn(answer) === undefined) return nothingBought(answer, holdings);
  const { amount, currency, portfolio } = holdings;
  const worst = worstScenarios(answer.request.mandate.risk.alpha);
  const inMoney = (fraction: number): string => roughMoney(Math.abs(fraction) * amount, currency);
  const result = isGain(portfolio.cvar)
    ? `even in ${worst} you gain **${inMoney(portfolio.cvar)}** on average`
    : `in ${worst} you lose **${inMoney(portfolio.cvar)}** on average`;
  const [kind, profit] = [portfolio.expectedReturn < 0 ? 'loss' : 'profit', inMoney(portfolio.expectedReturn)];
  return ` With what ${money(amount, currency)} buys, ${result}; the expected ${kind} is ${profit}.`;
}

function nothingBought(answer: AllocateAnswer, { amount, currency, prices }: Holdings): string {
  const enoughFor = heldIn(answer).map(({ weight, j }) => ({ j, enough: prices[j]! / weight }));
  const [least] = enoughFor.toSorted((a, b) => a.enough - b.enough);
  const enough = least && ` ${money(least.enough, currency)} would buy one of ${answer.tickers[least.j]}.`;
  return ` **${money(amount, currency)} is too small for this split: it buys no share of anything.**${enough ?? ''}`;
}

/** Weights that are not the solver's noise, largest first. */
export const heldIn = ({ allocation: { portfolio } }: AllocateAnswer): { weight: number; j: number }[] =>
  portfolio.weights
    .map((weight, j) => ({ weight, j }))
    .filter(({ weight }) => weight >= SMALLEST_WEIGHT)
    .toSorted((a, b) => b.weight - a.weight);

/** `; as bought 7.91%, 791 USD`; empty when nothing is. */
export function asBought(answer: AllocateAnswer, figure: Figure): string {
  const bought = boughtIn(answer);
  if (bought === undefined) return '';
  const { amount, currency, portfolio } = bought;
  const share = portfolio[figure];
  if (figure === 'expectedReturn')
    return `; as bought ${signedPercent(share)}, ${roughMoney(share * amount, currency)}`;
  const text = lossText(share, answer.request.mandate.risk.limit);
  return `; as bought ${text}, ${roughMoney(Math.abs(share) * amount, currency)}`;
}

/** The further cells of the table's rows. */
export function boughtCells(answer: AllocateAnswer): {
  readonly header: readonly string[];
  readonly row: (j: number) => readonly string[];
  readonly footer: readonly (readonly string[])[];
} {
  const bought = boughtIn(answer);
  if (bought === undefined) return { header: [], row: () => [], footer: [] };
  const { values, units, cash, currency = 'Money', isFractional } = bought;
  const hasFractions = heldIn(answer).some(({ j }) => isFractional[j]);
  return {
    header: [currency, hasFractions ? 'Units' : 'Shares'],
    row: (j) => [money(values[j]!), quantity(units[j]!)],
    footer: [['Cash', '', money(cash), '']],
  };
}

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
  return canPay ? [{ name: 'Cash', value: 'Buying more would break the limit or the largest weight.' }] : [];
}

/** What has a weight, but too little money for a share. */
export const lostIn = (answer: AllocateAnswer, { amount, prices, units }: Holdings) =>
  heldIn(answer).flatMap(({ weight, j }) => {
    const [part, price] = [weight * amount, prices[j]!];
    return units[j] === 0 && part < price ? [{ ticker: answer.tickers[j]!, j, weight, part, price }] : [];
  });

/** Smaller weights are counted, not named, but for the first. */
const SMALLEST_NAMED = 0.0005;
const MOST_NAMED = 5;

/** On what the amount did not buy. */
export const leftOutFields = (answer: AllocateAnswer): ReplyField[] => [
  ...cashFields(answer),
  ...tooSmallFields(answer),
];

function tooSmallFields(answer: AllocateAnswer): ReplyField[] {
  const { holdings } = answer;
  const lost = holdings ? lostIn(answer, holdings) : [];
  if (holdings === undefined || lost.length === 0) return [];
  const named = lost.filter(({ weight }, k) => k === 0 || weight >= SMALLEST_NAMED).slice(0, MOST_NAMED);
  const texts = named.map(({ ticker, j, part, price }) => {
    const unit = holdings.isFractional[j] === true ? 'nothing' : 'no share';
    return `${money(part, holdings.currency)} buys ${unit} of ${ticker} at ${money(price)}`;
  });
  const others = lost.length - named.length;
  const rest = others === 0 ? [] : [`${plural(others, 'other weight')} ${others === 1 ? 'is' : 'are'} too small too`];
  return [{ name: 'Too small for a share', value: `${[...texts, ...rest].join('; ')}.` }];
}
