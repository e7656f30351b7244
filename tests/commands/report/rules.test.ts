import { describe, expect, it } from 'vitest';
import type { GuildRecord } from '../../../src/commands/guilds.ts';
import type { Report } from '../../../src/commands/report/record.ts';
import { findReport, withOpenReport, withReport, withoutReport } from '../../../src/commands/report/rules.ts';
import { mandateOver } from '../../support/mandate.ts';

const reportOf = (id: string, changes: Partial<Report> = {}): Report => ({
  id,
  channelId: '4',
  what: 'frontier',
  cron: '0 9 * * *',
  timeZone: 'UTC',
  universe: 'sample',
  mandate: mandateOver(21),
  scheduledAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});
const blockedSince = '2026-02-01T00:00:00.000Z';
const record: GuildRecord = {
  universes: [],
  settings: { horizonDays: 10 },
  reports: [reportOf('1'), reportOf('9', { blockedSince }), reportOf('4', { blockedSince })],
};

describe("a server's reports", () => {
  it('get the number above the highest, and leave the rest of the record as it is', () => {
    const { id: _, ...draft } = reportOf('10');
    expect(withReport(record, draft)).toEqual({ ...record, reports: [...record.reports, reportOf('10')] });
    expect(withoutReport(record, '9')).toEqual({ ...record, reports: [record.reports[0], record.reports[2]] });
  });

  it('are found by their number', () => {
    expect(findReport(record, '9')).toBe(record.reports[1]);
    expect(() => findReport(record, '2')).toThrow('(1, 9, 4); got "2"');
  });

  it('are unblocked one by one', () => {
    const { reports } = withOpenReport(record, '9');
    expect(reports).toEqual([reportOf('1'), reportOf('9'), reportOf('4', { blockedSince })]);
  });
});
