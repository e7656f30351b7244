// What changed in what a member holds since the last report, in words. It is for them alone.
import type { App } from '../../app.ts';
import type { Allocation } from '../../engine-service/answers.ts';
import type { RiskAnswer } from '../../engine-service/risk.ts';
import type { RiskRequest } from '../../engine-service/requests.ts';
import { withoutLimit } from '../../engine/mandate.ts';
import { isKept } from '../../engine/optimize/problem.ts';
import { DEFAULT_STRATEGY } from '../../engine/strategies/index.ts';
import { money, plural, quantity, shortPercent, signedPercent, weightPercent } from '../../format.ts';
import type { Held } from '../../held.ts';
import { escaped, escapedName } from '../../names.ts';
import { DEFAULT_SAMPLING } from '../../parse.ts';
import { universeLabel } from '../../prices/universes.ts';
import type { Reply, ReplyField } from '../../reply.ts';
import { accountFields, heldText } from '../account-fields.ts';
import { assetsHeld } from '../held-assets.ts';
import { mayLoseLess, mayLoseLessText } from '../early-end.ts';
import { averageLoss, lossText, smallestLimit } from '../limits.ts';
import { CAVEAT, priceField } from '../provenance.ts';
import { restate } from '../question.ts';
import type { HeldFigures, HeldReport } from './record.ts';

type Asked = Pick<HeldReport, 'mandate' | 'universe' | 'allow'>;

/** @throws UserError when too few or too many assets are held */
export const heldQuestion = ({ mandate, universe, allow }: Asked, held: Held): RiskRequest => ({
  universe: universe ?? assetsHeld(held.positions),
  strategy: DEFAULT_STRATEGY,
  mandate: withoutLimit(mandate),
  sampling: DEFAULT_SAMPLING,
  weights: [],
  held,
  ...(allow && { allow }),
});

/** The risk of what is held and, where it is above the limit, a split that keeps it or the least risky one. */
export interface HeldLook {
  readonly answer: RiskAnswer;
  readonly mended?: Allocation;
}

/** @throws UserError as `heldQuestion`, and as the engine */
export async function lookAtHeld(
  engine: Pick<App['engine'], 'risk' | 'allocate'>,
  asked: Asked,
  held: Held,
  options: Parameters<App['engine']['risk']>[1],
): Promise<HeldLook> {
  const { weights, ...question } = heldQuestion(asked, held);
  const answer = await engine.risk({ ...question, weights }, options);
  const { mandate } = asked;
  if (!isBroken(answer.look.cvar, mandate)) return { answer };
  return { answer, mended: (await engine.allocate({ ...question, mandate }, options)).allocation };
}

const isBroken = (cvar: number, { risk: { limit } }: Asked['mandate']): boolean =>
  limit !== undefined && !isKept(cvar, limit);

/** What the next report compares with. */
export function figuresOf({ tickers, look, account, prices }: RiskAnswer, held: Held): HeldFigures {
  const { amount = 0, currency } = account ?? {};
  const weights = tickers.map((ticker, j) => [ticker, look.weights[j]!] as const).filter(([, weight]) => weight > 0);
  return {
    held,
    until: prices.until,
    value: amount,
    ...(currency !== undefined && { currency }),
    cvar: look.cvar,
    weights: Object.fromEntries(weights),
  };
}

interface ReportView extends HeldLook {
  readonly mandate: HeldReport['mandate'];
  readonly now: HeldFigures;
  /** Absent: there was no report before. */
  readonly last?: HeldFigures;
  /** Milliseconds since 1970, for the age of prices and rates. */
  readonly at: number;
}

export function heldReportReply({ answer, mended, mandate, now, last, at }: ReportView): Reply {
  const { account, prices, request } = answer;
  const { alpha, limit } = mandate.risk;
  const { question, cautions } = restate(request, [now.cvar]);
  const isAbove = isBroken(now.cvar, mandate);
  const kept =
    limit === undefined
      ? ''
      : `, ${isAbove ? '**above' : 'within'} your limit of ${shortPercent(limit)}${isAbove ? '**' : ''}`;
  return {
    tone: isAbove ? 'warning' : 'answer',
    title: `What you hold${last ? `, and what changed since ${last.until}` : ''} · ${plural(mandate.horizonDays, 'trading day')}`,
    body: [
      `${averageLoss(alpha, now.cvar, limit)}${kept}.`,
      ...(mended ? [mendText(request, mended, mandate)] : []),
      ...(last?.until === now.until ? ['There are no newer prices than last time.'] : []),
      ...cautions,
      `Asked: what is held; ${question}.`,
    ].join('\n'),
    fields: [
      { name: 'Value', value: valueText(now, last, account && heldText(account)) },
      { name: `CVaR ${shortPercent(alpha)}`, value: cvarText(now, last, limit) },
      ...(last ? changeFields(now, last) : []),
      ...(account ? accountFields(account, at) : []),
      priceField(prices, at),
    ],
    footer: `${CAVEAT} /holdings stop ends these messages.`,
  };
}

