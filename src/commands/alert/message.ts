import { limitOf } from '../../engine/mandate.ts';
import type { PriceProvenance } from '../../engine-service/answers.ts';
import type { Alert } from './record.ts';
import type { SmallestLimit } from './rules.ts';
import { discordTime, plural, shortPercent } from '../../format.ts';
import { smallestLimit, worstScenarios } from '../limits.ts';
import { mayLoseLess, mayLoseLessText } from '../early-end.ts';
import { escaped } from '../../names.ts';
import { CAVEAT, priceField } from '../provenance.ts';
import { boundedSentence, restate } from '../question.ts';
import { savedAskedLine } from '../saved-query.ts';
import type { Reply, ReplyButton, ReplyField } from '../../reply.ts';

export interface FiredAlert {
  readonly alert: Pick<Alert, 'id' | 'universe' | 'mandate' | 'settingsUsed'>;
  readonly fires: Alert['lastTold'];
  /** The smallest limit that can be kept now, or was found. */
  readonly smallest: SmallestLimit;
  readonly prices: PriceProvenance;
  /** Milliseconds since 1970, for the age of the prices. */
  readonly now: number;
  /** The name of the universe's server; absent: a built-in universe, or the name is not known. */
  readonly server?: string | undefined;
  /** Absent when no allowed limit can be kept. */
  readonly button?: ReplyButton;
}

export function alertReply({ alert, fires, smallest, prices, now, server, button }: FiredAlert): Reply {
  const limit = shortPercent(limitOf(alert.mandate));
  const isKept = fires === 'feasible';
  const { cautions } = restate(alert, [smallest.minCvar]);
  const finding = isKept ? feasibleBody(alert) : infeasibleBody(alert, smallest);
  return {
    tone: isKept && cautions.length === 0 ? 'info' : 'warning',
    title: `${titleOf(limit, isKept, smallest)} · ${subject(alert)}`,
    body: [finding, ...cautions, savedAskedLine(alert)].join('\n'),
    fields: [
      {
        name: mayLoseLess(smallest) ? 'Smallest limit found now' : 'Smallest limit that can be kept now',
        value: smallestLimit(smallest.minCvar, alert.mandate.risk.limit),
      },
      { name: 'Your limit', value: `${limit} (CVaR ${shortPercent(alert.mandate.risk.alpha)})` },
      priceField(prices, now),
      ...serverFields(alert, server),
    ],
    footer: alertFooter(alert),
    ...(button && { buttons: [button] }),
  };
}

/** Under every message of an alert. */
export const alertFooter = ({ id }: Pick<Alert, 'id'>): string =>
  `${CAVEAT} This is alert ${id}; /alert remove deletes it.`;

/** @param server see `FiredAlert` */
export const serverFields = ({ universe }: Pick<Alert, 'universe'>, server: string | undefined): ReplyField[] =>
  server === undefined ? [] : [{ name: 'Universe', value: `${universe} of ${server}` }];

function titleOf(limit: string, isKept: boolean, smallest: SmallestLimit): string {
  if (isKept) return `A limit of ${limit} can be kept again`;
  return mayLoseLess(smallest)
    ? `No split is found any more that keeps a limit of ${limit}`
    : `A limit of ${limit} can no longer be kept`;
}

function infeasibleBody({ mandate }: FiredAlert['alert'], smallest: SmallestLimit): string {
  const { alpha, limit } = mandate.risk;
  const least = `a limit below **${smallestLimit(smallest.minCvar, limit)}** now, on the average loss in ${worstScenarios(alpha)} (CVaR)`;
  const impossible = mayLoseLess(smallest)
    ? `No split of these assets was found that keeps ${least}: ${mayLoseLessText(smallest)}.`
    : `No split of these assets keeps ${least}.`;
  const earlier = 'A split that you made earlier is unchanged, but its risk may be above your limit.';
  return `${boundedSentence(mandate, impossible)} ${earlier}`;
}

const feasibleBody = (alert: FiredAlert['alert']): string =>
  `There is a split again whose average loss in ${worstScenarios(alert.mandate.risk.alpha)} stays within your limit (CVaR). ` +
  'A single case can lose more, and losses can exceed any limit.';

/** For an alert whose universe was deleted, or whose server the bot has left. */
export const orphanReply = (alert: FiredAlert['alert'], server = 'its server'): Reply => ({
  tone: 'warning',
  title: `Alert paused: limit of ${shortPercent(limitOf(alert.mandate))} · ${subject(alert)}`,
  body:
    `The universe **${alert.universe}** no longer exists in ${server}, or I am no longer there. ` +
    `This alert is paused until there is a universe of that name again. It is alert ${alert.id}; /alert remove deletes it.\n` +
    savedAskedLine(alert),
});

export interface UncheckedAlert {
  readonly alert: FiredAlert['alert'];
  /** ISO instant of the first night on which it could not be checked. */
  readonly since: string;
  /** Why, and what can be done about it. */
  readonly sentence: string;
  readonly server?: string | undefined;
}

/** For an alert that could not be checked for some trading days. */
export const uncheckedReply = ({ alert, since, sentence, server }: UncheckedAlert): Reply => ({
  tone: 'warning',
  title: `Alert not checked: limit of ${shortPercent(limitOf(alert.mandate))} · ${subject(alert)}`,
  body:
    `I have not been able to check this alert with new prices since ${discordTime(Date.parse(since), 'f')}. ${escaped(sentence)}\n` +
    `I try again every night, and write once it works. If it will not by itself, change the universe **${alert.universe}**${ofServer(server)}, ` +
    `or remove the alert and add it for another one.\n${savedAskedLine(alert)}`,
  footer: alertFooter(alert),
});

/** For one whose member was told that it could not be checked, or that it was paused. */
export const checkedAgainReply = (alert: FiredAlert['alert'], server?: string): Reply => ({
  tone: 'info',
  title: `Alert checked again: limit of ${shortPercent(limitOf(alert.mandate))} · ${subject(alert)}`,
  body:
    `This alert on **${alert.universe}**${ofServer(server)} works again. The answer is the one that you know: ` +
    `I write when it changes.\n${savedAskedLine(alert)}`,
  footer: alertFooter(alert),
});

const ofServer = (server: string | undefined): string => (server === undefined ? '' : ` of ${server}`);

const subject = ({ universe, mandate: { horizonDays } }: FiredAlert['alert']): string =>
  `${plural(horizonDays, 'trading day')} · ${universe}`;
