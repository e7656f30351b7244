// Must show where the risk comes from, and must not sound like advice.
import type { RiskAnswer } from '../../engine-service/risk.ts';
import type { Replay } from '../../engine/portfolio/replay.ts';
import { alignColumns, percent, plural, ratio, shortPercent, signedPercent, weightPercent } from '../../format.ts';
import type { Reply, ReplyField, ReplyImage } from '../../reply.ts';
import { accountFields, heldText } from '../account-fields.ts';
import { averageLoss, estimateText, lossText } from '../limits.ts';
import { CAVEAT, LEAST_CERTAIN, originFields } from '../provenance.ts';
import { restate } from '../question.ts';
import { shockText, weightsText } from '../portfolio.ts';
import { viewFields } from '../views.ts';
import { riskRows } from './rows.ts';

export interface RiskView {
  readonly answer: RiskAnswer;
  /** Milliseconds since 1970, for the age of the prices. */
  readonly now: number;
  readonly image?: ReplyImage;
}

export function riskReply({ answer, now, image }: RiskView): Reply {
  const { request, universe, look } = answer;
  const { horizonDays, risk } = request.mandate;
  const { question, cautions } = restate(request, [look.cvar]);
  const level = shortPercent(risk.alpha);
  return {
    tone: cautions.length === 0 ? 'answer' : 'warning',
    title: `Risk of a split · ${plural(horizonDays, 'trading day')} · ${universe}`,
    body: [
      [`${averageLoss(risk.alpha, look.cvar)}.`, ...largestSentence(answer)].join(' '),
      ...cautions,
      `Asked: ${answer.account ? 'what is held' : weightsText(request.weights)}; ${question}.`,
    ].join('\n'),
    table: table(answer),
    fields: [
      { name: `CVaR ${level}`, value: estimateText(look.cvar, look.standardError) },
      { name: `Value-at-risk ${level}`, value: lossText(look.valueAtRisk) },
      { name: 'Expected profit', value: `${signedPercent(look.expectedReturn)}, ${LEAST_CERTAIN}` },
      ...viewFields(answer),
      ...heldFields(answer, now),
      ...shockFields(answer),
      ...correlationFields(answer),
      ...replayFields(answer),
      { name: 'Worst scenarios', value: worstText(answer) },
      { name: 'In the past', value: pastText(answer) },
      ...originFields(answer, now),
    ],
    footer: CAVEAT,
    ...(image && { images: [image] }),
  };
}

const heldFields = ({ account }: RiskAnswer, now: number): ReplyField[] =>
  account ? [{ name: 'Held today', value: heldText(account) }, ...accountFields(account, now)] : [];

/** Of what weighs more in the tail than in the money. */
function largestSentence(answer: RiskAnswer): string[] {
  const { label, money, tail = 0 } = riskRows(answer)[0]!;
  return tail > money + 0.005 && money < 1 - 1e-6
    ? [`${label} is ${weightPercent(money)} of the money and ${weightPercent(tail)} of that loss.`]
    : [];
}

function table(answer: RiskAnswer): string[] {
  const rows = riskRows(answer);
  if (rows.some(({ tail }) => tail === undefined)) {
    const cells = rows.map(({ label, money, loss }) => [label, weightPercent(money), percent(loss)]);
    return alignColumns([['Asset', 'Money', 'Loss in the tail'], ...cells]);
  }
  const cells = rows.map(({ label, money, loss, tail = 0 }) => [
    label,
    weightPercent(money),
    percent(tail, 1),
    percent(loss),
  ]);
  return alignColumns([['Asset', 'Money', 'Tail', 'Loss in it'], ...cells]);
}

/** So many assets are named beside each other. */
const MOST_NAMED = 8;

