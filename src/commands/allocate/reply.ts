// Must show the risk together with the profit, and must not sound like advice.
import type { AllocateAnswer } from '../../engine-service/answers.ts';
import { isIndex } from '../../engine/market.ts';
import { limitOf } from '../../engine/mandate.ts';
import { isKept } from '../../engine/optimize/problem.ts';
import { DEFAULT_STRATEGY, findStrategy } from '../../engine/strategies/index.ts';
import { isLeastRisky } from '../../engine/strategies/strategy.ts';
import { age, alignColumns, money, plural, shortPercent, signedPercent, weightPercent } from '../../format.ts';
import type { Portfolio } from '../../engine/types.ts';
import type { Reply, ReplyButton, ReplyField, ReplyImage } from '../../reply.ts';
import { asBought, boughtCells, boughtSentences, splitWeights } from './bought.ts';
import { costNote } from './cost.ts';
import { perUnitText } from '../account-fields.ts';
import { earlyEndSentences, leastFoundSentence, mayLoseLess } from '../early-end.ts';
import { leftOutFields, nothingBoughtSentences } from './left-out.ts';
import { isTraded, tradeCells, tradeFields, tradeSentences } from './trades.ts';
import { averageLoss, estimateText, isGain, leastRiskySentence, lossText, smallestLimit } from '../limits.ts';
import { CAVEAT, LEAST_CERTAIN, originFields } from '../provenance.ts';
import { viewFields } from '../views.ts';
import { pastProfit, recordFields } from '../record-words.ts';
import { bindingSentence, holdingSentence } from '../binding-words.ts';
import { askedLine, boundedSentence, restate, withinBounds } from '../question.ts';

export interface AllocationView {
  readonly answer: AllocateAnswer;
  /** Milliseconds since 1970, for the age of the prices. */
  readonly now: number;
  readonly image?: ReplyImage;
  /** Undefined when they could not be saved; absent: there are none. */
  readonly buttons?: readonly ReplyButton[] | undefined;
  /** Stands in the place of a record that there is none of; absent: nothing does. */
  readonly noPast?: string;
}

const NO_BUTTONS = 'The buttons could not be saved.';

export function allocationReply({ answer, now, image, noPast, ...view }: AllocationView): Reply {
  const { buttons } = view;
  const unsaved = 'buttons' in view && buttons === undefined ? [NO_BUTTONS] : [];
  const { request, allocation } = answer;
  const { cautions } = restate(request, [allocation.portfolio.cvar]);
  const sentences = [
    finding(answer),
    ...earlyEndSentences(allocation),
    movedSentence(allocation),
    holdingSentence(answer.holding ?? []),
    ...tradeSentences(answer),
    ...boughtSentences(answer),
    ...nothingBoughtSentences(answer),
  ];
  return {
    tone: allocation.status === 'infeasible' || cautions.length > 0 ? 'warning' : 'answer',
    title: title(answer),
    body: [sentences.filter(Boolean).join(' '), ...cautions, askedLine(request), ...unsaved].join('\n'),
    table: weightTable(answer),
    fields: [
      ...riskFields(answer),
      ...viewFields(answer),
      ...recordFields(answer, noPast),
      ...tradeFields(answer, now),
      ...amountFields(answer, now),
      ...leftOutFields(answer),
      ...originFields(answer, now),
    ],
    footer: CAVEAT,
    ...(image && { images: [image] }),
    ...(buttons && buttons.length > 0 && { buttons }),
  };
}

function title(answer: AllocateAnswer): string {
  const { request, allocation, universe } = answer;
  const { horizonDays, risk } = request.mandate;
  const span = `${plural(horizonDays, 'trading day')} · ${universe}`;
  const strategy = findStrategy(request.strategy.id);
  if (allocation.status === 'infeasible') {
    const limit = shortPercent(limitOf(request.mandate));
    if (isLeastRisky(allocation) && mayLoseLess(allocation)) {
      return `No split${withinBounds(request.mandate)} was found that keeps a limit of ${limit} · ${span}`;
    }
    return isLeastRisky(allocation)
      ? `No split${withinBounds(request.mandate)} keeps a limit of ${limit} · ${span}`
      : `${strategy.title}: above the limit of ${limit} · ${span}`;
  }
  if (strategy.id !== DEFAULT_STRATEGY.id || risk.limit === undefined) return `${strategy.title} · ${span}`;
  return `Split within ${shortPercent(risk.limit)} · ${span}`;
}

function finding(answer: AllocateAnswer): string {
  const { request, allocation } = answer;
  const { alpha, limit } = request.mandate.risk;
  const { portfolio, status } = allocation;
  const strategy = findStrategy(request.strategy.id);
  if (status === 'infeasible' && isLeastRisky(allocation)) {
    const least = mayLoseLess(allocation)
      ? leastFoundSentence(allocation, alpha, limit)
      : leastRiskySentence(portfolio, alpha, limit);
    return boundedSentence(request.mandate, least);
  }
  const about = strategy.id === DEFAULT_STRATEGY.id ? '' : `${strategy.about} `;
  const average = averageLoss(alpha, portfolio.cvar, limit);
  if (limit === undefined) return `${about}${average}.`;
  const limitText = shortPercent(limit);
  if (status === 'infeasible') {
    const least = smallestLimit(portfolio.leastLimit, limit);
    return isKept(portfolio.cvar, limit)
      ? `${about}${average}. With a margin for the error of simulation it keeps limits from ${least} on: not ${limitText}.`
      : `${about}${average}, above the limit of ${limitText}.`;
  }
  const kept = `${about}${average}, within the limit of ${limitText}.`;
  if (isKept(portfolio.freshCvar, limit)) return kept;
  const fresh = lossText(portfolio.freshCvar, limit);
  return `${kept} On scenarios that the optimiser has not seen it is ${fresh}: above the limit.`;
}