/** A command that asks the same of the saved holdings, wherever it is typed. */
function mendText(
  { universe, allow }: RiskRequest,
  mended: Allocation,
  { horizonDays, risk: { alpha, limit } }: Asked['mandate'],
): string {
  if (mended.status === 'infeasible') {
    const least = smallestLimit(mended.portfolio.leastLimit, limit);
    return mayLoseLess(mended)
      ? `No split of these assets was found that keeps it, but for a limit from ${least} on: ${mayLoseLessText(mended)}.`
      : `No split of these assets keeps it: the smallest limit that can be kept is ${least}.`;
  }
  const options = [
    `loss:${shortPercent(limit ?? 0)} holdings:saved`,
    // Elsewhere a server's own universe has no name.
    universe.kind === 'tickers' ? `tickers:${universe.tickers.join(', ')}` : `universe:${universeLabel(universe)}`,
    `horizon:${horizonDays} alpha:${shortPercent(alpha)}`,
    ...(allow ? [`allow:${allow.join(', ')}`] : []),
  ];
  return `\`/allocate ${options.join(' ')}\` shows the trades that mend it.`;
}

function valueText(
  now: HeldFigures,
  last: HeldFigures | undefined,
  text: string = money(now.value, now.currency),
): string {
  if (last === undefined) return text;
  const before = `${money(last.value, last.currency)} on ${last.until}`;
  if (last.currency !== now.currency) return `${text}; ${before}`;
  const part = tradesIn(now.held, last.held).length === 0 ? '' : ', with what you bought and sold';
  return `${text}; ${signedPercent(now.value / last.value - 1)} from ${before}${part}`;
}

const cvarText = (now: HeldFigures, last: HeldFigures | undefined, limit: number | undefined): string =>
  [
    lossText(now.cvar, limit),
    ...(last ? [`${lossText(last.cvar, limit)} on ${last.until}`] : []),
    ...(limit === undefined ? [] : [`your limit is ${shortPercent(limit)}`]),
  ].join('; ');

/** A smaller change of a weight is not told: a tenth of a percentage point. */
const LEAST_DRIFT = 0.001;
const MOST_NAMED = 12;

function changeFields(now: HeldFigures, last: HeldFigures): ReplyField[] {
  const [after, before] = [withCash(now.weights), withCash(last.weights)];
  const moved = [...new Set([...Object.keys(after), ...Object.keys(before)])]
    .map((name) => ({ name, from: before[name] ?? 0, to: after[name] ?? 0 }))
    .filter(({ from, to }) => Math.abs(to - from) >= LEAST_DRIFT)
    .toSorted((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from))
    .map(({ name, from, to }) => `${escapedName(name)} ${weightPercent(from)} → ${weightPercent(to)}`);
  const trades = tradesIn(now.held, last.held);
  return [
    { name: 'Weights', value: few(moved, 'none moved by a tenth of a point') },
    { name: 'Bought and sold', value: few(trades, 'nothing: your saved holdings are those of last time') },
  ];
}

const withCash = (weights: HeldFigures['weights']): Record<string, number> => ({
  ...weights,
  cash: Math.max(0, 1 - Object.values(weights).reduce((sum, weight) => sum + weight, 0)),
});

const few = (texts: readonly string[], none: string): string =>
  texts.length === 0
    ? `${none}.`
    : `${texts.slice(0, MOST_NAMED).join(', ')}${texts.length > MOST_NAMED ? ` and ${texts.length - MOST_NAMED} more` : ''}.`;

const unitsOf = ({ positions }: Held) => new Map(positions.map(({ ticker, units }) => [ticker, units]));
const cashOf = ({ cash }: Held) => new Map(cash.map(({ amount, currency = '' }) => [currency, amount]));

/** `+3 KO`, `−2.5 NVDA`, `+500.00 USD cash`. */
function tradesIn(now: Held, last: Held): string[] {
  return [
    ...changes(unitsOf(now), unitsOf(last)).map(([name, change]) => `${signed(change, quantity)} ${escapedName(name)}`),
    ...changes(cashOf(now), cashOf(last)).map(([code, change]) =>
      `${signed(change, money)} ${code} cash`.replace('  ', ' '),
    ),
  ];
}

function changes(now: ReadonlyMap<string, number>, last: ReadonlyMap<string, number>): [string, number][] {
  const names = [...new Set([...now.keys(), ...last.keys()])];
  return names
    .map((name): [string, number] => [name, (now.get(name) ?? 0) - (last.get(name) ?? 0)])
    .filter(([, change]) => change !== 0);
}

const signed = (change: number, text: (size: number) => string): string =>
  `${change > 0 ? '+' : '\u2212'}${text(Math.abs(change))}`;

/** In the place of a report. @param sentence a UserError's message */
export const heldReportFailedReply = (sentence: string): Reply => ({
  tone: 'error',
  title: 'No report on what you hold this time',
  body: escaped(sentence),
  footer: 'It is tried again when it is next due; /holdings stop ends it.',
});