/** The assets held, the largest weights first, with what each did. */
function eachText({ tickers, look: { weights } }: RiskAnswer, returns: readonly number[]): string {
  const held = [...tickers.keys()].filter((j) => weights[j]! > 0).toSorted((a, b) => weights[b]! - weights[a]!);
  const named = held.slice(0, MOST_NAMED).map((j) => `${tickers[j]} ${signedPercent(returns[j]!, 1)}`);
  const more = held.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function shockFields(answer: RiskAnswer): ReplyField[] {
  const { shocked } = answer.look;
  if (shocked === undefined) return [];
  const { portfolio, returns, scenarios } = shocked;
  const value = `**${signedPercent(portfolio)}** for this split: ${eachText(answer, returns)}. As in the ${plural(scenarios, 'scenario')} that have such a move, give or take a fifth.`;
  return [{ name: `If ${shockText(shocked)}`, value }];
}

type PairFigure = 'tail' | 'all' | 'falls';

/** Of two assets that are held, in any order. */
interface Pair extends Readonly<Record<PairFigure, number>> {
  readonly names: string;
}

function pairsOf({ tickers, look: { correlations } }: RiskAnswer): Pair[] {
  const { of, ...figures } = correlations;
  const pairs = of.flatMap((column, a) =>
    of.slice(a + 1).map((other, at) => {
      const b = a + 1 + at;
      const [tail, all, falls] = [figures.tail[a]![b]!, figures.all[a]![b]!, figures.falls[a]![b]!];
      return { names: `${tickers[column]} and ${tickers[other]}`, tail, all, falls };
    }),
  );
  return pairs.filter(({ tail, all, falls }) => [tail, all, falls].every(Number.isFinite));
}

function correlationFields(answer: RiskAnswer): ReplyField[] {
  const pairs = pairsOf(answer);
  if (pairs.length === 0) return [];
  const share = shortPercent(1 - answer.request.mandate.risk.alpha);
  const mean = (key: PairFigure): number => pairs.reduce((sum, one) => sum + one[key], 0) / pairs.length;
  const most = pairs.reduce((highest, one) => (one.falls > highest.falls ? one : highest));
  const [which, highest] =
    pairs.length === 1
      ? [most.names, '']
      : ['two assets', ` on average, of ${most.names}, the closest, in ${percent(most.falls, 0)}`];
  return [
    {
      name: 'Fall together',
      value: `Of the scenarios that are the worst ${share} for one of ${which}, the other has its worst ${share} in ${percent(mean('falls'), 0)}${highest}. Were they unrelated, it would be ${share}.`,
    },
    {
      name: 'Correlation in the tail',
      value: `${ratio(mean('tail'), 2)}, in all scenarios ${ratio(mean('all'), 2)}${pairs.length === 1 ? '' : ', on average'}. The tail is the scenarios in which this split loses most. There the figure comes out low: for the same loss, the less one asset falls, the more the others do.`,
    },
  ];
}

function replayFields(answer: RiskAnswer): ReplyField[] {
  const { replays, worstDays } = answer.look;
  const text = ({ return: whole, maxDrawdown, returns }: Replay): string =>
    `**${signedPercent(whole)}**, deepest fall ${percent(maxDrawdown, 1)}; ${eachText(answer, returns)}.`;
  return [
    ...replays.map((one) => ({
      name: `${one.from.slice(0, 7)} to ${one.until.slice(0, 7)}, ${one.event}`,
      value: text(one),
    })),
    {
      name: `Worst ${plural(answer.request.mandate.horizonDays, 'trading day')}`,
      value: `${worstDays.from} to ${worstDays.until}: ${text(worstDays)}`,
    },
  ];
}

const WORST_SHOWN = 3;

const worstText = (answer: RiskAnswer): string =>
  answer.look.worst
    .slice(0, WORST_SHOWN)
    .map(({ loss, returns }) => `${signedPercent(-loss, 1)} (${eachText(answer, returns)})`)
    .join('; ');

function pastText({ look: { past }, request }: RiskAnswer): string {
  const { from, until, periods, split, equal, beyond } = past;
  const figures = ({ annualReturn, maxDrawdown, worst }: typeof split): string =>
    `${signedPercent(annualReturn, 1)} a year, deepest fall ${percent(maxDrawdown, 1)}, worst period ${signedPercent(worst, 1)}`;
  return (
    `${from} to ${until}, as if held all the time and bought anew every ${plural(request.mandate.horizonDays, 'trading day')}, without costs: ` +
    `${figures(split)}. Equal weights over all assets: ${figures(equal)}. ` +
    `${beyond} of ${plural(periods, 'period')} lost more than the value-at-risk of today. Who splits today knows that past: it promises nothing.`
  );
}
