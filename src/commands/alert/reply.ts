import { limitOf } from '../../engine/mandate.ts';
import type { PriceProvenance } from '../../engine-service/answers.ts';
import { discordTime, plural, shortPercent } from '../../format.ts';
import { smallestLimit } from '../limits.ts';
import { CAVEAT, priceField } from '../provenance.ts';
import { boundedSentence, describeQuestion, restate } from '../question.ts';
import { describeSavedQuery } from '../saved-query.ts';
import { mayLoseLess, mayLoseLessText } from '../early-end.ts';
import type { Alert } from './record.ts';
import type { Reply } from '../../reply.ts';
import { DIRECT_MESSAGES } from '../direct-messages.ts';

/** An alert and its universe, as seen from the place where it is shown. */
export interface AlertView {
  readonly alert: Alert;
  /** The universe's server: `this server` or its name; absent: a built-in universe. */
  readonly server?: string;
  /** Whether the universe no longer exists. */
  readonly isGone: boolean;
}

/** `3: limit 8%, us12, 21 trading days, alpha 95%` */
export const describeAlert = (alert: Alert): string =>
  `${alert.id}: ${describeSavedQuery(alert)}${alert.heldTold === undefined ? '' : '; watches what you hold'}`;

/**
 * @param prices behind the smallest limit
 * @param now milliseconds since 1970
 */
export function savedAlertReply({ alert, server }: AlertView, prices: PriceProvenance, now: number): Reply {
  const { mandate, minCvar } = alert;
  const limit = shortPercent(limitOf(mandate));
  const isKept = alert.lastTold === 'feasible';
  const { cautions } = restate(alert, [minCvar]);
  const isUncertain = mayLoseLess(alert);
  const state =
    isUncertain && !isKept
      ? `No split was found that keeps a limit of ${limit} now.`
      : `A limit of ${limit} ${isKept ? 'can' : 'cannot'} be kept now.`;
  const smallest = isUncertain
    ? `The smallest found is **${smallestOf(alert)}**; ${mayLoseLessText(alert)}.`
    : `The smallest that can is **${smallestOf(alert)}**.`;
  return {
    tone: isKept && cautions.length === 0 ? 'answer' : 'warning',
    title: `Alert ${alert.id} is saved`,
    body: [
      `${isKept ? state : boundedSentence(mandate, state)} ${smallest}`,
      ...cautions,
      `I check it after every nightly training and message you when it ${isKept ? 'can no longer be kept' : 'can be kept'}.`,
      ...(alert.heldTold === undefined
        ? []
        : ['I do the same for what you have saved by `/holdings set`, once when it is above the limit.']),
      DIRECT_MESSAGES,
    ].join('\n\n'),
    // Just read, so the settings are those of now.
    fields: [
      { name: 'Details', value: describeQuestion(alert, alert.universe) + ofServer(server) },
      priceField(prices, now),
    ],
    footer: CAVEAT,
  };
}

const smallestOf = ({ minCvar, mandate }: Alert): string => smallestLimit(minCvar, mandate.risk.limit);

const ofServer = (server: string | undefined): string => (server === undefined ? '' : `; a universe of ${server}`);

const checkedAt = ({ lastCheckedAt }: Alert): string =>
  lastCheckedAt === undefined ? '' : `, ${discordTime(Date.parse(lastCheckedAt), 'f')}`;

function stateText({ alert, server, isGone }: AlertView): string {
  const whose = server === undefined ? 'a built-in universe' : `a universe of ${server}`;
  if (isGone) return `⚠ ${alert.universe} is no longer ${whose}, so this alert is paused.`;
  const isUncertain = mayLoseLess(alert);
  const broken = isUncertain ? '⚠ No split was found that kept it' : '⚠ Could not be kept';
  const state = alert.lastTold === 'feasible' ? 'Could be kept' : broken;
  const smallest = `The smallest limit ${isUncertain ? 'found' : 'that could'} was ${smallestOf(alert)}.`;
  const last = `${state} at the last check${checkedAt(alert)}. ${smallest}`;
  const missed =
    alert.unchecked === undefined ? '' : `⚠ Not checked since ${discordTime(Date.parse(alert.unchecked.since), 'f')}. `;
  return `${missed}${last}${server === undefined ? '' : ` ${alert.universe} is a universe of ${server}.`}`;
}

export function alertListReply(alerts: readonly AlertView[]): Reply {
  if (alerts.length === 0) {
    return {
      tone: 'info',
      title: 'You have no alerts',
      body: '`/alert add` saves a limit. You get a direct message when it can no longer be kept.',
    };
  }
  return {
    tone: 'info',
    title: `You have ${plural(alerts.length, 'alert')}`,
    body: DIRECT_MESSAGES,
    fields: alerts.map((one) => ({ name: describeAlert(one.alert), value: stateText(one) })),
    footer: CAVEAT,
  };
}

export const removedAlertReply = (alert: Alert): Reply => ({
  tone: 'info',
  title: `Alert ${alert.id} is removed`,
  body: `You will get no more messages about it. It was ${describeAlert(alert)}.`,
});
