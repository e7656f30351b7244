// Pure: an allocation in words. The risk stands beside the profit, and nothing sounds like advice.
import type { AllocateAnswer } from '../../app.ts';
import type { RepricedPortfolio } from '../../engine/allocate.ts';
import { amountFields } from './amount-words.ts';
import { alignColumns, money, percent, plural, shortPercent, signedPercent } from '../../format.ts';
import { smallestLimit, worstScenarios } from '../limits.ts';
import { CAVEAT, originFields } from '../provenance.ts';
import type { Reply, ReplyButton, ReplyField, ReplyImage } from '../../reply.ts';

/** Weights below this are the solver's noise: a ten-thousandth of a percent. */
const SMALLEST_SHOWN_WEIGHT = 1e-6;

export interface AllocationView {
  readonly answer: AllocateAnswer;
  /** `minimum` shows the least risky split, whatever the limit. */
  readonly show: 'best' | 'minimum';
  /** Milliseconds since 1970: the age of the prices is told by it. */
  readonly now: number;
  readonly image?: ReplyImage;
  readonly buttons?: readonly ReplyButton[];
}

/** The portfolio that an answer shows: the best one, or the least risky where there is none or it is asked for. */
export function shownPortfolio({ allocation }: AllocateAnswer, show: 'best' | 'minimum'): RepricedPortfolio {
  return allocation.status === 'optimal' && show === 'best' ? allocation.best : allocation.minimum;
}

export function allocationReply({ answer, show, now, image, buttons }: AllocationView): Reply {
  const portfolio = shownPortfolio(answer, show);
  const isInfeasible = answer.allocation.status === 'infeasible' && show === 'best';
  return {
    tone: isInfeasible ? 'warning' : 'answer',
    title: title(answer, show),
    body: body(answer, show, portfolio),
    table: weightTable(answer, portfolio),
    fields: [...riskFields(answer, portfolio), ...amountFields(answer, now), ...originFields(answer, now)],
    footer: CAVEAT,
    ...(image && { images: [image] }),
    ...(buttons && buttons.length > 0 && { buttons }),
  };
}

function title({ request, allocation, universe }: AllocateAnswer, show: 'best' | 'minimum'): string {
  const span = `${plural(request.horizonDays, 'trading day')} · ${universe}`;
  if (show === 'minimum') return `Least risky split · ${span}`;
  if (allocation.status === 'optimal') return `Split within ${shortPercent(request.lossLimit)} · ${span}`;
  return `No split keeps a limit of ${shortPercent(request.lossLimit)} · ${span}`;
}

function body(answer: AllocateAnswer, show: 'best' | 'minimum', portfolio: RepricedPortfolio): string {
  const { alpha, lossLimit } = answer.request;
  const worst = worstScenarios(alpha);
  if (show === 'minimum') {
    return `Of all splits of these assets, this one is the least risky. ${averageOf(worst, portfolio.cvar)}.`;
  }
  if (answer.allocation.status === 'infeasible') {
    return (
      `The average loss in ${worst} cannot be brought below **${percent(portfolio.cvar)}** (CVaR). ` +
      'The split below reaches that minimum.'
    );
  }
  const kept = `${averageOf(worst, portfolio.cvar)}, within the limit of ${shortPercent(lossLimit)}.`;
  if (portfolio.freshCvar <= lossLimit) return kept;
  return `${kept} On scenarios that the optimiser has not seen it is ${percent(portfolio.freshCvar)}: above the limit.`;
}

/** A negative CVaR is no loss at all, and is not called one. */
const averageOf = (worst: string, cvar: number): string =>
  cvar < 0
    ? `Even ${worst} gain **${percent(-cvar)}** on average (CVaR ${percent(cvar)})`
    : `The average loss in ${worst} is **${percent(cvar)}** (CVaR)`;

function weightTable({ tickers, holdings, currency }: AllocateAnswer, portfolio: RepricedPortfolio): string[] {
  const bought = holdings(portfolio);
  const held = portfolio.weights
    .map((weight, j) => ({ weight, j }))
    .filter(({ weight }) => weight >= SMALLEST_SHOWN_WEIGHT)
    .toSorted((a, b) => b.weight - a.weight);
  const rows = held.map(({ weight, j }) => [
    tickers[j] ?? '',
    weight < 0.0005 ? '<0.1%' : percent(weight, 1),
    ...(bought ? [money(bought.values[j] ?? 0), String(bought.shares[j] ?? 0)] : []),
  ]);
  const header = ['Asset', 'Weight', ...(bought ? [currency ?? 'Money', 'Shares'] : [])];
  const left = bought ? [['Cash', '', money(bought.cash), '']] : [];
  const unused = tickers.length - held.length;
  return [...alignColumns([header, ...rows, ...left]), ...(unused > 0 ? [`${plural(unused, 'other')} at 0%`] : [])];
}

function riskFields({ request, allocation }: AllocateAnswer, portfolio: RepricedPortfolio): ReplyField[] {
  const level = shortPercent(request.alpha);
  return [
    { name: 'Expected profit', value: `${signedPercent(portfolio.expectedReturn)}, the least certain figure here` },
    { name: `CVaR ${level}`, value: `${percent(portfolio.cvar)} (limit ${shortPercent(request.lossLimit)})` },
    { name: `Value-at-risk ${level}`, value: percent(portfolio.valueAtRisk) },
    { name: 'CVaR on fresh scenarios', value: percent(portfolio.freshCvar) },
    { name: 'Smallest limit that can be kept', value: smallestLimit(allocation.minimum.cvar) },
  ];
}
