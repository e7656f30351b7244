// Must name every mark of the chart, and must not sound like advice.
import type { FrontierAnswer } from '../../engine-service/answers.ts';
import { isKept } from '../../engine/optimize/problem.ts';
import type { PricedPortfolio } from '../../engine/samples.ts';
import { alignColumns, plural, shortPercent, percent, signedPercent, spread, weightPercent } from '../../format.ts';
import { gainOrLoss, lossText, smallestLimit, worstScenarios } from '../limits.ts';
import { mayLoseLess, mayLoseLessText } from '../early-end.ts';
import { CAVEAT, LEAST_CERTAIN, originFields } from '../provenance.ts';
import { viewFields } from '../views.ts';
import { accountFields, heldField, heldWeights } from '../account-fields.ts';
import { splitTrades } from '../split-trades.ts';
import { askedLine, restate, withinBounds } from '../question.ts';
import { pastProfit, recordFields } from '../record-words.ts';
import type { Reply, ReplyField, ReplyImage } from '../../reply.ts';

export interface FrontierView {
  readonly answer: FrontierAnswer;
  /** The largest number of rows for splits; both ends of the frontier always have one. */
  readonly mostRows: number;
  /** The number of weights named per split. */
  readonly weightsPerRow: number;
  /** Milliseconds since 1970, for the age of the prices. */
  readonly now: number;
  readonly image?: ReplyImage;
  /** See `AllocationView`. */
  readonly noPast?: string;
}

export function frontierReply({ answer, mostRows, weightsPerRow, now, image, noPast }: FrontierView): Reply {
  const { request, universe, frontier, account } = answer;
  const smallest = smallestLimit(frontier.minimum.leastLimit, request.mandate.risk.limit);
  const { cautions } = restate(request, cvarsOf(frontier));
  return {
    tone: cautions.length === 0 ? 'answer' : 'warning',
    title: `Efficient frontier · ${plural(request.mandate.horizonDays, 'trading day')} · ${universe}`,
    body: body(answer, cautions),
    table: frontierTable(answer, mostRows, weightsPerRow),
    fields: [
      { name: mayLoseLess(frontier) ? 'Smallest limit found' : 'Smallest limit that can be kept', value: smallest },
      ...profitFields(answer),
      ...(account ? [heldField(account, answer.tickers, 'Held today'), ...accountFields(account, now)] : []),
      ...viewFields(answer),
      ...recordFields(answer, noPast),
      ...originFields(answer, now),
    ],
    footer: CAVEAT,
    ...(image && { images: [image] }),
  };
}

const profitFields = ({ past, request }: FrontierAnswer): ReplyField[] =>
  past ? [{ name: 'Expected profits', value: pastProfit(past, request.mandate) }] : [];

/** Of all splits shown. */
export const cvarsOf = ({ points, equalWeight }: FrontierAnswer['frontier']): number[] =>
  [...points, equalWeight].map(({ cvar }) => cvar);

function body({ request, frontier, past }: FrontierAnswer, cautions: readonly string[]): string {
  const { alpha, limit: lossLimit } = request.mandate.risk;
  const worst = worstScenarios(alpha);
  const result = gainOrLoss(frontier.points.at(-1)?.cvar ?? 0);
  const safest = result === 'gain' ? 'highest average gain' : 'lowest average loss';
  const shown =
    frontier.points.length > 1
      ? `For each average ${result} in ${worst} (CVaR), the split with the highest expected profit: from the lowest CVaR to the highest expected profit.`
      : `One split of these assets has both the ${safest} in ${worst} (CVaR) and the highest expected profit.`;
  const limit = lossLimit === undefined ? [] : [limitSentence(lossLimit, frontier, withinBounds(request.mandate))];
  return [
    past ? shown : `${shown} Expected profit is ${LEAST_CERTAIN}.`,
    ...limit,
    '`/allocate` shows the whole split for one limit, checked on scenarios that the optimiser has not seen.',
    ...cautions,
    askedLine(request),
  ].join('\n');
}

