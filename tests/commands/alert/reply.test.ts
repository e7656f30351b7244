import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/commands/alert/record.ts';
import { alertListReply, savedAlertReply } from '../../../src/commands/alert/reply.ts';

const alert: Alert = {
  id: '3',
  universe: 'us12',
  mandate: {
    horizonDays: 1,
    constraints: [
      { kind: 'max-weight', weight: 0.4 },
      { kind: 'min-weight', weight: 0.02 },
    ],
    risk: { alpha: 0.95, limit: 0.075 },
  },
  createdAt: '2026-01-01T00:00:00.000Z',
  lastTold: 'feasible',
  hasFired: false,
  minCvar: 0.07001,
};

const prices = { source: 'Yahoo Finance', from: '2020-01-02', until: '2026-01-02', stale: false, notes: [] };
const now = Date.parse('2026-01-04T12:00:00Z');
const saved = (about: Alert, server?: string) =>
  savedAlertReply({ alert: about, isGone: false, ...(server !== undefined && { server }) }, prices, now);

describe('an alert reply', () => {
  it('rounds the smallest limit up, so that it can be kept, and never below the smallest allowed', () => {
    expect(saved(alert).body).toContain('can be kept now. The smallest that can is **7.01%**');
    const early = { ...alert, minimumGap: 0.0123 };
    const found =
      'The smallest found is **7.01%**; the search ended early, and another split may lose up to 1.23% less.';
    expect(saved(early).body).toContain(`can be kept now. ${found}`);
    expect(saved({ ...early, lastTold: 'infeasible' }).body).toContain(
      `no split was found that keeps a limit of 7.5% now. ${found}`,
    );
    expect(saved({ ...alert, minCvar: -0.02 }).body).toContain('**0.01%**');
  });

  it('confirms an alert with its whole query and the age of the prices', () => {
    expect(saved(alert, 'this server').fields).toEqual([
      {
        name: 'Details',
        value:
          'limit 7.5%, us12, 1 trading day, alpha 95%, at least 2% per asset, at most 40% per asset; a universe of this server',
      },
      { name: 'Prices', value: 'Yahoo Finance, until 2026-01-02 (2 days old).' },
    ]);
    expect(saved(alert).fields?.[0]?.value).not.toContain('server');
  });

  it('lists alerts with their whole query and their last state', () => {
    const listed = alertListReply([
      { alert, isGone: false },
      { alert: { ...alert, lastTold: 'infeasible', minCvar: 0.09 }, isGone: false, server: 'Traders' },
    ]);
    expect(listed.fields).toEqual([
      {
        name: '3: limit 7.5%, us12, 1 trading day, alpha 95%, at least 2% per asset, at most 40% per asset',
        value: 'Could be kept at the last check. The smallest limit that could was 7.01%.',
      },
      {
        name: expect.stringContaining('3: limit 7.5%'),
        value:
          '⚠ Could not be kept at the last check. The smallest limit that could was 9.00%. us12 is a universe of Traders.',
      },
    ]);
  });

  it('says that an alert is paused when its universe is gone', () => {
    const [field] = alertListReply([{ alert, isGone: true, server: 'this server' }]).fields ?? [];
    expect(field?.value).toBe('⚠ us12 is no longer a universe of this server, so this alert is paused.');
  });
});
