import { describe, expect, it, vi } from 'vitest';
import type { HeldReport } from '../../../src/commands/holdings/record.ts';
import { figuresOf, heldQuestion, lookAtHeld } from '../../../src/commands/holdings/report.ts';
import { forgetMember } from '../../../src/commands/privacy/personal-data.ts';
import { DAY_MS } from '../../../src/durations.ts';
import { nightly } from '../../../src/jobs/nightly/nightly.ts';
import { heldReportTasks } from '../../../src/jobs/reports/held-reports.ts';
import { reports } from '../../../src/jobs/reports/reports.ts';
import { shortPercent } from '../../../src/format.ts';
import { parseHoldings } from '../../../src/parse-holdings.ts';
import { replyToText } from '../../../src/terminal/output.ts';
import { saveNewer } from '../../store/newer.ts';
import { busyFor, FRIDAY, MEMBER, startServices } from '../fixtures.ts';

const MONDAY = FRIDAY + 3 * DAY_MS;
const HELD = parseHoldings('AAA 10, BBB 5, cash 100 USD', 'holdings');
const mandate: HeldReport['mandate'] = { horizonDays: 5, constraints: [], risk: { alpha: 0.9, limit: 0.5 } };
const schedule = { cron: '0 9 * * 1', timeZone: 'UTC', scheduledAt: '2024-04-19T22:30:00.000Z' };

/** It was scheduled on Friday, with the figures of that day; now it is Monday. */
async function startWithReport(over: Partial<HeldReport> = {}) {
  const made = await startServices();
  made.serve('AAA', 'BBB');
  const { savedHoldings, engine } = made.app;
  const last = figuresOf(await engine.risk(heldQuestion({ mandate, ...over }, HELD)), HELD);
  const report = { ...schedule, mandate, last, ...over };
  await savedHoldings.set(MEMBER, { held: HELD, savedAt: '2024-04-01T12:00:00.000Z', report });
  made.time.now = MONDAY;
  return Object.assign(made, {
    report,
    saved: () => savedHoldings.get(MEMBER),
    hold: (text: string) =>
      savedHoldings.update(MEMBER, (old) => old && { ...old, held: parseHoldings(text, 'holdings') }),
    limitTo: (limit: number) =>
      savedHoldings.update(
        MEMBER,
        (old) =>
          old?.report && { ...old, report: { ...old.report, mandate: { ...mandate, risk: { alpha: 0.9, limit } } } },
      ),
    texts: () => made.messenger.sent.map(({ reply }) => replyToText(reply)),
  });
}