/** Of a strategy with weights of its own that do not keep the limit. */
const movedSentence = ({ moved }: AllocateAnswer['allocation']): string =>
  moved === undefined
    ? ''
    : `To keep the limit, ${weightPercent(moved)} of the money is placed otherwise than this strategy alone would place it.`;

function weightTable(answer: AllocateAnswer): string[] {
  const { tickers } = answer;
  const held = splitWeights(answer);
  // What is sold as a whole, or bought for its expected profit alone, has no weight, and stands last.
  const others = tickers.flatMap((_, j) =>
    (isTraded(answer, j) || (answer.holdings?.units[j] ?? 0) > 0) && !held.some((one) => one.j === j)
      ? [{ weight: 0, j }]
      : [],
  );
  const all = [...held, ...others];
  const [bought, trades] = [boughtCells(answer), tradeCells(answer)];
  const rows = all.map(({ weight, j }) => [
    tickers[j] ?? '',
    weightPercent(weight),
    ...trades.row(j),
    ...bought.row(j),
  ]);
  const cash = [...trades.footer, ...bought.footer];
  const unused = tickers.filter((ticker) => !isIndex(ticker)).length - all.length;
  return [
    ...alignColumns([
      ['Asset', 'Weight', ...trades.header, ...bought.header],
      ...rows,
      ...(cash.length > 0 ? [['Cash', '', ...cash]] : []),
    ]),
    ...(unused > 0 ? [`${plural(unused, 'other')} at 0%`] : []),
  ];
}

function riskFields(answer: AllocateAnswer): ReplyField[] {
  const { request, allocation, equalWeight, past } = answer;
  const { portfolio, minimum } = allocation;
  const { alpha, limit } = request.mandate.risk;
  const level = shortPercent(alpha);
  const limitNote = limit === undefined ? '' : ` (limit ${shortPercent(limit)})`;
  return [
    {
      name: 'Expected profit',
      value: `${signedPercent(portfolio.expectedReturn)}${costNote(answer)}${past ? `; ${pastProfit(past, request.mandate)}` : `, ${LEAST_CERTAIN}`}${asBought(answer, 'expectedReturn')}`,
    },
    {
      name: `CVaR ${level}`,
      value: `${lossText(portfolio.cvar, limit)}${limitNote}, ${averageNote(portfolio.cvar)}${asBought(answer, 'cvar')}`,
    },
    ...behindFields(answer),
    { name: `Value-at-risk ${level}`, value: lossText(portfolio.valueAtRisk, limit) + asBought(answer, 'valueAtRisk') },
    {
      name: 'CVaR on fresh scenarios',
      value: estimateText(portfolio.freshCvar, portfolio.standardError, limit) + asBought(answer, 'freshCvar'),
    },
    ...(minimum
      ? [
          {
            name: mayLoseLess(allocation) ? 'Smallest limit found' : 'Smallest limit that can be kept',
            value: smallestLimit(minimum.leastLimit, limit),
          },
        ]
      : []),
    ...bindingFields(answer),
    ...(isEqual(portfolio) ? [] : [{ name: 'Equal weights instead', value: figuresOf(equalWeight, limit) }]),
  ];
}

/** Where falling behind a benchmark is limited. */
function behindFields({ behind, request }: AllocateAnswer): ReplyField[] {
  const limits = request.mandate.constraints.filter((one) => one.kind === 'behind');
  const [tightest] = limits.toSorted((a, b) => a.limit - b.limit);
  if (behind === undefined || tightest === undefined) return [];
  const { benchmark, limit } = tightest;
  return [{ name: `CVaR behind ${benchmark}`, value: `${lossText(behind, limit)} (limit ${shortPercent(limit)})` }];
}

function bindingFields({ binding = [], request }: AllocateAnswer): ReplyField[] {
  const value = bindingSentence(binding, request.mandate.horizonDays);
  return value === '' ? [] : [{ name: 'What binds', value }];
}

const isEqual = ({ weights }: Portfolio): boolean => weights.every((weight) => weight === weights[0]);

/** It is no floor. */
const averageNote = (cvar: number): string =>
  `an average: single ${isGain(cvar) ? 'cases can be worse' : 'losses can be larger'}`;

const figuresOf = ({ expectedReturn, cvar }: Portfolio, limit: number | undefined): string =>
  `${signedPercent(expectedReturn)} expected, CVaR ${lossText(cvar, limit)}`;

/** @param now milliseconds since 1970, for the age of the rate */
function amountFields({ request, conversion }: AllocateAnswer, now: number): ReplyField[] {
  if (conversion === undefined || request.amount === undefined) return [];
  const { from } = conversion;
  if (conversion.kind === 'assumed') {
    const currency = conversion.to === undefined ? 'not named' : `fictional ${conversion.to}`;
    const value = `${money(request.amount)} in the currency of the prices (${currency}), not converted from ${from}.`;
    return [{ name: 'Amount', value }];
  }
  const { until, vendor, stale } = conversion;
  const perUnit = `${money(request.amount, from)} at ${perUnitText(conversion)}`;
  if (until === undefined || vendor === undefined) return [{ name: 'Amount', value: `${perUnit}.` }];
  const why = stale ? ` ${vendor} did not answer, so the newest stored rate was used.` : '';
  return [{ name: 'Amount', value: `${perUnit}, the rate of ${until} (${age(until, now)}).${why}` }];
}
