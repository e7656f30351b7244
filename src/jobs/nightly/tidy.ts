import type { App } from '../../app.ts';
import { listedModelName } from '../../engine-service/model-fit.ts';
import { HELD_REPORT_KEYS, heldReportKey, REPORT_KEYS } from '../../job-runs.ts';
import { unlessNewer } from '../../newer.ts';
import type { UniverseInUse } from './universes-in-use.ts';

/**
 * Removes models and prices that nobody has used for long, and the runs of reports that there are no more. Models of
 * universes in use are kept, also where they could not be refreshed tonight. What else grows expires by itself.
 */
export async function tidy(universes: readonly UniverseInUse[], app: App): Promise<void> {
  for (const { spec } of universes)
    if (spec.kind === 'tickers') await app.models.keep(listedModelName(spec, spec.tickers));
  await app.models.tidy();
  await app.prices.tidy();
  await forgetRemovedReports(app);
  await forgetEndedReports(app);
}

async function forgetRemovedReports({ jobRuns, guilds }: App): Promise<void> {
  for (const key of (await jobRuns.lastingKeys()).filter((one) => one.startsWith(REPORT_KEYS))) {
    const [guildId = '', reportId] = key.slice(REPORT_KEYS.length).split('/');
    const record = await unlessNewer(guilds.get(guildId));
    const isRemoved = record !== undefined && !record.reports.some(({ id }) => id === reportId);
    if (isRemoved) await unlessNewer(jobRuns.delete(key));
  }
}

async function forgetEndedReports({ jobRuns, savedHoldings }: App): Promise<void> {
  const kept = new Set<string>();
  let hasNewer = false;
  for (const memberId of await savedHoldings.keys()) {
    const saved = await unlessNewer(savedHoldings.get(memberId), () => (hasNewer = true));
    if (saved?.report !== undefined) kept.add(heldReportKey(memberId, saved.report.scheduledAt));
  }
  if (hasNewer) return;
  for (const key of (await jobRuns.lastingKeys()).filter((one) => one.startsWith(HELD_REPORT_KEYS)))
    if (!kept.has(key)) await unlessNewer(jobRuns.delete(key));
}
