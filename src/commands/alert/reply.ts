import { limitOf } from '../../engine/mandate.ts';
import type { PriceProvenance } from '../../engine-service/answers.ts';
import { plural, shortPercent } from '../../format.ts';
import { smallestLimit } from '../limits.ts';
import { CAVEAT, priceField } from '../provenance.ts';
import { describeSavedQuery } from '../saved-query.ts';
import type { Alert } from './record.ts';
import type { Reply } from '../../reply.ts';

const DIRECT_MESSAGES =
  'I can write to you only while you take direct messages from members of a server that we share ' +
  "(Discord: the server's menu, Privacy Settings).";

/** An alert, and what is known of its universe there where it is shown. */
export interface AlertView {
  readonly alert: Alert;
  /** Whose universe it is about: `this server`, or a server's name; absent: everybody's. */
  readonly server?: string;
  /** There is no such universe any more. */
  readonly isGone: boolean;
}

/** `3: limit 8%, us12, 21 trading days, alpha 95%` */
export const describeAlert = (alert: Alert): string =>
  `${alert.id}: limit ${shortPercent(limitOf(alert.mandate))}, ${describeSavedQuery(alert)}`;

/**
 * @param prices that the smallest limit was found with
 * @param now milliseconds since 1970
 */
export function savedAlertReply({ alert, server }: AlertView, prices: PriceProvenance, now: number): Reply {
  const limit = shortPercent(limitOf(alert.mandate));
  const isKept = alert.lastTold === 'feasible';
  return {
    tone: isKept ? 'answer' : 'warning',
    title: `Alert ${alert.id} is saved`,
    body: [
      isKept
        ? `A limit of ${limit} can be kept now: the smallest that can is **${smallestLimit(alert.minCvar)}**.`
        : `A limit of ${limit} already cannot be kept: the smallest that can is **${smallestLimit(alert.minCvar)}**.`,
      `After every night's training I look again, and write to you when ${isKept ? 'it cannot be kept any more' : 'it can be kept'}.`,
      DIRECT_MESSAGES,
    ].join('\n\n'),
    fields: [{ name: 'Asked', value: describeSavedQuery(alert) + ofServer(server) }, priceField(prices, now)],
    footer: CAVEAT,
  };
}

const ofServer = (server: string | undefined): string => (server === undefined ? '' : `; a universe of ${server}`);

function stateText({ alert, server, isGone }: AlertView): string {
  const whose = server === undefined ? 'the bot' : server;
  if (isGone) return `⚠ ${alert.universe} is no universe of ${whose} any more, so nobody watches this limit.`;
  const state = alert.lastTold === 'feasible' ? 'Could be kept' : '⚠ Could not be kept';
  const last = `${state} when I last looked: the smallest limit that could was ${smallestLimit(alert.minCvar)}.`;
  return server === undefined ? last : `${last} ${alert.universe} is a universe of ${server}.`;
}

export function alertListReply(watched: readonly AlertView[]): Reply {
  if (watched.length === 0) {
    return {
      tone: 'info',
      title: 'You have no alerts',
      body: '`/alert add` saves a limit, and I write to you when it can no longer be kept.',
    };
  }
  return {
    tone: 'info',
    title: `You have ${plural(watched.length, 'alert')}`,
    body: DIRECT_MESSAGES,
    fields: watched.map((one) => ({ name: describeAlert(one.alert), value: stateText(one) })),
    footer: CAVEAT,
  };
}

export const removedAlertReply = (alert: Alert): Reply => ({
  tone: 'info',
  title: `Alert ${alert.id} is removed`,
  body: `I shall not write to you about it any more. It was ${describeAlert(alert)}.`,
});
