import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/durations.ts';
import { DEFAULT_STRATEGY } from '../../src/engine/strategies/index.ts';
import { reportKey } from '../../src/job-runs.ts';
import { nightly } from '../../src/jobs/nightly/nightly.ts';
import { reports } from '../../src/jobs/reports/reports.ts';
import { listedModelName } from '../../src/engine-service/model-fit.ts';
import { saveNewer } from '../store/newer.ts';
import { FRIDAY, GUILD, OPERATORS, report, startServices, universe } from './fixtures.ts';

const OTHER_GUILD = '100000000000000002';

async function startWithGuild() {
  const made = await startServices();
  made.serve('AAA', 'BBB', 'CCC', 'DDD');
  await made.saveGuild(GUILD, { universes: [universe('pair', ['AAA', 'BBB'])], settings: { universe: 'pair' } });
  return made;
}

/** All that a newer version of the program may have saved, beside what this one has. */
async function withNewerOnes(made: Awaited<ReturnType<typeof startWithGuild>>) {
  const at = new Date(FRIDAY).toISOString();
  await made.app.jobRuns.set(reportKey(OTHER_GUILD, 'r1'), { due: at, at, outcome: 'done' });
  const idle = { kind: 'tickers', tickers: ['CCC', 'DDD'] } as const;
  await made.app.engine.train({ universe: idle, strategy: DEFAULT_STRATEGY, seed: 1 });
  const model = (await made.app.models.list()).find((one) => one.universe === listedModelName(idle, idle.tickers))!;
  const newer = [
    ['guilds', OTHER_GUILD],
    ['members', '300000000000000009'],
    ['incidents', 'unheard-of'],
    ['marks', reportKey(GUILD, 'r9')],
    ['models', `${model.universe}/${model.recipe}`],
  ] as const;
  for (const [table, key] of newer) await saveNewer(made.store, table, key);
  return newer;
}

describe('what a newer version has saved', () => {
  it('is passed over by a night, which does all else and tells what failed', async () => {
    const made = await startWithGuild();
    await made.run(nightly);
    const newer = await withNewerOnes(made);
    // The model has been unused for so long that it would be removed.
    made.time.now += 40 * DAY_MS;
    await made.app.incidents.add('models', 'one is damaged.');
    await made.run(nightly, { isLastAttempt: false });
    expect(made.messenger.sent).toMatchObject([{ to: `channel ${OPERATORS}` }]);
    expect(made.messenger.sent[0]?.reply.body).toBe('**models**: one is damaged.');
    const keys = Object.groupBy(newer, ([table]) => table);
    for (const [table, ones = []] of Object.entries(keys))
      for (const [, key] of ones) expect(await rowsOf(made, table)).toContain(key);
    // Whether it is still scheduled, only the newer version can say.
    expect(await made.app.jobRuns.get(reportKey(OTHER_GUILD, 'r1'))).toBeDefined();
  });

  it('delays neither nights nor reports, where it says when they ran', async () => {
    const made = await startWithGuild();
    await made.saveGuild(GUILD, { reports: [report()] });
    for (const key of ['nightly/first', 'nightly']) await saveNewer(made.store, 'marks', key);
    expect(await nightly.tasks(made.context)).toMatchObject([{ since: FRIDAY - DAY_MS }]);
    const [task] = await reports.tasks(made.context);
    expect(await task?.isReady?.(FRIDAY)).toBe(true);
  });
});

async function rowsOf({ store }: Awaited<ReturnType<typeof startWithGuild>>, table: string): Promise<string[]> {
  const entries = (await Array.fromAsync(store.snapshot())).flat();
  return entries
    .filter(({ key, text }) => key.startsWith(`${table}/`) && text.includes('unheardOf'))
    .map(({ key }) => key.slice(table.length + 1));
}
