// What the amount buys, in words: money beside percentages.
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import type { Holdings } from '../../engine-service/holdings.ts';
import { SMALLEST_WEIGHT } from '../../engine/purchase.ts';
import { money, quantity, roughMoney, signedPercent } from '../../format.ts';
import { isGain, lossText, worstScenarios } from '../limits.ts';

/** The figures of a portfolio. */
export const FIGURES = ['expectedReturn', 'cvar', 'valueAtRisk', 'freshCvar'] as const;

type Figure = (typeof FIGURES)[number];

/** The holdings, if the amount bought anything. */
export const boughtIn = ({ holdings }: AllocateAnswer): Holdings | undefined =>
  holdings?.units.some((units) => units > 0) === true ? holdings : undefined;

/** The loss and the profit in money. */
export function boughtSentences(answer: AllocateAnswer): string[] {
  const bought = boughtIn(answer);
  if (bought === undefined) return [];
  const { amount, currency, portfolio, isMostProfitable } = bought;
  const worst = worstScenarios(answer.request.mandate.risk.alpha);
  const loss = lossInMoney(portfolio.cvar * amount, currency);
  const result = isGain(portfolio.cvar)
    ? `even in ${worst} you gain **${loss}** on average`
    : `in ${worst} you lose **${loss}** on average`;
  const profit = roughMoney(Math.abs(portfolio.expectedReturn) * amount, currency);
  const kind = portfolio.expectedReturn < 0 ? 'loss' : 'profit';
  const what = answer.trades === undefined ? `With what ${money(amount, currency)} buys` : 'With what you then hold';
  return [
    `${what}, ${result}; the expected ${kind} is ${profit}.`,
    ...(isMostProfitable === true
      ? [
          'So little money buys no split near these weights: these are the whole shares with the highest expected profit found within the limit.',
        ]
      : []),
  ];
}

/** A loss, or what a negative one gains, rounded as `lossText` is: a loss up, a gain down. */
function lossInMoney(loss: number, currency: string | undefined): string {
  const digits = Math.abs(loss) < 100 ? 100 : 1;
  return roughMoney(Math.abs(Math.ceil(loss * digits - 1e-6) / digits), currency);
}

/** Whether a weight is more than the solver's noise. */
const hasWeight = ({ allocation: { portfolio } }: AllocateAnswer, j: number): boolean =>
  portfolio.weights[j]! >= SMALLEST_WEIGHT;

/** Weights that are not the solver's noise, largest first. */
export const splitWeights = ({ allocation: { portfolio } }: AllocateAnswer): { weight: number; j: number }[] =>
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
  return `; as bought ${text}, ${lossInMoney(share * amount, currency)}`;
}

/** The further cells of the table's rows. */
export function boughtCells(answer: AllocateAnswer): {
  readonly header: readonly string[];
  readonly row: (j: number) => readonly string[];
  /** Of the cash. */
  readonly footer: readonly string[];
} {
  const bought = boughtIn(answer);
  if (bought === undefined) return { header: [], row: () => [], footer: [] };
  const { values, units, cash, currency = 'Money', isFractional } = bought;
  const hasFractions = isFractional.some((one, j) => one && (units[j]! > 0 || hasWeight(answer, j)));
  return {
    header: [currency, hasFractions ? 'Units' : 'Shares'],
    row: (j) => [money(values[j]!), quantity(units[j]!)],
    footer: [money(cash), ''],
  };
}
