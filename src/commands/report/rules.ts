import { UserError } from '../../errors.ts';
import { nextId } from '../records.ts';
import type { GuildRecord } from '../guilds.ts';
import type { Report } from './record.ts';

export const MOST_REPORTS = 20;

/**
 * @returns the record with the report appended under a new id
 * @throws UserError when there are too many
 */
export function withReport(record: GuildRecord, report: Omit<Report, 'id'>): GuildRecord {
  const { reports } = record;
  if (reports.length < MOST_REPORTS) return { ...record, reports: [...reports, { id: nextId(reports), ...report }] };
  throw new UserError(`This server already has ${MOST_REPORTS} reports, the most allowed: remove one first.`);
}

/** @throws UserError when the server has none of that id */
export function findReport({ reports }: GuildRecord, id: string): Report {
  const found = reports.find((report) => report.id === id);
  if (found !== undefined) return found;
  if (reports.length === 0) throw new UserError('This server has no reports: /report schedule makes one.');
  const known = reports.map((report) => report.id).join(', ');
  throw new UserError(`id takes the number of one of this server's reports (${known}); got "${id}".`, { option: 'id' });
}

export const withoutReport = (record: GuildRecord, id: string): GuildRecord => ({
  ...record,
  reports: record.reports.filter((report) => report.id !== id),
});

/** The record after a report was posted. */
export const withOpenReport = (record: GuildRecord, id: string): GuildRecord => ({
  ...record,
  reports: record.reports.map((report) => {
    const { blockedSince, ...open } = report;
    return report.id === id && blockedSince !== undefined ? open : report;
  }),
});

/** The record after a report was refused by its channel; an earlier `blockedSince` stays. */
export const withBlockedReport = (record: GuildRecord, id: string, since: string): GuildRecord => ({
  ...record,
  reports: record.reports.map((report) => (report.id === id ? { blockedSince: since, ...report } : report)),
});
