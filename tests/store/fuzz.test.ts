import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { openRequests } from '../../src/commands/allocate/buttons.ts';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openMembers } from '../../src/commands/members.ts';
import { UserError } from '../../src/errors.ts';
import { withoutIds } from '../../src/describe-error.ts';
import { openTestStore } from './fixtures.ts';
import { GUILD, MEMBER } from './saved.ts';

const DEEP = 10_000;

/** A value that is not what any table holds, or nearly. */
const values = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary-ascii', maxLength: 200 }),
  fc.constantFrom(
    `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
    '{"a":'.repeat(DEEP),
    `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
    '{"__proto__":{"alerts":[]},"alerts":[]}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"alerts":[{"__proto__":{"id":"1"}}]}',
    '{"alerts":"none","universes":7,"reports":null,"settings":[]}',
    '1e999',
    `"${'x'.repeat(1 << 20)}"`,
  ),
);
const texts = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 1, 2, 3, 99, 1.5, '2', null), values)
    .map(([v, value]) => `{"v":${JSON.stringify(v)},"value":${value}}`),
  values,
);
const times = fc.constantFrom(null, 4e12, 1, -5, 0.5, 1e300);

it('whatever lies in a store is read, set aside or refused to a person', async () => {
  const { store, url, aside } = await openTestStore();
  const [members, guilds, requests] = [openMembers(store), openGuilds(store), openRequests(store)];
  const db = new DatabaseSync(url.replace('sqlite:', ''));
  onTestFinished(() => db.close());
  const put = db.prepare('INSERT OR REPLACE INTO entries (namespace, key, value, expires) VALUES (?, ?, ?, ?)');
  const places = { members: MEMBER, guilds: GUILD, buttons: `${MEMBER}/a`, requests: 'a' };
  const works = [
    () => members.get(MEMBER),
    () => guilds.get(GUILD),
    () => requests.of(MEMBER),
    () => members.ids(),
    () => members.update(MEMBER, (old) => old),
    () => guilds.update(GUILD, (old) => old),
    () => requests.keys(),
  ];
  for (const [text, expires] of fc.sample(fc.tuple(texts, times), { numRuns: 100, seed: 1 })) {
    for (const [table, key] of Object.entries(places)) put.run(table, key, text, expires);
    for (const work of works) {
      const outcome = await work().catch((thrown: unknown) => thrown);
      expect(outcome instanceof Error && !(outcome instanceof UserError)).toBe(false);
    }
  }
  expect(Reflect.get({}, 'alerts')).toBeUndefined();
  expect(aside.length).toBeGreaterThan(50);
  for (const { key, reason } of aside) expect(withoutIds(`${key} ${reason}`)).not.toContain(MEMBER);
});
