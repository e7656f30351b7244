import { describe, expect, it, vi } from 'vitest';
import { forgetMember } from '../../../src/commands/privacy/personal-data.ts';
import type { Alert } from '../../../src/commands/alert/record.ts';
import { alertListReply } from '../../../src/commands/alert/reply.ts';
import { DAY_MS } from '../../../src/durations.ts';
import { limitOf, withLimit } from '../../../src/engine/mandate.ts';
import { nightly } from '../../../src/jobs/nightly/nightly.ts';
import { chartBody } from '../../support/vendor.ts';
import { saveNewer } from '../../store/newer.ts';
import { barsOf, GUILD, hopelessAlert, MEMBER, OPERATORS, savedQuery, startServices, universe } from '../fixtures.ts';

async function startWithAlerts(...alerts: Alert[]) {
  const made = await startServices();
  made.serve('AAA', 'BBB');
  await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'BBB'])] });
  await made.saveAlerts(MEMBER, ...alerts);
  return Object.assign(made, {
    saved: async () => (await made.app.members.get(MEMBER)).alerts,
    /** To the member alone. */
    told: () => made.messenger.sent.filter(({ to }) => to === `member ${MEMBER}`),
    async nextNight(): Promise<void> {
      made.time.now += DAY_MS;
      await made.run(nightly);
    },
  });
}

