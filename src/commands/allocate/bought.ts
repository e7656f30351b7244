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
  const { amount, currency, portfolio } = bought;
  const worst = worstScenarios(answer.request.mandate.risk.alpha);
  const inMoney = (fraction: number): string => roughMoney(Math.abs(fraction) * amount, currency);
  const result = isGain(portfolio.cvar)
    ? `even in ${worst} you gain **${inMoney(portfolio.cvar)}** on average`
    : `in ${worst} you lose **${inMoney(portfolio.cvar)}** on average`;
  const [kind, profit] = [portfolio.expectedReturn < 0 ? 'loss' : 'profit', inMoney(portfolio.expectedReturn)];
  return [`With what ${money(amount, currency)} buys, ${result}; the expected ${kind} is ${profit}.`];
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
