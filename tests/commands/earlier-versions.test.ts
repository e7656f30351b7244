import { expect, it } from 'vitest';
import { openRequests } from '../../src/commands/allocate/buttons.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openSavedHoldings } from '../../src/commands/saved-holdings.ts';
import { openMembers } from '../../src/commands/members.ts';
import { entriesOf, openTestStore } from '../store/fixtures.ts';

const GUILD = '100000000000000001';
const UNBOUND = '100000000000000002';
const MEMBER = '200000000000000001';
const EXPIRES = Date.UTC(2024, 1, 1);

/** As version 0.1 of the program wrote it: two bounds, and limits beside what they are about. */
const STORED = {
  'guilds/100000000000000001':
    '{"v":1,"value":{"universes":[{"name":"tech","tickers":["AAPL","MSFT","NVDA"],"createdBy":"200000000000000001","createdAt":"2023-12-01T09:30:00.000Z"}],"settings":{"universe":"tech","horizonDays":10,"alpha":0.99,"minWeight":0.02,"maxWeight":0.4,"timeZone":"Europe/Berlin","currency":"EUR"},"reports":[{"id":"1","channelId":"300000000000000001","what":"allocation","cron":"30 18 * * 1-5","timeZone":"Europe/Berlin","question":{"universe":"tech","horizonDays":21,"alpha":0.95,"minWeight":0,"maxWeight":0.5},"lossLimit":0.08,"scheduledBy":"200000000000000001","scheduledAt":"2023-12-01T09:31:00.000Z","blockedSince":"2023-12-05T18:30:00.000Z"},{"id":"2","channelId":"300000000000000001","what":"frontier","cron":"0 9 1 * *","timeZone":"UTC","question":{"universe":"us12","horizonDays":21,"alpha":0.95,"minWeight":0.01,"maxWeight":1},"scheduledAt":"2023-12-01T09:32:00.000Z"}]}}',
  'guilds/100000000000000002':
    '{"v":1,"value":{"universes":[],"settings":{"minWeight":0,"maxWeight":1,"currency":"USD"},"reports":[]}}',
  'members/200000000000000001':
    '{"v":1,"value":{"alerts":[{"id":"1","guildId":"100000000000000001","question":{"universe":"tech","horizonDays":21,"alpha":0.95,"minWeight":0.02,"maxWeight":0.4},"lossLimit":0.075,"createdAt":"2023-12-01T09:33:00.000Z","told":"infeasible","hasRung":true,"minCvar":0.0812,"goneSince":"2023-12-20T23:00:00.000Z"},{"id":"2","question":{"universe":"us12","horizonDays":21,"alpha":0.95,"minWeight":0,"maxWeight":1},"lossLimit":0.1,"createdAt":"2023-12-01T09:34:00.000Z","told":"feasible","hasRung":false,"minCvar":0.0431}],"closed":{"since":"2023-12-06T00:00:00.000Z","isTold":true}}}',
  'holdings/200000000000000001':
    '{"v":1,"value":{"held":{"positions":[{"ticker":"AAPL","units":10}],"cash":[{"amount":5,"currency":"USD"}]},"savedAt":"2023-12-01T09:35:00.000Z"}}',
  'requests/bestPlain123':
    '{"v":1,"value":{"memberId":"200000000000000001","request":{"allocate":{"universe":{"kind":"tickers","tickers":["AAPL","MSFT"],"name":"tech"},"horizonDays":21,"lossLimit":0.08,"alpha":0.95,"minWeight":0.05,"maxWeight":0.6,"scenarios":10000,"seed":1,"recipe":"seed","asOf":"2023-11-30","amount":10000,"amountCurrency":"EUR"},"isPublic":true,"show":"best"}}}',
  'requests/leastRisky12':
    '{"v":1,"value":{"memberId":"200000000000000001","request":{"allocate":{"universe":{"kind":"named","name":"us12"},"horizonDays":21,"lossLimit":0.08,"alpha":0.95,"minWeight":0,"maxWeight":1,"scenarios":10000,"seed":1,"recipe":"calibrated"},"isPublic":false,"show":"minimum"}}}',
};

/** A store with just these texts, all of which must be read: nothing may be set aside. */
async function openEarlier() {
  const made = await openTestStore();
  const entries = Object.entries(STORED).map(([key, text]) =>
    key.startsWith('requests/') ? { key, text, expires: EXPIRES } : { key, text },
  );
  await made.store.restore([entries], 'empty');
  return {
    ...made,
    /** What is stored now. */
    stored: async (key: string) => {
      const found = (await entriesOf(made.store)).find((entry) => entry.key === key);
      return found && { ...found, text: JSON.parse(found.text) };
    },
  };
}