describe('an alert', () => {
  it('names the smallest limit that can be kept when its own no longer can, with a button to try it', async () => {
    const made = await startWithAlerts(hopelessAlert());
    await made.run(nightly);
    const [message] = made.told();
    const [saved] = await made.saved();
    expect(saved).toMatchObject({ lastTold: 'infeasible', hasFired: true });
    expect(saved?.minCvar).toBeGreaterThan(0.001);
    expect(message?.reply).toMatchObject({
      tone: 'warning',
      title: 'A limit of 0.01% can no longer be kept · 5 trading days · pair',
      footer: expect.stringContaining('Not investment advice.'),
    });
    const [button] = message?.reply.buttons ?? [];
    const kept = await made.app.requests.get(button?.key ?? '');
    expect(kept).toMatchObject({
      memberId: MEMBER,
      request: {
        allocate: {
          universe: { tickers: ['AAA', 'BBB'] },
          strategy: { id: 'cvar-lstm' },
          mandate: { horizonDays: 5, risk: { alpha: 0.9 } },
        },
      },
    });
    const { allocate } = kept!.request;
    expect(button?.label).toBe(`Try ${Number((limitOf(allocate.mandate) * 100).toFixed(2))}%`);
    const answer = await made.app.engine.allocate(allocate);
    expect(answer.allocation.status).toBe('optimal');
    expect(answer.allocation.minimum?.leastLimit).toBe(saved?.minCvar);
  });

  it('is told in time without its button where that cannot be saved', async () => {
    const made = await startWithAlerts(hopelessAlert());
    vi.spyOn(made.app.requests, 'save').mockRejectedValue(new Error('the disk is full'));
    await made.run(nightly, { isLastAttempt: false });
    expect(made.told()).toHaveLength(1);
    expect(made.told()[0]?.reply).not.toHaveProperty('buttons');
    expect((await made.saved())[0]?.lastTold).toBe('infeasible');
  });

  it('tells once when what its member holds is above the limit, with the trades that mend it', async () => {
    const loose = hopelessAlert({ mandate: withLimit(savedQuery().mandate, 0.9), heldTold: 'kept' });
    const made = await startWithAlerts(loose);
    const held = { positions: [{ ticker: 'AAA', units: 10 }], cash: [{ amount: 5, currency: 'USD' }] };
    await made.app.savedHoldings.set(MEMBER, { held, savedAt: '2024-04-01T12:00:00.000Z' });
    await made.run(nightly);
    expect(made.told()).toEqual([]);
    const [{ minCvar } = loose] = await made.saved();
    const tight = withLimit(loose.mandate, minCvar * 1.02);
    await made.saveAlerts(MEMBER, { ...loose, mandate: tight });
    await made.nextNight();
    await made.nextNight();
    const [message, ...more] = made.told();
    expect(more).toEqual([]);
    expect(message?.reply).toMatchObject({
      tone: 'warning',
      title: expect.stringMatching(/^What you hold is above your limit of .* · 5 trading days · pair$/),
      body: expect.stringMatching(
        /^Below is a split .* For that split: the average loss .* What you hold today has a CVaR of/,
      ),
      footer: expect.stringMatching(/^Figures come from simulated scenarios.* This is alert a1/),
    });
    expect(message?.reply.fields).toContainEqual({
      name: 'Trades',
      value: expect.stringMatching(/sell \d+ AAA .*buy \d+ BBB/),
    });
    expect((await made.saved())[0]).toMatchObject({ heldTold: 'broken' });
    // It is what is held now that counts; back below the limit it may fire again.
    await made.app.savedHoldings.delete(MEMBER);
    await made.nextNight();
    expect((await made.saved())[0]).toMatchObject({ heldTold: 'kept' });
    expect(made.told()).toHaveLength(1);
    expect(JSON.stringify(made.log)).not.toMatch(/"AAA"|units/);
  });

  it('tells once what it has found where what is held cannot be valued, and knows of that what it knew', async () => {
    const made = await startWithAlerts(hopelessAlert({ heldTold: 'broken' }));
    const held = { positions: [{ ticker: 'AAA', units: 10 }], cash: [{ amount: 5, currency: 'EUR' }] };
    await made.app.savedHoldings.set(MEMBER, { held, savedAt: '2024-04-01T12:00:00.000Z' });
    await made.run(nightly);
    const known = { lastTold: 'infeasible', hasFired: true, heldTold: 'broken', unchecked: { isTold: false } };
    expect(await made.saved()).toMatchObject([known]);
    // Saturday, Sunday and Monday.
    for (let night = 0; night < 3; night += 1) await made.nextNight();
    expect(made.told().map(({ reply }) => reply.title)).toEqual([
      expect.stringMatching(/^A limit of 0.01% can no longer be kept/),
      expect.stringMatching(/^Alert not checked/),
    ]);
    expect(made.told()[1]?.reply.body).toContain('There is no exchange rate for cash in EUR now');
    expect(await made.saved()).toMatchObject([{ ...known, unchecked: { isTold: true } }]);
  });

  it('looks for trades only where what is held is above the limit', async () => {
    const made = await startWithAlerts(
      hopelessAlert({ mandate: withLimit(savedQuery().mandate, 0.9), heldTold: 'kept' }),
    );
    const held = { positions: [{ ticker: 'AAA', units: 10 }], cash: [] };
    await made.app.savedHoldings.set(MEMBER, { held, savedAt: '2024-04-01T12:00:00.000Z' });
    const allocate = vi.spyOn(made.app.engine, 'allocate');
    await made.run(nightly);
    expect(allocate.mock.calls.filter(([request]) => request.held !== undefined)).toEqual([]);
    expect(await made.saved()).toMatchObject([{ heldTold: 'kept', lastCheckedAt: expect.any(String) }]);
  });

  it('notifies once, and again when the limit can be kept', async () => {
    const made = await startWithAlerts(hopelessAlert());
    await made.run(nightly);
    await made.nextNight();
    expect(made.told()).toHaveLength(1);
    const [alert] = await made.saved();
    await made.saveAlerts(MEMBER, { ...alert!, mandate: withLimit(alert!.mandate, 0.9) });
    await made.nextNight();
    await made.nextNight();
    expect(made.told()).toHaveLength(2);
    const { reply } = made.told()[1]!;
    expect(reply.title).toContain('A limit of 90% can be kept again');
    expect(reply.buttons?.[0]?.label).toBe('Try 90%');
    expect(reply.body).toContain('losses can exceed any limit');
  });

  it('notifies again when its state changes between two attempts of a run', async () => {
    const made = await startWithAlerts(hopelessAlert());
    await made.run(nightly);
    const [alert] = await made.saved();
    await made.saveAlerts(MEMBER, { ...alert!, mandate: withLimit(alert!.mandate, 0.9) });
    for (const key of await made.app.jobRuns.keys())
      if (key.startsWith('nightly/refreshed/')) await made.app.jobRuns.delete(key);
    await made.run(nightly);
    expect(made.told().map(({ reply }) => reply.title?.replace(/ ·.*/, ''))).toEqual([
      'A limit of 0.01% can no longer be kept',
      'A limit of 90% can be kept again',
    ]);
  });

  it('is delivered the next night when Discord fails', async () => {
    const made = await startWithAlerts(hopelessAlert());
    made.messenger.becomes.set(MEMBER, 'failed');
    await made.run(nightly);
    expect(await made.saved()).toEqual([hopelessAlert()]);
    expect(made.messenger.sent.at(-1)?.reply.body).toContain('1 of 1 alerts could not be checked or delivered.');
    made.messenger.becomes.clear();
    await made.nextNight();
    expect(made.told()).toHaveLength(1);
  });

  it('changes its state when its member accepts no direct messages', async () => {
    const made = await startWithAlerts(hopelessAlert());
    made.messenger.becomes.set(MEMBER, 'refused');
    await made.run(nightly);
    await made.nextNight();
    expect(made.messenger.tried).toHaveLength(1);
    expect((await made.saved())[0]?.lastTold).toBe('infeasible');
  });

  it('is neither lost nor repeated by a crash between its message and its record', async () => {
    const made = await startWithAlerts(hopelessAlert());
    const amend = made.app.members.amend.bind(made.app.members);
    Object.assign(made.app.members, { amend: () => Promise.reject(new Error('killed')) });
    await made.run(nightly);
    expect(made.told()).toHaveLength(1);
    Object.assign(made.app.members, { amend });
    for (const key of await made.app.jobRuns.keys())
      if (key.startsWith('nightly/refreshed/')) await made.app.jobRuns.delete(key);
    await made.run(nightly);
    expect(made.told()).toHaveLength(1);
    expect(made.messenger.tried.filter((nonce) => nonce === made.told()[0]?.nonce)).toHaveLength(2);
    expect((await made.saved())[0]?.lastTold).toBe('infeasible');
  });

  it.each(['sent', 'refused'] as const)(
    'does not bring back a member who has it all deleted while they are told (%s)',
    async (becomes) => {
      const made = await startWithAlerts(hopelessAlert());
      const tell = made.messenger.sendDirectMessage.bind(made.messenger);
      made.messenger.sendDirectMessage = async (memberId, ...rest) => {
        await tell(memberId, ...rest);
        await forgetMember(made.app, memberId);
        return becomes;
      };
      await made.run(nightly);
      expect(made.messenger.tried).not.toEqual([]);
      expect(await made.app.members.ids()).toEqual([]);
      expect(await made.app.requests.keys()).toEqual([]);
    },
  );

  it('shares one answer with alerts that differ only in the limit', async () => {
    const { mandate } = savedQuery();
    const made = await startWithAlerts(
      hopelessAlert(),
      hopelessAlert({ id: 'a2', mandate: withLimit(mandate, 0.5) }),
      hopelessAlert({ id: 'a3', mandate: { ...mandate, risk: { alpha: 0.95, limit: 0.0001 } } }),
    );
    await made.run(nightly);
    expect(made.pool.ran.filter((kind) => kind === 'decide')).toHaveLength(2);
    expect((await made.saved()).map(({ lastTold }) => lastTold)).toEqual(['infeasible', 'feasible', 'infeasible']);
  });

  it('does not affect the others when it cannot be answered', async () => {
    const { mandate } = hopelessAlert();
    const impossible = { ...mandate, constraints: [{ kind: 'max-weight', weight: 0.1 } as const] };
    const made = await startWithAlerts(hopelessAlert({ id: 'a0', mandate: impossible }), hopelessAlert());
    await made.run(nightly);
    expect(made.told()).toHaveLength(1);
  });

  it('reports once that its universe is gone, pauses, and resumes when there is one of that name again', async () => {
    const made = await startWithAlerts(hopelessAlert());
    const { universes } = await made.app.guilds.get(GUILD);
    await made.saveGuild(GUILD, { universes: [] });
    await made.run(nightly);
    await made.nextNight();
    expect(made.told().map(({ reply }) => reply.title)).toEqual([
      'Alert paused: limit of 0.01% · 5 trading days · pair',
    ]);
    await made.saveGuild(GUILD, { universes });
    await made.nextNight();
    expect(made.told()).toHaveLength(2);
    expect((await made.saved())[0]).not.toHaveProperty('goneSince');
  });
});