function limitSentence(lossLimit: number, frontier: FrontierAnswer['frontier'], within: string): string {
  const { points, minimum } = frontier;
  const limit = `a limit of ${shortPercent(lossLimit)}`;
  if (!isKept(minimum.leastLimit, lossLimit)) {
    if (mayLoseLess(frontier)) {
      return `**No split${within} was found that keeps ${limit}**: the smallest found is ${smallestLimit(minimum.leastLimit, lossLimit)}; ${mayLoseLessText(frontier)}.`;
    }
    return `**No split${within} keeps ${limit}**: the smallest that can be kept is ${smallestLimit(minimum.leastLimit, lossLimit)}.`;
  }
  const kept = points.findLast(({ leastLimit }) => isKept(leastLimit, lossLimit)) ?? minimum;
  if (kept === points.at(-1)) return `Every split here keeps ${limit}.`;
  return `Under ${limit} the expected profit reaches at least **${signedPercent(kept.expectedReturn)}**.`;
}

interface FrontierRow {
  /** By which rows are sorted: the limits that a split is an answer to begin there. */
  readonly from: number;
  /** A name, the CVaR, the profit and, where something is held, what is traded from there. */
  readonly cells: readonly string[];
  readonly note: string;
}

/** From the least risky: the frontier's splits, equal weights and the limit. */
function frontierTable(answer: FrontierAnswer, mostRows: number, weightsPerRow: number): string[] {
  const { request, frontier, tickers } = answer;
  const { points, equalWeight } = frontier;
  const name = (point: PricedPortfolio): string => {
    if (points.length === 1) return 'only';
    return point === points[0] ? 'lowest' : point === points.at(-1) ? 'highest' : '';
  };
  const { limit } = request.mandate.risk;
  const before = answer.account && heldWeights(answer.account);
  const traded = ({ weights }: PricedPortfolio): string[] =>
    before ? [percent(splitTrades(weights, before, request.mandate.constraints).turnover)] : [];
  const rowOf = (own: string, point: PricedPortfolio, note: string): FrontierRow => ({
    from: point.leastLimit,
    cells: [own, lossText(point.cvar, limit), signedPercent(point.expectedReturn), ...traded(point)],
    note,
  });
  const rows: FrontierRow[] = [
    ...spread(points, mostRows).map((point) =>
      rowOf(name(point), point, largestWeights(tickers, point.weights, weightsPerRow)),
    ),
    rowOf('equal', equalWeight, `${weightPercent(1 / tickers.length)} each`),
  ];
  if (limit !== undefined) rows.push(limitRow(limit, frontier.minimum, answer.account !== undefined));
  const sorted = rows.toSorted((a, b) => a.from - b.from);
  const columns = alignColumns([
    ['', 'CVaR', 'Profit', ...(answer.account ? ['Traded'] : [])],
    ...sorted.map(({ cells }) => cells),
  ]);
  const notes = ['Largest weights', ...sorted.map(({ note }) => note)];
  const width = columns[0]?.length ?? 0;
  return columns.map((line, at) => `${line.padEnd(width)}  ${notes[at] ?? ''}`);
}

/** The limit as it was given, like in the sentence above the table: rounded, it would be another one. */
const limitRow = (lossLimit: number, minimum: PricedPortfolio, isTraded: boolean): FrontierRow => ({
  from: lossLimit,
  cells: ['limit', shortPercent(lossLimit), '', ...(isTraded ? [''] : [])],
  note: isKept(minimum.leastLimit, lossLimit) ? 'kept by the rows above' : 'kept by no split',
});

/** `KAPRA 31.2%, DUNE 22.4%`; those under 0.5% are left out. */
function largestWeights(tickers: readonly string[], weights: readonly number[], most: number): string {
  return weights
    .map((weight, j) => ({ ticker: tickers[j] ?? '', weight }))
    .filter(({ weight }) => weight >= 0.005)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, most)
    .map(({ ticker, weight }) => `${ticker} ${weightPercent(weight)}`)
    .join(', ');
}
