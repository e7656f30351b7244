import { describe, expect, it } from 'vitest';
import { statusReply, type Status } from '../../../src/commands/status/reply.ts';
import { renderReply } from '../../../src/discord/render.ts';
import { mandateOver } from '../../support/mandate.ts';

const now = Date.UTC(2026, 2, 6);
const quiet: Status = {
  version: '1.2.3',
  node: 'v24.21.0',
  nightly: {},
  reports: [],
  prices: [],
  models: [],
  modelsSize: { models: 0, bytes: 0, maxBytes: 5e9 },
  queue: { running: 0, waiting: 0 },
  now,
};
const fieldOf = (status: Partial<Status>, name: string): string | undefined =>
  statusReply({ ...quiet, ...status }).fields?.find((field) => field.name === name)?.value;

describe('statusReply', () => {
  it('distinguishes unfinished from failed runs, and schedules that have ended', () => {
    const at = '2026-03-05T03:20:00.000Z';
    const last = (outcome: 'done' | 'failed' | 'begun') =>
      fieldOf({ nightly: { last: { due: at, at, outcome } } }, 'Nightly training');
    const stamp = `<t:${Date.parse(at) / 1000}:R>`;
    expect(last('done')).toBe(`last: done ${stamp}, next: never`);
    expect(last('failed')).toContain(`failed ${stamp}`);
    expect(last('begun')).toContain(`unfinished ${stamp}`);
  });

  it('only counts the models of tickers, whose names mean nothing to people', () => {
    const models = [{ universe: 'us12', trainedUntil: '2026-03-05' }];
    const modelsSize = { models: 3, bytes: 310_400_000, maxBytes: 5e9 };
    expect(fieldOf({ models, modelsSize }, 'Models')).toBe(
      'us12: until 2026-03-05 (1 day old)\n2 models of other tickers\n3 models, 310 MB of 5 GB',
    );
    expect(fieldOf({}, 'Models')).toContain('none yet');
  });

  it('stays short enough for Discord with all that a server may have', () => {
    const universe = 'u'.repeat(32);
    const report = {
      id: '20',
      channelId: '400000000000000001',
      what: 'allocation' as const,
      cron: '0 9 * * *',
      timeZone: 'UTC',
      universe,
      mandate: mandateOver(21),
      scheduledAt: '2026-01-01T00:00:00.000Z',
      blockedSince: '2026-01-01T00:00:00.000Z',
    };
    const at = '2026-03-05T03:20:00.000Z';
    const runs = { last: { due: at, at, outcome: 'failed' as const }, next: now };
    const full = statusReply({
      ...quiet,
      reports: Array.from({ length: 20 }, () => ({ report, runs })),
      prices: Array.from({ length: 27 }, () => ({ name: universe, isSynthetic: false, until: '2026-03-05' })),
    });
    const { fields = [] } = renderReply(full).embeds[0] ?? {};
    expect(fields.map(({ name }) => name)).toContain('Version');
    for (const { value } of fields) expect(value).not.toMatch(/…$/);
    expect(fields.find(({ name }) => name === 'Prices')?.value).toContain('… and 19 more');
  });
});