/** After a night in which all went well. */
async function startChecked() {
  const made = await startWithAlerts(hopelessAlert({ lastTold: 'infeasible', hasFired: true }));
  await made.run(nightly);
  return Object.assign(made, { titles: () => made.told().map(({ reply }) => reply.title?.replace(/ ·.*/, '')) });
}

describe('an alert that cannot be checked', () => {
  it('is known by the date of its last check', async () => {
    const made = await startChecked();
    expect((await made.saved())[0]).toMatchObject({ lastCheckedAt: new Date(made.time.now).toISOString() });
    expect(made.told()).toEqual([]);
  });

  it.each([
    ['its ticker is gone', 'NONE', /has no prices of NONE: check the symbol\./],
    ['the vendor has no new prices', 'BBB', /Yahoo Finance gave no new prices of BBB/],
  ])('reports it once, after two trading days, and once that it works again: %s', async (_why, ticker, says) => {
    const made = await startChecked();
    const { universes } = await made.app.guilds.get(GUILD);
    await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', ticker])] });
    made.vendor.forget(ticker);
    // Saturday, Sunday and Monday: one trading day.
    for (let night = 0; night < 3; night += 1) await made.nextNight();
    expect(made.told()).toEqual([]);
    await made.nextNight();
    await made.nextNight();
    expect(made.titles()).toEqual(['Alert not checked: limit of 0.01%']);
    expect(made.told()[0]?.reply.body).toMatch(says);
    const list = alertListReply([{ alert: (await made.saved())[0]!, isGone: false }]);
    expect(list.fields?.[0]?.value).toMatch(
      /^⚠ Not checked since <t:\d+:f>\. ⚠ Could not be kept at the last check, <t:\d+:f>/,
    );
    made.serve('BBB');
    await made.saveGuild(GUILD, { universes });
    await made.nextNight();
    await made.nextNight();
    expect(made.titles().slice(1)).toEqual(['Alert checked again: limit of 0.01%']);
    expect((await made.saved())[0]).not.toHaveProperty('unchecked');
  });

  it('is reported as not checked when its prices are refused, in words that say what to do', async () => {
    const made = await startFrozen(hopelessAlert());
    for (let night = 0; night < 4; night += 1) await made.nextNight();
    expect(made.told()).toHaveLength(1);
    expect(made.told()[0]?.reply.body).toMatch(/BBB.*(frozen|allow)/);
  });

  it('waits for its message until Discord takes it', async () => {
    const made = await startChecked();
    await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'NONE'])] });
    made.messenger.becomes.set(MEMBER, 'failed');
    for (let night = 0; night < 5; night += 1) await made.nextNight();
    expect(made.told()).toEqual([]);
    made.messenger.becomes.clear();
    await made.nextNight();
    expect(made.titles()).toEqual(['Alert not checked: limit of 0.01%']);
    expect(new Set(made.messenger.tried.filter((nonce) => nonce === made.told()[0]?.nonce)).size).toBe(1);
  });

  it('is reported where its nights are given up, as when their process dies each time', async () => {
    const made = await startChecked();
    await made.app.incidents.add('nightly', 'The run was given up.');
    const giveUp = async () => {
      const [task] = await nightly.tasks(made.context);
      await task?.givenUp?.(made.time.now);
    };
    // This night was over when its process died.
    await giveUp();
    expect((await made.saved())[0]).not.toHaveProperty('unchecked');
    for (let night = 0; night < 5; night += 1) {
      made.time.now += DAY_MS;
      await giveUp();
    }
    expect(made.titles()).toEqual(['Alert not checked: limit of 0.01%']);
    expect(made.told()[0]?.reply.body).toContain('My work of the night has failed or was interrupted each time');
    expect(made.messenger.sent[0]).toMatchObject({ to: `channel ${OPERATORS}` });
    await made.nextNight();
    expect(made.titles().slice(1)).toEqual(['Alert checked again: limit of 0.01%']);
  });

  it('is reported where a newer version has saved its server, in nights that succeed', async () => {
    const made = await startChecked();
    await saveNewer(made.store, 'guilds', GUILD);
    for (let night = 0; night < 5; night += 1) {
      made.time.now += DAY_MS;
      await made.run(nightly, { isLastAttempt: false });
    }
    expect(made.titles()).toEqual(['Alert not checked: limit of 0.01%']);
    expect(made.told()[0]?.reply.body).toContain('of a newer version of me');
  });

  it('says nothing while a run is tried again', async () => {
    const made = await startChecked();
    await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'NONE'])] });
    for (let day = 0; day < 6; day += 1) {
      made.time.now += DAY_MS;
      await expect(made.run(nightly, { isLastAttempt: false })).rejects.toThrow('will be retried');
    }
    expect(made.messenger.tried).toEqual([]);
    expect((await made.saved())[0]).not.toHaveProperty('unchecked');
  });
});

