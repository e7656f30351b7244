import { expect, it } from 'vitest';
import { saveRequest, openRequests, type AllocateCommandRequest } from '../../../src/commands/allocate/buttons.ts';
import { openGuilds } from '../../../src/commands/guilds.ts';
import { openMembers } from '../../../src/commands/members.ts';
import { openSavedHoldings } from '../../../src/commands/saved-holdings.ts';
import { forgetMember, personalData } from '../../../src/commands/privacy/personal-data.ts';
import { openPendingAnswers, pendingKey } from '../../../src/pending-answers.ts';
import type { Store } from '../../../src/store/store.ts';
import { DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import { alertOf, GUILD, MEMBER, reportOf } from '../../store/saved.ts';
import { openTestStore } from '../../store/fixtures.ts';
import { describeKinds } from '../../support/kinds-of-store.ts';
import { mandateOver } from '../../support/mandate.ts';

const OTHER = '200000000000000999';
const holdings = {
  held: { positions: [{ ticker: 'AAPL', units: 2.5 }], cash: [{ amount: 500, currency: 'USD' }] },
  savedAt: '2026-11-20T00:00:00.000Z',
};
const request: AllocateCommandRequest = {
  allocate: {
    universe: { kind: 'named', name: 'us12' },
    strategy: DEFAULT_STRATEGY,
    mandate: mandateOver(21, { limit: 0.08 }),
    sampling: { scenarios: 100, seed: 1 },
  },
  isPublic: false,
};

/** A row that this version cannot read, and one of a newer version, which it leaves where it is. */
const unreadable = (value: object): string => `|${JSON.stringify({ v: 0, value })}`;
const newer = (value: object): string => `|${JSON.stringify({ v: 77, value })}`;

const placesIn = (store: Store) => ({
  members: openMembers(store),
  guilds: openGuilds(store),
  requests: openRequests(store),
  savedHoldings: openSavedHoldings(store),
  pendingAnswers: openPendingAnswers(store),
});

describeKinds('a member who is forgotten', ({ fresh, rows, put }) => {
  /** Everything that can be stored about a member, readable and not. */
  async function known() {
    const { store, url } = await openTestStore(await fresh());
    const places = placesIn(store);
    for (const memberId of [MEMBER, OTHER]) {
      await put(url, `members/${memberId}`, unreadable({ alerts: [alertOf(1)] }));
      await put(url, `requests/${memberId.slice(-3)}`, unreadable({ memberId, request }));
      await personalData(places, memberId);
      await places.members.update(memberId, () => ({ alerts: [alertOf(2)] }));
      await saveRequest(places.requests, memberId, request);
      await put(url, `holdings/${memberId}`, unreadable({ held: 1 }));
      await personalData(places, memberId);
      await places.savedHoldings.set(memberId, holdings);
      const [receivedAt, until] = ['2026-11-20T00:00:00Z', '2026-11-20T00:00:30Z'];
      const asked = { memberId, applicationId: '1', token: 'secret', command: 'allocate', isPublic: false };
      await places.pendingAnswers.set(pendingKey(memberId, '5'), { ...asked, receivedAt, until });
    }
    const reports = [MEMBER, OTHER].map((scheduledBy) => Object.assign(reportOf(1), { scheduledBy }));
    await put(url, `guilds/${GUILD}`, unreadable({ reports }));
    await personalData(places, MEMBER);
    await places.guilds.update(GUILD, (old) => ({ ...old, reports }));
    const rowsWith = async (text: string) =>
      (await rows(url))
        .filter(({ key, row }) => `${key} ${row}`.includes(text))
        .map(({ key }) => key.replace(/@.*/, ''));
    return { places, rowsWith };
  }

  it('appears in no row, while everyone else still appears in all of theirs', async () => {
    const { places, rowsWith } = await known();
    const others = await rowsWith(OTHER);
    expect(await rowsWith(MEMBER)).toHaveLength(9);
    expect(others).toHaveLength(9);
    const data = await forgetMember(places, MEMBER);
    expect(data.unanswered).toMatchObject([{ command: 'allocate' }]);
    expect(data.holdings).toEqual(holdings);
    expect(JSON.stringify(data)).not.toContain('secret');
    expect(await rowsWith(MEMBER)).toEqual([]);
    expect((await rowsWith(OTHER)).toSorted()).toEqual(others.toSorted());
    expect((await rowsWith('"scheduledBy":"0"')).toSorted()).toEqual([`aside:guilds/${GUILD}`]);
  });

  it('stays forgotten when earlier work ends afterwards', async () => {
    const { places, rowsWith } = await known();
    await forgetMember(places, MEMBER);
    const after = await places.members.update(MEMBER, (old) => ({ ...old, alerts: old.alerts.map(() => alertOf(3)) }));
    expect(after).toEqual({ alerts: [] });
    expect(await rowsWith(MEMBER)).toEqual([]);
  });

  it('disappears from what a newer version has saved, of which everything else stays', async () => {
    const { store, url } = await openTestStore(await fresh());
    const places = placesIn(store);
    const reports = [MEMBER, OTHER].map((scheduledBy) => Object.assign(reportOf(1), { scheduledBy }));
    await put(url, `guilds/${GUILD}`, newer({ reports }));
    for (const memberId of [MEMBER, OTHER]) {
      await put(url, `members/${memberId}`, newer({ alerts: [] }));
      await put(url, `buttons/${memberId}/a`, newer({ memberId, request }));
      await put(url, `requests/${memberId.slice(-3)}`, newer({ memberId, request }));
    }
    const data = await forgetMember(places, MEMBER);
    expect(data).toMatchObject({ saved: { alerts: [] }, buttons: [], unreadableOfServers: [GUILD] });
    expect(data.unreadable.map(({ key }) => key)).toEqual([MEMBER, `${MEMBER}/a`, MEMBER.slice(-3)]);
    const left = await rows(url);
    expect(left.filter(({ key, row }) => `${key} ${row}`.includes(MEMBER))).toEqual([]);
    expect(left.map(({ key }) => key).toSorted()).toEqual([
      `buttons/${OTHER}/a`,
      `guilds/${GUILD}`,
      `members/${OTHER}`,
      `requests/${OTHER.slice(-3)}`,
    ]);
    const [zero] = [JSON.stringify({ ...reports[0], scheduledBy: '0' })];
    expect(left.find(({ key }) => key.startsWith('guilds/'))?.row).toContain(zero);
  });
});

describeKinds('the buttons of a member', ({ fresh, put }) => {
  it('are found beside those of others and of earlier versions, and the oldest go when there are too many', async () => {
    const { store, url, clock } = await openTestStore(await fresh());
    const requests = openRequests(store, { most: 3, countedEvery: 1 });
    await put(url, 'requests/1234older', `|${JSON.stringify({ v: 3, value: { memberId: MEMBER, request } })}`);
    const keys: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      keys.push(await saveRequest(requests, MEMBER, request));
      clock.now += 1;
    }
    const theirs = await saveRequest(requests, OTHER, request);
    const { buttons } = await requests.of(MEMBER);
    expect(buttons.map(({ key }) => key).toSorted()).toEqual(['1234older', ...keys.slice(2)].toSorted());
    expect(await requests.get(keys[0]!)).toBeUndefined();
    expect(await requests.get(theirs)).toEqual({ memberId: OTHER, request });
    expect(await requests.keys()).toHaveLength(5);
    expect(`allocate:${theirs}`.length).toBeLessThanOrEqual(100);
    await requests.forget(MEMBER);
    expect(await requests.keys()).toEqual([theirs]);
  });
});