it('reads what a server has saved, and writes it back in its new form', async () => {
  const { store, aside, stored } = await openEarlier();
  const guilds = openGuilds(store);
  const record = {
    universes: [
      {
        name: 'tech',
        tickers: ['AAPL', 'MSFT', 'NVDA'],
        createdBy: MEMBER,
        createdAt: '2023-12-01T09:30:00.000Z',
      },
    ],
    settings: {
      universe: 'tech',
      horizonDays: 10,
      alpha: 0.99,
      constraints: [
        { kind: 'max-weight', weight: 0.4 },
        { kind: 'min-weight', weight: 0.02 },
      ],
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
    },
    reports: [
      {
        id: '1',
        channelId: '300000000000000001',
        what: 'allocation',
        cron: '30 18 * * 1-5',
        timeZone: 'Europe/Berlin',
        universe: 'tech',
        mandate: {
          horizonDays: 21,
          constraints: [{ kind: 'max-weight', weight: 0.5 }],
          risk: { alpha: 0.95, limit: 0.08 },
        },
        scheduledBy: MEMBER,
        scheduledAt: '2023-12-01T09:31:00.000Z',
        blockedSince: '2023-12-05T18:30:00.000Z',
      },
      {
        id: '2',
        channelId: '300000000000000001',
        what: 'frontier',
        cron: '0 9 1 * *',
        timeZone: 'UTC',
        universe: 'us12',
        mandate: { horizonDays: 21, constraints: [{ kind: 'min-weight', weight: 0.01 }], risk: { alpha: 0.95 } },
        scheduledAt: '2023-12-01T09:32:00.000Z',
      },
    ],
  };
  expect(await guilds.get(GUILD)).toEqual(record);
  expect(await guilds.ids()).toEqual([GUILD, UNBOUND]);
  await guilds.update(GUILD, (old) => old);
  expect(await stored(`guilds/${GUILD}`)).toEqual({ key: `guilds/${GUILD}`, text: { v: 4, value: record } });
  expect(await guilds.get(GUILD)).toEqual(record);
  expect(aside).toEqual([]);
});

it('reads bounds that restrict nothing as none', async () => {
  const { store, aside } = await openEarlier();
  const { settings } = await openGuilds(store).get(UNBOUND);
  expect(settings).toEqual({ currency: 'USD' });
  expect(aside).toEqual([]);
});

it('reads what a member has saved, and writes it back in its new form', async () => {
  const { store, aside, stored } = await openEarlier();
  const members = openMembers(store);
  const record = {
    alerts: [
      {
        id: '1',
        guildId: GUILD,
        universe: 'tech',
        mandate: {
          horizonDays: 21,
          constraints: [
            { kind: 'max-weight', weight: 0.4 },
            { kind: 'min-weight', weight: 0.02 },
          ],
          risk: { alpha: 0.95, limit: 0.075 },
        },
        createdAt: '2023-12-01T09:33:00.000Z',
        lastTold: 'infeasible',
        hasFired: true,
        minCvar: 0.0812,
        goneSince: '2023-12-20T23:00:00.000Z',
      },
      {
        id: '2',
        universe: 'us12',
        mandate: { horizonDays: 21, constraints: [], risk: { alpha: 0.95, limit: 0.1 } },
        createdAt: '2023-12-01T09:34:00.000Z',
        lastTold: 'feasible',
        hasFired: false,
        minCvar: 0.0431,
      },
    ],
    closed: { since: '2023-12-06T00:00:00.000Z', isTold: true },
  };
  expect(await members.find(MEMBER)).toEqual(record);
  await members.amend(MEMBER, (old) => old);
  expect(await stored(`members/${MEMBER}`)).toEqual({ key: `members/${MEMBER}`, text: { v: 5, value: record } });
  expect(await members.find(MEMBER)).toEqual(record);
  // Version 2 knew of no checks.
  await store.restore([[{ key: `members/${MEMBER}`, text: JSON.stringify({ v: 2, value: record }) }]], 'always');
  expect(await members.find(MEMBER)).toEqual(record);
  expect(aside).toEqual([]);
});

it.each([
  [
    'a split within a limit by the recipe that is called plain now',
    'bestPlain123',
    {
      isPublic: true,
      allocate: {
        universe: { kind: 'tickers', tickers: ['AAPL', 'MSFT'], name: 'tech' },
        strategy: { id: 'cvar-lstm', params: { recipe: 'plain' } },
        mandate: {
          horizonDays: 21,
          constraints: [
            { kind: 'max-weight', weight: 0.6 },
            { kind: 'min-weight', weight: 0.05 },
          ],
          risk: { alpha: 0.95, limit: 0.08 },
        },
        sampling: { scenarios: 10_000, seed: 1 },
        asOf: '2023-11-30',
        amount: 10_000,
        amountCurrency: 'EUR',
      },
    },
  ],
  [
    'the least risky split, whatever the limit',
    'leastRisky12',
    {
      isPublic: false,
      allocate: {
        universe: { kind: 'named', name: 'us12' },
        strategy: { id: 'minimum-cvar', params: { recipe: 'filtered' } },
        mandate: { horizonDays: 21, constraints: [], risk: { alpha: 0.95 } },
        sampling: { scenarios: 10_000, seed: 1 },
      },
    },
  ],
])('reads what a button stands for, and keeps it no longer than it was to be kept: %s', async (_, id, request) => {
  const { store, clock, aside } = await openEarlier();
  const requests = openRequests(store);
  expect(await requests.get(id)).toEqual({ memberId: MEMBER, request });
  const { buttons } = await requests.of(MEMBER);
  expect(buttons).toContainEqual({ key: id, request });
  expect(aside).toEqual([]);
  clock.now = EXPIRES;
  expect(await requests.get(id)).toBeUndefined();
});

it('reads what a member has saved as held before there were reports on it', async () => {
  const { store, aside } = await openEarlier();
  expect(await openSavedHoldings(store).get(MEMBER)).toEqual({
    held: { positions: [{ ticker: 'AAPL', units: 10 }], cash: [{ amount: 5, currency: 'USD' }] },
    savedAt: '2023-12-01T09:35:00.000Z',
  });
  expect(aside).toEqual([]);
});
