import { expect, it } from 'vitest';
import type { App } from '../../src/app.ts';
import { openJobRuns, reportKey } from '../../src/job-runs.ts';
import { Leases } from '../../src/jobs/leases.ts';
import { firstStart, isRefreshed, trainedUntil } from '../../src/jobs/nightly/done-before.ts';
import { nonceOf, openSentMessages } from '../../src/messenger.ts';
import { openTestStore } from '../store/fixtures.ts';
import { recordingMessenger } from '../support/recording-messenger.ts';

const DUE = '2024-01-01T22:30:00.000Z';
const AT = '2024-01-01T22:40:00.000Z';

/** As version 0.1 of the program has stored it. */
const STORED = {
  'marks/nightly': `{"v":1,"value":{"due":"${DUE}","at":"${AT}","outcome":"done","attempt":1}}`,
  'marks/nightly/first':
    '{"v":1,"value":{"due":"2023-11-20T12:00:00.000Z","at":"2023-11-20T12:00:00.000Z","outcome":"done"}}',
  [`marks/nightly/${DUE}/us12`]: `{"v":1,"value":{"due":"${DUE}","at":"${AT}","outcome":"done"}}`,
  'marks/trained/us12': `{"v":1,"value":{"due":"${DUE}","at":"${AT}","outcome":"done","note":"2024-01-01"}}`,
  'marks/report/1/r1': `{"v":1,"value":{"due":"${DUE}","at":"${AT}","outcome":"begun","attempt":1,"until":"2024-01-01T22:42:00.000Z"}}`,
  'marks/sent/bVjW': `{"v":1,"value":{"due":"${AT}","at":"${AT}","outcome":"done"}}`,
};

it('counts what an earlier version has done as done', async () => {
  const { store, clock, aside } = await openTestStore();
  await store.restore([Object.entries(STORED).map(([key, text]) => ({ key, text }))], 'empty');
  const jobRuns = openJobRuns(store);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of it is used
  const app = { jobRuns, clock: { now: () => clock.now } } as Partial<App> as App;
  const run = { app, messenger: recordingMessenger(), signal: new AbortController().signal, due: Date.parse(DUE) };
  const task = {
    key: 'nightly',
    schedule: { cron: '30 22 * * *', timeZone: 'UTC' },
    since: await firstStart(app),
    run: () => Promise.resolve(),
  };
  expect(new Date(task.since).toISOString()).toBe('2023-11-20T12:00:00.000Z');
  const leases = new Leases(app);
  expect(await leases.acquire(task)).toBeUndefined();
  // It was killed in the middle: its next attempt is the second.
  const attempt = { due: Date.parse(DUE), number: 2, isGivenUp: false };
  expect(await leases.acquire({ ...task, key: reportKey('1', 'r1') })).toEqual(attempt);
  expect(await isRefreshed('us12', run)).toBe(true);
  expect(await isRefreshed('us12', { ...run, due: run.due + 86_400_000 })).toBe(false);
  expect(await trainedUntil('us12', app)).toBe('2024-01-01');
  const sent = openSentMessages(jobRuns, app.clock.now);
  expect([await sent.find('bVjW'), await sent.find('other')]).toEqual(['sent', undefined]);
  expect(aside).toEqual([]);
});

it('gives a message the nonce that earlier versions gave it', () => {
  expect(nonceOf('report', '100000000000000001', 'r1', 1_713_566_100_000)).toBe('cu0IUXN_fUi0ypGTGpbpI9C67');
});
