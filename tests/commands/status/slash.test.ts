import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AllocateRequest } from '../../../src/engine-service/requests.ts';
import { DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import { nextRun } from '../../../src/schedule.ts';
import { textOf } from '../../support/discord/stand-in.ts';
import { mandateOver } from '../../support/mandate.ts';
import { startPeople, type People } from '../../support/people.ts';
import { chartBody, startVendor, weekdayBars, type Vendor } from '../../support/vendor.ts';

let people: People;
let vendor: Vendor;
beforeAll(async () => {
  vendor = await startVendor();
  people = await startPeople({ YAHOO_URL: vendor.url, NIGHTLY: 'daily 3:15', NIGHTLY_TIME_ZONE: 'UTC' });
});
afterAll(async () => {
  await people.close();
  await vendor.close();
});

const status = async (isDirect = false) => {
  const message = await people.discord.slash('status', {}, { isDirect }).answer();
  expect(message.ephemeral).toBe(true);
  return textOf(message);
};
const seconds = (time: number | undefined): number => Math.floor((time ?? NaN) / 1000);

describe('/status', () => {
  it('shows runs that have not happened yet, the shipped model, versions and an idle queue', async () => {
    const next = nextRun(people.app.config.nightly, people.app.clock.now());
    const text = await status();
    expect(text).toContain(`Nightly training\nlast: none yet, next: <t:${seconds(next)}:R>`);
    expect(text).not.toContain('Reports of this server');
    expect(text).toContain('sample: synthetic\nus12: not stored yet');
    expect(text).toMatch(/sample: until 2025-12-31 \(\d+ days old\)/);
    expect(text).toContain('Queue\nidle');
    expect(text).toMatch(/tailcap \d+\.\d+\.\d+, Node \d+\.\d+\.\d+/);
  });

  it("shows the last runs, the newest stored day that a server's tickers share, and its reports", async () => {
    const { app, discord } = people;
    const [due, at] = ['2026-03-05T03:15:00.000Z', '2026-03-05T03:20:00.000Z'];
    await app.jobRuns.set('nightly', { due, at, outcome: 'failed' });
    await app.jobRuns.set(`report/${discord.guildId}/7`, { due: at, at, outcome: 'done' });
    const report = {
      channelId: discord.channelId,
      cron: '30 18 * * 1-5',
      timeZone: 'UTC',
      what: 'frontier' as const,
      universe: 'tech',
      mandate: mandateOver(21),
    };
    await app.guilds.update(discord.guildId, (old) => ({
      ...old,
      universes: [{ name: 'tech', tickers: ['AAA', 'BBB'], createdAt: at }],
      reports: [
        { ...report, id: '7', scheduledAt: at },
        { ...report, id: '8', scheduledAt: at, blockedSince: at },
      ],
    }));
    for (const [ticker, days] of [
      ['AAA', 600],
      ['BBB', 598],
    ] as const) {
      const bars = weekdayBars('2022-01-03', days).map(([day], t): [string, number] => [day, 100 + Math.sin(t)]);
      vendor.answer(ticker, [{ body: chartBody(bars) }]);
    }
    await app.prices.history({ kind: 'tickers', tickers: ['AAA', 'BBB'] });
    const asked = vendor.requests.length;
    const text = await status();
    expect(text).toContain(`last: failed <t:${seconds(Date.parse(at))}:R>`);
    expect(text).toMatch(/tech: until 2024-04-17 \(\d+ days old\)/);
    expect(text).toMatch(/\*\*7\*\* frontier of tech: last: done <t:\d+:R>, next: <t:\d+:R>/);
    expect(text).toContain('**8** frontier of tech ⚠ blocked: last: none yet');
    expect(vendor.requests).toHaveLength(asked);
    expect(await status(true)).not.toContain('tech');
  });

  it('counts running and waiting tasks', async () => {
    const { engine } = people.app;
    const abort = new AbortController();
    const request: AllocateRequest = {
      universe: { kind: 'named', name: 'sample' },
      strategy: DEFAULT_STRATEGY,
      mandate: mandateOver(21, { limit: 0.08 }),
      sampling: { scenarios: 50_000, seed: 7 },
    };
    const work = engine.allocate(request, { signal: abort.signal }).catch(() => undefined);
    await people.discord.until(() => engine.queue().running || undefined, 'work to begin');
    expect(await status()).toMatch(/Queue\n\d running, \d waiting/);
    abort.abort();
    await work;
  });
});
