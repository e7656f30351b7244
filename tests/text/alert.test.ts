import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/app.ts';
import { listedAlerts, savedAlert } from '../../src/text/alert.ts';

const alert: Alert = {
  id: '3',
  question: { universe: 'us12', horizonDays: 1, alpha: 0.95, minWeight: 0.02, maxWeight: 0.4 },
  lossLimit: 0.075,
  createdAt: '2026-01-01T00:00:00.000Z',
  told: 'feasible',
  hasRung: false,
  minCvar: 0.07001,
};

describe('an alert in words', () => {
  it('says the smallest limit rounded up, so that it can be kept, and never one that cannot be asked for', () => {
    expect(savedAlert(alert).body).toContain('can be kept now: the smallest that can is **7.01%**');
    expect(savedAlert({ ...alert, minCvar: -0.02 }).body).toContain('**0.01%**');
  });

  it('is listed with all that it asks', () => {
    expect(listedAlerts([alert]).fields).toEqual([
      {
        name: '3: limit 7.5%, us12, 1 trading day, alpha 95%, at least 2% an asset, at most 40% an asset',
        value: 'Can be kept. Smallest when last looked at: 7.01%.',
      },
    ]);
  });

  it('says that it is quiet when its universe is no more', () => {
    const [field] = listedAlerts([{ ...alert, goneSince: alert.createdAt }]).fields ?? [];
    expect(field?.value).toContain('Its universe is no more');
  });
});
