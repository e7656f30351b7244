import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { openGuilds } from '../../../src/commands/guilds.ts';
import { openMembers } from '../../../src/commands/members.ts';
import { openPendingAnswers, pendingKey } from '../../../src/pending-answers.ts';
import { alertOf, GUILD, MEMBER, reportOf } from '../../store/saved.ts';
import { entriesOf, openTestStore } from '../../store/fixtures.ts';
import { describeServers } from '../../support/kinds-of-store.ts';
import { tailcap, temporaryHome } from '../../support/tailcap.ts';
import { tailcapHere } from '../../support/tailcap-here.ts';

const { home, remove } = temporaryHome();
afterAll(remove);

const runBy =
  (start: typeof tailcap) =>
  async (url: string, ...args: string[]) => {
    const { exitCode, stdout } = await start([...args, '--json'], home, { STORE_URL: url });
    return { exitCode, json: JSON.parse(stdout) };
  };
const run = runBy(tailcapHere);
const runAsProcess = runBy(tailcap);

/** A store in which a server and a member have saved something, still open. */
async function saved() {
  const { store, url } = await openTestStore();
  const members = openMembers(store);
  await openGuilds(store).update(GUILD, () => ({ universes: [], settings: {}, reports: [reportOf(1)] }));
  await members.update(MEMBER, () => ({ alerts: [alertOf(2)] }));
  return { url, store, members };
}

describe('backup and restore', () => {
  it('move a store, also while another process has it open', async () => {
    const { url, store } = await saved();
    const file = `${home}/new/a.backup`;
    expect(await runAsProcess(url, 'backup', '--out', file)).toEqual({
      exitCode: 0,
      json: { status: 'backed-up', file, entries: 2 },
    });
    expect(readdirSync(`${home}/new`)).toEqual(['a.backup']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const target = `sqlite:${home}/moved/b.sqlite`;
    expect(await runAsProcess(target, 'restore', '--from', file)).toEqual({
      exitCode: 0,
      json: { status: 'restored', file, entries: 2 },
    });
    expect(await entriesOf((await openTestStore(target)).store)).toEqual(await entriesOf(store));
  });

  it('leave out the answers that are being made, with their tokens', async () => {
    const { url, store } = await saved();
    const [receivedAt, until] = ['2026-11-20T00:00:00Z', '2026-11-20T00:00:30Z'];
    const asked = { memberId: MEMBER, applicationId: '1', token: 'secret', command: 'allocate', isPublic: false };
    await openPendingAnswers(store).set(pendingKey(MEMBER, '5'), { ...asked, receivedAt, until });
    const file = `${home}/lasting.backup`;
    expect(await run(url, 'backup', '--out', file)).toMatchObject({ json: { entries: 2 } });
    expect(readFileSync(file, 'utf8')).not.toContain('secret');
  });

  it('leave a store that is not empty unchanged, unless --replace is given', async () => {
    const { url, members } = await saved();
    const file = `${home}/full.backup`;
    await run(url, 'backup', '--out', file);
    await members.update(MEMBER, () => ({ alerts: [alertOf(3)] }));
    const refused = await run(url, 'restore', '--from', file);
    expect(refused).toEqual({
      exitCode: 2,
      json: {
        status: 'error',
        error: { kind: 'input', option: 'replace', message: expect.stringContaining('is not empty') },
      },
    });
    expect(await members.get(MEMBER)).toEqual({ alerts: [alertOf(3)] });
    expect((await run(url, 'restore', '--from', file, '--replace')).exitCode).toBe(0);
    expect(await members.get(MEMBER)).toEqual({ alerts: [alertOf(2)] });
  });

  it('refuse a damaged file before anything is touched', async () => {
    const { url, members } = await saved();
    const file = `${home}/cut.backup`;
    await run(url, 'backup', '--out', file);
    writeFileSync(file, readFileSync(file).subarray(0, -40));
    const refused = await run(url, 'restore', '--from', file, '--replace');
    expect(refused).toMatchObject({ exitCode: 2, json: { error: { kind: 'input', option: 'from' } } });
    expect(await members.get(MEMBER)).toEqual({ alerts: [alertOf(2)] });
    const nowhere = `${home}/nowhere/x.sqlite`;
    await run(`sqlite:${nowhere}`, 'restore', '--from', file);
    expect(existsSync(nowhere)).toBe(false);
  });
});

describeServers('backup and restore', ({ fresh }) => {
  it('move a store from SQLite to here and back', async () => {
    const { url, store } = await saved();
    const [there, back] = [`${home}/there.backup`, `${home}/back.backup`];
    const server = await fresh();
    expect((await run(url, 'backup', '--out', there)).exitCode).toBe(0);
    expect((await run(server, 'restore', '--from', there)).exitCode).toBe(0);
    expect((await run(server, 'restore', '--from', there)).exitCode).toBe(2);
    expect((await run(server, 'backup', '--out', back)).exitCode).toBe(0);
    expect((await run(url, 'restore', '--from', back, '--replace')).exitCode).toBe(0);
    expect(await entriesOf(store)).toHaveLength(2);
  });

  it('report in one sentence that the server cannot be reached', async () => {
    const url = (await fresh()).replace(/@.*?\//, '@127.0.0.1:1/');
    const told = await run(url, 'backup', '--out', `${home}/none.backup`);
    expect(told).toMatchObject({
      exitCode: 2,
      json: { error: { kind: 'input', message: expect.stringMatching(/^STORE_URL: expected/) } },
    });
    expect(existsSync(`${home}/none.backup`)).toBe(false);
  });
});