describe('a report on what a member holds', () => {
  it('is a task whose key names nobody, since it was scheduled', async () => {
    const made = await startWithReport();
    const [task, ...more] = await reports.tasks(made.context);
    expect(more).toEqual([]);
    expect(task).toMatchObject({ schedule: { cron: '0 9 * * 1', timeZone: 'UTC' }, since: FRIDAY });
    expect(task?.key).toMatch(/^held\/[\w-]{16}$/);
    await saveNewer(made.store, 'holdings', MEMBER);
    expect(await heldReportTasks(made.context)).toEqual([]);
  });

  it('tells the member alone what changed, once for each time that it is due', async () => {
    const made = await startWithReport();
    await made.run(reports);
    await made.run(reports, { due: MONDAY });
    expect(made.messenger.sent.map(({ to }) => to)).toEqual([`member ${MEMBER}`]);
    const [text = ''] = made.texts();
    const now = (await made.saved())!.report!.last;
    const { last } = made.report;
    expect([last.until, now.until]).toEqual(['2024-04-19', '2024-04-22']);
    expect(now.value).not.toBe(last.value);
    const change = (100 * (now.value / last.value - 1)).toFixed(2).replace('-', '\u2212');
    expect(text).toContain('What you hold, and what changed since 2024-04-19 · 5 trading days');
    expect(text).toMatch(/within your limit of 50%\./);
    expect(text).toMatch(
      new RegExp(`^Value +[\\d,.]+ USD, of which [\\d.]+% is cash; \\+?${change}% from .* on 2024-04-19$`, 'm'),
    );
    expect(text).toMatch(/^CVaR 90% +[\d.]+%; [\d.]+% on 2024-04-19; your limit is 50%$/m);
    expect(text).toMatch(/^Weights +\w+ [\d.]+% → [\d.]+%/m);
    expect(text).toMatch(/^Bought and sold +nothing: your saved holdings are those of last time\.$/m);
    expect(text).toMatch(/^Prices +Yahoo Finance, until 2024-04-22 \(today\)/m);
    expect(JSON.stringify(made.log)).not.toMatch(new RegExp(`"AAA"|units|${MEMBER}`));
    await made.run(reports, { due: MONDAY + 7 * DAY_MS });
    expect(made.texts()[1]).toContain('There are no newer prices than last time.');
  });

  it('names what was bought and sold, and that the limit is broken', async () => {
    const made = await startWithReport({ mandate: { ...mandate, risk: { alpha: 0.9, limit: 0.001 } } });
    await made.hold('AAA 12.5, BBB 2, cash 40 EUR');
    made.vendor.answer('EURUSD=X', [{ status: 503, body: 'no' }]);
    await made.run(reports);
    // Without a rate nothing is guessed; what was told last stays what the next one compares with.
    expect(made.texts()[0]).toContain('There is no exchange rate for cash in EUR now');
    expect((await made.saved())!.report).toEqual(made.report);
    await made.hold('AAA 12.5, BBB 2, cash 40 USD');
    await made.run(reports, { due: MONDAY + 1 });
    const [, text = ''] = made.texts();
    expect(text).toContain('+2.5 AAA, \u22123 BBB, \u221260.00 USD cash.');
    expect(text).toContain(', with what you bought and sold');
    expect(text).toContain('above your limit of 0.1%');
    expect(text).toMatch(/No split of these assets keeps it: the smallest limit that can be kept is [\d.]+%\./);
    expect(text).not.toContain('/allocate');
    expect(made.messenger.sent.at(-1)?.reply.tone).toBe('warning');
  });

  it('names a command that asks for the trades wherever it is typed', async () => {
    const made = await startWithReport({ universe: { kind: 'tickers', tickers: ['AAA', 'BBB'], name: 'own' } });
    await made.hold('AAA 10');
    const asked = { ...made.report, universe: { kind: 'tickers', tickers: ['AAA', 'BBB'] } as const };
    const { answer } = await lookAtHeld(made.app.engine, asked, parseHoldings('AAA 10', 'holdings'), {});
    const cvar = answer.look.cvar;
    const limit = Number((cvar * 0.97).toFixed(4));
    await made.limitTo(limit);
    await made.run(reports);
    const [text = ''] = made.texts();
    const [command = ''] = /`\/allocate .*?`/.exec(made.messenger.sent[0]!.reply.body ?? '') ?? [];
    expect(text).toContain('shows the trades that mend it.');
    expect(command).toBe(
      `\`/allocate loss:${shortPercent(limit)} holdings:saved tickers:AAA, BBB horizon:5 alpha:90%\``,
    );
  });

  it('is sent once though the process dies before its figures are saved', async () => {
    const made = await startWithReport();
    const dies = vi.spyOn(made.app.savedHoldings, 'update').mockRejectedValueOnce(new Error('killed'));
    await expect(made.run(reports)).rejects.toThrow('killed');
    await made.run(reports);
    dies.mockRestore();
    expect(made.texts()).toHaveLength(1);
    expect(made.messenger.tried).toHaveLength(2);
    expect((await made.saved())!.report!.last.until).toBe('2024-04-22');
  });

  it('is tried again where Discord fails, and compares with the last that arrived', async () => {
    const made = await startWithReport();
    made.messenger.becomes.set(MEMBER, 'failed');
    await expect(made.run(reports)).rejects.toThrow('could not be sent');
    made.messenger.becomes.set(MEMBER, 'refused');
    await made.run(reports);
    expect((await made.saved())!.report).toEqual(made.report);
    made.messenger.becomes.clear();
    busyFor(made, 2);
    await made.run(reports);
    expect(made.texts()[0]).toContain('what changed since 2024-04-19');
    expect(new Set(made.messenger.tried).size).toBe(1);
  });

  it('is not brought back once its member has deleted all, nor sent any more', async () => {
    const made = await startWithReport();
    const [task] = await reports.tasks(made.context);
    const risk = made.app.engine.risk.bind(made.app.engine);
    vi.spyOn(made.app.engine, 'risk').mockImplementation(async (...asked) => {
      const answer = await risk(...asked);
      await forgetMember(made.app, MEMBER);
      return answer;
    });
    await task?.run(MONDAY, true);
    expect(await made.saved()).toBeUndefined();
    const { length } = made.texts();
    await task?.run(MONDAY + DAY_MS, true);
    expect(made.texts()).toHaveLength(length);
    expect(await reports.tasks(made.context)).toEqual([]);
  });

  it('leaves the run of its last time while it is scheduled, and no longer', async () => {
    const made = await startWithReport();
    const [task] = await reports.tasks(made.context);
    const run = { due: new Date(MONDAY).toISOString(), at: new Date(MONDAY).toISOString(), outcome: 'done' } as const;
    await made.app.jobRuns.set(task!.key, run);
    await made.run(nightly);
    expect(await made.app.jobRuns.get(task!.key)).toEqual(run);
    await made.app.savedHoldings.delete(MEMBER);
    await made.run(nightly, { due: MONDAY + DAY_MS });
    expect(await made.app.jobRuns.get(task!.key)).toBeUndefined();
  });
});
