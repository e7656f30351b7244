import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveRequest, type AllocateCommandRequest } from '../../../src/commands/allocate/buttons.ts';
import { withLimit } from '../../../src/engine/mandate.ts';
import { DEFAULT_STRATEGY } from '../../../src/engine/strategies/index.ts';
import { buttonsOf, textOf } from '../../support/discord/stand-in.ts';
import { mandateOver } from '../../support/mandate.ts';
import { startPeople, type People } from '../../support/people.ts';

const OTHER = '200000000000000999';
const [HERE, THERE] = ['300000000000000001', '300000000000000002'];
const at = '2026-01-01T00:00:00.000Z';

const mandate = mandateOver(21);
const query = { universe: 'sample', mandate };
const request: AllocateCommandRequest = {
  allocate: {
    universe: { kind: 'tickers', tickers: ['AAA', 'BBB'] },
    strategy: DEFAULT_STRATEGY,
    mandate: withLimit(mandate, 0.0815),
    sampling: { scenarios: 100, seed: 1 },
  },
  isPublic: false,
};
const alert = {
  id: '1',
  universe: 'sample',
  mandate: withLimit(mandate, 0.0815),
  createdAt: at,
  lastTold: 'feasible' as const,
  hasFired: false,
  minCvar: 0.07,
};
const universe = (name: string, createdBy: string) => ({ name, tickers: ['AAA', 'BBB'], createdBy, createdAt: at });
const report = (id: string, scheduledBy: string) => ({
  id,
  channelId: '400000000000000001',
  what: 'frontier' as const,
  cron: '30 18 * * 1-5',
  timeZone: 'UTC',
  ...query,
  scheduledBy,
  scheduledAt: at,
});

let people: People;
let me: string;

/** Behind the store's back: every row, as text. */
const sql = <T>(work: (db: DatabaseSync) => T): T => {
  const db = new DatabaseSync(people.url.replace('sqlite:', ''), { timeout: 5_000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
};
const rowsWith = (text: string) =>
  sql((db) => db.prepare('SELECT * FROM entries').all()).filter((row) => JSON.stringify(row).includes(text));

/** Makes the row one that this version cannot read, and reads it. */
async function spoil(table: 'guilds' | 'members' | 'requests', key: string): Promise<void> {
  const update = `UPDATE entries SET value = json_set(value, '$.v', 0) WHERE key LIKE ?`;
  expect(sql((db) => db.prepare(update).run(`%${key}`)).changes).toBe(1);
  await people.app[table].get(key);
}

beforeAll(async () => {
  people = await startPeople();
  me = people.discord.memberId;
  const { members, guilds, requests } = people.app;
  await members.update(me, () => ({ alerts: [{ ...alert, id: 'lost' }] }));
  await spoil('members', me);
  await members.update(me, () => ({ alerts: [alert], closed: { since: at, isTold: true } }));
  await members.update(OTHER, () => ({ alerts: [alert] }));
  await spoil('requests', await saveRequest(requests, me, request));
  for (const memberId of [me, OTHER, me]) await saveRequest(requests, memberId, request);
  await guilds.update(HERE, (old) => ({ ...old, reports: [report('lost', me), report('theirs', OTHER)] }));
  await spoil('guilds', HERE);
  await guilds.update(HERE, (old) => ({
    ...old,
    universes: [universe('mine', me), universe('theirs', OTHER)],
    reports: [report('1', OTHER), report('2', me)],
  }));
  await guilds.update(THERE, (old) => ({ ...old, settings: { horizonDays: 10 }, reports: [report('1', me)] }));
});
afterAll(() => people.close());

const ask = (name: 'export' | 'delete', userId = me) => people.discord.slash(`privacy ${name}`, {}, { userId });

describe('/privacy export', () => {
  it('attaches a file with everything stored about the member, and about no one else', async () => {
    const message = await ask('export').answer();
    expect(message.ephemeral).toBe(true);
    const text = textOf(message);
    for (const part of [
      '1 alert',
      '2 requests behind buttons',
      '2 unreadable records',
      '1 universe',
      '2 reports',
      'your id on 1 unreadable record of servers',
    ]) {
      expect(text).toContain(part);
    }
    const [file] = message.files;
    expect(file).toMatchObject({ name: 'stored-about-you.json', description: expect.stringContaining('JSON') });
    const data = JSON.parse(Buffer.from(file?.bytes ?? []).toString());
    expect(data).toMatchObject({
      memberId: me,
      saved: { alerts: [alert], closed: { since: at, isTold: true } },
      buttons: [{ request }, { request }],
      universes: [{ guildId: HERE, ...universe('mine', me) }],
      reports: [
        { guildId: HERE, ...report('2', me) },
        { guildId: THERE, ...report('1', me) },
      ],
      unreadableOfServers: [HERE],
      unreadable: [{ text: expect.stringContaining('"lost"') }, { text: expect.stringContaining('AAA') }],
    });
    expect(JSON.stringify(data)).not.toContain(OTHER);
  });

  it('says so when nothing is stored', async () => {
    const message = await ask('export', '200000000000000777').answer();
    expect(textOf(message)).toContain('Nothing is stored about you');
    expect(message.files).toEqual([]);
  });
});

describe('/privacy delete', () => {
  it('asks for confirmation, and accepts it only from the member', async () => {
    const before = rowsWith(me).length;
    const message = await ask('delete').answer();
    expect(message.ephemeral).toBe(true);
    expect(textOf(message)).toContain('they stay, without your id');
    const [button] = buttonsOf(message);
    expect(button).toMatchObject({ label: 'Delete everything' });
    const pressed = people.discord.press(button!.customId, { userId: OTHER, isUnseen: true });
    expect(textOf(await pressed.answer())).toContain('Only the member who asked');
    expect(rowsWith(me)).toHaveLength(before);
    expect(before).toBeGreaterThan(5);
  });

  it("deletes everything, removes the member's id from what belongs to servers, and lists what was deleted", async () => {
    const { guilds } = people.app;
    const [button] = buttonsOf(await ask('delete').answer());
    const message = await people.discord.press(button!.customId).answer();
    expect(message.ephemeral).toBe(true);
    const text = textOf(message);
    for (const part of [
      '1 alert',
      '2 requests',
      '2 unreadable records',
      '1 universe, 2 reports and 1 unreadable record of servers stay',
      'logs',
    ]) {
      expect(text).toContain(part);
    }
    expect(rowsWith(me)).toEqual([]);
    const lost = rowsWith('"lost').map(({ value }) => JSON.parse(String(value)).value.reports);
    expect(lost).toEqual([[report('lost', '0'), report('theirs', OTHER)]]);
    expect(rowsWith('0.0815')).toHaveLength(2); // the other's alert and question
    const { createdBy: _, ...mine } = universe('mine', me);
    expect((await guilds.get(HERE)).universes).toEqual([mine, universe('theirs', OTHER)]);
    const { scheduledBy: __, ...second } = report('2', me);
    expect((await guilds.get(HERE)).reports).toEqual([report('1', OTHER), second]);
    expect(await guilds.get(THERE)).toMatchObject({ settings: { horizonDays: 10 }, reports: [{ id: '1' }] });
  });

  it('finds nothing a second time', async () => {
    const [button] = buttonsOf(await ask('delete').answer());
    expect(textOf(await people.discord.press(button!.customId).answer())).toContain('Nothing is stored about you');
    expect(textOf(await ask('export').answer())).toContain('Nothing is stored about you');
  });

  it('leaves nothing of it in the log', () => {
    expect(people.log()).toContain('"command":"privacy"');
    expect(people.log()).not.toMatch(/0\.0815|AAA/);
  });
});
