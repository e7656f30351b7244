// A process of its own on the store: `child.ts URL TIMES` counts once it is told to on standard input;
// `child.ts URL` saves, and `child.ts URL restore` restores, until it is killed.
import { once } from 'node:events';
import { z } from 'zod';
import { openGuilds } from '../../src/commands/guilds.ts';
import { openMembers } from '../../src/commands/members.ts';
import { openStore } from '../../src/store/store.ts';
import { alertOf, generation, generationOf, GUILD, MEMBER, reportOf } from './saved.ts';

const [url = '', work] = process.argv.slice(2);
const store = await openStore(url, { now: () => Date.now() });

if (work === undefined) {
  // Says each number once it is acknowledged: even ones are schedules, odd ones alerts.
  const guilds = openGuilds(store);
  const members = openMembers(store);
  const last = async (): Promise<number> => {
    const ids = [...(await guilds.get(GUILD)).reports, ...(await members.get(MEMBER)).alerts].map(({ id }) =>
      Number(id),
    );
    return Math.max(-1, ...ids);
  };
  for (let n = (await last()) + 1; ; n += 1) {
    if (n % 2 === 0) await guilds.update(GUILD, (old) => ({ ...old, reports: [...old.reports, reportOf(n)] }));
    else await members.update(MEMBER, (old) => ({ ...old, alerts: [...old.alerts, alertOf(n)] }));
    process.stdout.write(`${n}\n`);
  }
}
if (work === 'restore') {
  // Says each number once it is acknowledged.
  const [some = []] = await Array.fromAsync(store.snapshot());
  for (let n = some.length === 0 ? 0 : generationOf(some) + 1; ; n += 1) {
    await store.restore([generation(n)], 'always');
    process.stdout.write(`${n}\n`);
  }
}
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();
const counters = store.table('counters', z.number(), 1);
for (let i = 0; i < Number(work); i += 1) await counters.update('n', (old = 0) => old + 1);
await store.close();
