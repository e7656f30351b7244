// Pure: a member's alerts in words.
import type { Alert } from '../app.ts';
import { plural, shortPercent } from './format.ts';
import { smallestLimit } from './limit.ts';
import { CAVEAT } from './origin.ts';
import { describeQuestion } from './question.ts';
import type { Reply } from './reply.ts';

const DIRECT_MESSAGES =
  'I can write to you only while you take direct messages from members of a server that we share ' +
  "(Discord: the server's menu, Privacy Settings).";

/** `3: limit 8%, us12, 21 trading days, alpha 95%` */
export const describeAlert = ({ id, lossLimit, question }: Alert): string =>
  `${id}: limit ${shortPercent(lossLimit)}, ${describeQuestion(question)}`;

export function savedAlert(alert: Alert): Reply {
  const limit = shortPercent(alert.lossLimit);
  const isKept = alert.told === 'feasible';
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
    fields: [{ name: 'Asked', value: describeQuestion(alert.question) }],
    footer: CAVEAT,
  };
}

function stateText({ told, goneSince }: Alert): string {
  if (goneSince !== undefined) return '⚠ Its universe is no more, so it is quiet.';
  return told === 'feasible' ? 'Can be kept.' : '⚠ Cannot be kept.';
}

export function listedAlerts(alerts: readonly Alert[]): Reply {
  if (alerts.length === 0) {
    return {
      tone: 'info',
      title: 'You have no alerts',
      body: '`/alert add` saves a limit, and I write to you when it can no longer be kept.',
    };
  }
  return {
    tone: 'info',
    title: `You have ${plural(alerts.length, 'alert')}`,
    body: DIRECT_MESSAGES,
    fields: alerts.map((alert) => ({
      name: describeAlert(alert),
      value: `${stateText(alert)} Smallest when last looked at: ${smallestLimit(alert.minCvar)}.`,
    })),
    footer: CAVEAT,
  };
}

export const removedAlert = (alert: Alert): Reply => ({
  tone: 'info',
  title: `Alert ${alert.id} is removed`,
  body: `I shall not write to you about it any more. It was ${describeAlert(alert)}.`,
});
