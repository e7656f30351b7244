import { expect, it } from 'vitest';
import { keepRequest } from '../../../src/commands/allocate/buttons.ts';
import { createGuilds } from '../../../src/commands/guilds.ts';
import { createMembers } from '../../../src/commands/members.ts';
import { forgetMember, personalData } from '../../../src/commands/privacy/personal-data.ts';
import { guildSchema, memberSchema } from '../../../src/commands/records.ts';
import { storedRequestSchema, type AllocateCommandRequest } from '../../../src/engine-service/requests.ts';
import { alertOf, GUILD, MEMBER, reportOf } from '../../store/saved.ts';
import { rig } from '../../store/rig.ts';
import { describeKinds } from '../../support/kinds-of-store.ts';

const OTHER = '200000000000000999';
const request: AllocateCommandRequest = {
  allocate: {
    universe: { kind: 'named', name: 'us12' },
    lossLimit: 0.08,
    horizonDays: 21,
    alpha: 0.95,
    minWeight: 0,
    maxWeight: 1,
    scenarios: 100,
    seed: 1,
    recipe: 'calibrated',
  },
  isPublic: false,
  show: 'best',
};

/** A row that this version cannot read. */
const newer = (value: object): string => `|${JSON.stringify({ v: 77, value })}`;

describeKinds('a member who is forgotten', ({ fresh, rows, put }) => {
  /** Everything that can be stored of a member, readable and not. */
  async function known() {
    const { store, url } = await rig(await fresh());
    const requests = store.table('requests', storedRequestSchema, 1);
    const places = {
      members: createMembers(store.table('members', memberSchema, 1)),
      guilds: createGuilds(store.table('guilds', guildSchema, 1)),
      requests,
    };
    for (const memberId of [MEMBER, OTHER]) {
      await put(url, `members/${memberId}`, newer({ alerts: [alertOf(1)] }));
      await put(url, `requests/${memberId.slice(-3)}`, newer({ memberId, request }));
      await personalData(places, memberId);
      await places.members.update(memberId, () => ({ alerts: [alertOf(2)] }));
      await keepRequest(requests, memberId, request);
    }
    const reports = [MEMBER, OTHER].map((scheduledBy) => Object.assign(reportOf(1), { scheduledBy }));
    await put(url, `guilds/${GUILD}`, newer({ reports }));
    await personalData(places, MEMBER);
    await places.guilds.update(GUILD, (old) => ({ ...old, reports }));
    const rowsWith = async (text: string) =>
      (await rows(url))
        .filter(({ key, row }) => `${key} ${row}`.includes(text))
        .map(({ key }) => key.replace(/@.*/, ''));
    return { places, rowsWith };
  }

  it('is in no row any more, and everybody else in all of theirs', async () => {
    const { places, rowsWith } = await known();
    const others = await rowsWith(OTHER);
    expect(await rowsWith(MEMBER)).toHaveLength(6);
    expect(others).toHaveLength(6);
    await forgetMember(places, MEMBER);
    expect(await rowsWith(MEMBER)).toEqual([]);
    expect((await rowsWith(OTHER)).toSorted()).toEqual(others.toSorted());
    expect((await rowsWith('"scheduledBy":"0"')).toSorted()).toEqual([`aside:guilds/${GUILD}`]);
  });

  it('stays so when something that began before ends only now', async () => {
    const { places, rowsWith } = await known();
    await forgetMember(places, MEMBER);
    const after = await places.members.update(MEMBER, (old) => ({ ...old, alerts: old.alerts.map(() => alertOf(3)) }));
    expect(after).toEqual({ alerts: [] });
    expect(await rowsWith(MEMBER)).toEqual([]);
  });
});