/** A night after BBB has stood still for 60 days. */
async function startFrozen(...alerts: Alert[]) {
  const made = await startWithAlerts(...alerts);
  made.serve('CCC');
  await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'BBB', 'CCC'])] });
  const today = new Date(made.time.now).toISOString().slice(0, 10);
  const past = barsOf('BBB').filter(([day]) => day < today);
  const still = past.map(([day, close], t) => [day, t < past.length - 60 ? close : 100] as const);
  made.vendor.answer('BBB', [{ body: chartBody(still) }]);
  await made.run(nightly);
  return made;
}

describe('alerts on a share that stands still', () => {
  it.each([
    ['first', [undefined, ['frozen']] as const],
    ['last', [['frozen'], undefined] as const],
  ])('are judged each by what its member accepts: %s', async (_where, accepted) => {
    const alerts = accepted.map((allow, k) => hopelessAlert({ id: `a${k}`, ...(allow && { allow: [...allow] }) }));
    const made = await startFrozen(...alerts);
    expect(made.told()).toHaveLength(1);
    expect(made.told()[0]?.reply.body).toContain('frozen prices allowed');
    expect((await made.saved()).map(({ hasFired, allow }) => [hasFired, allow !== undefined])).toEqual(
      accepted.map((allow) => [allow !== undefined, allow !== undefined]),
    );
  });

  it('do not keep its model from being trained', async () => {
    const made = await startFrozen(hopelessAlert({ allow: ['frozen'] }));
    expect(made.told()).toHaveLength(1);
    expect(made.messenger.sent.filter(({ to }) => !to.startsWith('member'))).toEqual([]);
  });
});
