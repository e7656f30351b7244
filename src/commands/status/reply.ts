import type { Report } from '../report/record.ts';
import { age, discordTime, plural } from '../../format.ts';
import type { JobRun } from '../../job-runs.ts';
import type { Reply } from '../../reply.ts';

export interface Runs {
  /** Absent: it has not run yet. */
  readonly last?: JobRun | undefined;
  /** Milliseconds since 1970; absent: there is no further run. */
  readonly next?: number | undefined;
}

export interface Status {
  readonly version: string;
  /** v24.21.0 */
  readonly node: string;
  readonly nightly: Runs;
  readonly reports: readonly { readonly report: Report; readonly runs: Runs }[];
  readonly prices: readonly {
    readonly name: string;
    /** ISO day; absent: none are stored, or the prices are synthetic, or unread. */
    readonly until?: string | undefined;
    readonly isSynthetic: boolean;
    /** Whether it takes longer to find out until when; absent: no. */
    readonly isUnread?: boolean;
  }[];
  /** Of universes with a name. */
  readonly models: readonly { readonly universe: string; readonly trainedUntil: string }[];
  /** Of all models, their older versions included, and the most bytes that they may take. */
  readonly modelsSize: { readonly models: number; readonly bytes: number; readonly maxBytes: number };
  /** Tasks. */
  readonly queue: { readonly running: number; readonly waiting: number };
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The most lines of a field; the rest is only counted. */
export const MOST_LINES = 8;

export function statusReply(status: Status): Reply {
  const { nightly, reports, prices, models, modelsSize, queue, now } = status;
  return {
    tone: 'info',
    title: 'Status',
    fields: [
      { name: 'Nightly training', value: runsText(nightly) },
      ...(reports.length === 0 ? [] : [{ name: 'Reports of this server', value: lines(reports.map(reportLine)) }]),
      { name: 'Prices', value: lines(prices.map((one) => priceLine(one, now))) },
      { name: 'Models', value: `${modelsText(models, modelsSize.models, now)}\n${sizeText(modelsSize)}` },
      { name: 'Queue', value: queueText(queue) },
      { name: 'Version', value: `tailcap ${status.version}, Node ${status.node.replace(/^v/, '')}` },
    ],
  };
}

const lines = (all: readonly string[]): string =>
  [...all.slice(0, MOST_LINES), ...(all.length > MOST_LINES ? [`… and ${all.length - MOST_LINES} more`] : [])].join(
    '\n',
  );

const OUTCOMES: Readonly<Record<JobRun['outcome'], string>> = { done: 'done', failed: 'failed', begun: 'unfinished' };

const runsText = ({ last, next }: Runs): string =>
  [
    last === undefined ? 'last: none yet' : `last: ${OUTCOMES[last.outcome]} ${discordTime(Date.parse(last.at), 'R')}`,
    next === undefined ? 'next: never' : `next: ${discordTime(next, 'R')}`,
  ].join(', ');

const reportLine = ({ report, runs }: Status['reports'][number]): string =>
  `**${report.id}** ${report.what} of ${report.universe}${report.blockedSince === undefined ? '' : ' ⚠ blocked'}: ${runsText(runs)}`;

function priceLine({ name, until, isSynthetic, isUnread = false }: Status['prices'][number], now: number): string {
  if (isSynthetic) return `${name}: synthetic`;
  if (isUnread) return `${name}: stored; ask again for its age`;
  return until === undefined ? `${name}: not stored yet` : `${name}: until ${until} (${age(until, now)})`;
}

/** Models of tickers are named by a hash, which means nothing to people, so they are only counted. */
function modelsText(named: Status['models'], all: number, now: number): string {
  const others = all - named.length;
  const known = named.map((one) => `${one.universe}: until ${one.trainedUntil} (${age(one.trainedUntil, now)})`);
  if (others > 0) known.push(`${plural(others, 'model')} of other tickers`);
  return known.length === 0 ? 'none yet: one is trained when it is first needed' : lines(known);
}

/** `12 models, 310 MB of 5 GB` */
const sizeText = ({ models, bytes, maxBytes }: Status['modelsSize']): string =>
  `${plural(models, 'model')}, ${byteText(bytes)} of ${byteText(maxBytes)}`;

const byteText = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${Number((bytes / 1e9).toFixed(1))} GB`;

const queueText = ({ running, waiting }: Status['queue']): string =>
  running + waiting === 0 ? 'idle' : `${running} running, ${waiting} waiting`;
