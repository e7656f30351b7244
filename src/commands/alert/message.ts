import { limitOf } from '../../engine/mandate.ts';
import type { Alert } from './record.ts';
import { percent, plural, shortPercent } from '../../format.ts';
import { smallestLimit, worstScenarios } from '../limits.ts';
import { CAVEAT } from '../provenance.ts';
import type { Reply, ReplyButton } from '../../reply.ts';

export interface FiredAlert {
  readonly alert: Pick<Alert, 'id' | 'universe' | 'mandate'>;
  readonly fires: Alert['lastTold'];
  /** The smallest CVaR that can be had now, a fraction. */
  readonly minCvar: number;
  /** ISO day of the newest price. */
  readonly pricesUntil: string;
  /** The name of the server whose universe it is; absent: everybody's, or not known. */
  readonly server?: string | undefined;
  /** Absent when no limit that can be asked for can be kept. */
  readonly button?: ReplyButton;
}

export function alertReply({ alert, fires, minCvar, pricesUntil, server, button }: FiredAlert): Reply {
  const limit = shortPercent(limitOf(alert.mandate));
  const isKept = fires === 'feasible';
  return {
    tone: isKept ? 'info' : 'warning',
    title: `A limit of ${limit} ${isKept ? 'can be kept again' : 'can no longer be kept'} · ${subject(alert)}`,
    body: isKept ? feasibleBody(alert) : infeasibleBody(alert, minCvar),
    fields: [
      { name: 'Smallest limit that can be kept now', value: smallestLimit(minCvar) },
      { name: 'Your limit', value: `${limit} (CVaR ${shortPercent(alert.mandate.risk.alpha)})` },
      { name: 'Prices', value: `until ${pricesUntil}` },
      ...(server === undefined ? [] : [{ name: 'Universe', value: `${alert.universe} of ${server}` }]),
    ],
    footer: `${CAVEAT} This was alert ${alert.id}: /alert remove ends it.`,
    ...(button && { buttons: [button] }),
  };
}

const infeasibleBody = (alert: FiredAlert['alert'], minCvar: number): string =>
  `Whatever the split, the average loss in ${worstScenarios(alert.mandate.risk.alpha)} cannot be brought below **${percent(minCvar)}** (CVaR) now. ` +
  'A split made earlier has not changed by itself, but its risk may lie above your limit.';

const feasibleBody = (alert: FiredAlert['alert']): string =>
  `There is a split again whose average loss in ${worstScenarios(alert.mandate.risk.alpha)} stays within your limit (CVaR). ` +
  'What is lost in a single case can be more, and losses can be larger than any limit.';

/** For an alert whose list of assets its server has removed, or whose server the bot has left. */
export const orphanReply = (alert: FiredAlert['alert'], server = 'its server'): Reply => ({
  tone: 'warning',
  title: `Nobody watches a limit of ${shortPercent(limitOf(alert.mandate))} any more · ${subject(alert)}`,
  body:
    `The universe **${alert.universe}** has been removed from ${server}, or I have been, so this alert is quiet ` +
    `until there is one of that name again. To end it: /alert remove (it is alert ${alert.id}).`,
});

const subject = ({ universe, mandate: { horizonDays } }: FiredAlert['alert']): string =>
  `${plural(horizonDays, 'trading day')} · ${universe}`;
