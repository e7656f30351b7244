import diagnosticsChannel from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { BusyError, UserError } from '../../src/errors.ts';
import { asRequester, JOBS, Requesters } from '../../src/requester.ts';
import { ThreadLane, type Lane, type LaneOptions, type TaskPolicy } from '../../src/workers/lane.ts';
import type { TestTasks } from './lane-child.ts';

const usual: TaskPolicy = { priority: 0, limitMs: 30_000, usualMs: 2_000 };
const policies: Record<keyof TestTasks, TaskPolicy> = {
  echo: usual,
  spin: { ...usual, limitMs: 300 },
  exit: usual,
  fillHeap: usual,
  fillMemory: usual,
  refuse: { ...usual, isAlwaysAccepted: true },
  fail: usual,
  niceness: { ...usual, priority: 1 },
};

const lanes: Lane<TestTasks>[] = [];
const crashes: unknown[] = [];
const open = (options: Partial<LaneOptions<TestTasks>> = {}): Lane<TestTasks> => {
  const lane = new ThreadLane<TestTasks>({
    file: new URL('lane-child.ts', import.meta.url),
    threads: 2,
    startsEarly: false,
    maxWaiting: 10,
    maxWaitingEach: 10,
    niceness: 3,
    heapMiB: 32,
    policies,
    hasTimeLimits: true,
    onCrash: (error) => crashes.push(error),
    ...options,
  });
  lanes.push(lane);
  return lane;
};
afterAll(() => Promise.all(lanes.map((lane) => lane.close())));

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable('it was answered'),
    (error: unknown) => error,
  );

describe('a lane', () => {
  it('answers from another thread, and limits how often it reports progress', async () => {
    const steps: number[] = [];
    const started = performance.now();
    const echo = open().run(
      'echo',
      { value: { a: 1 }, ms: 500, steps: 100 },
      { onProgress: ({ done }) => steps.push(done) },
    );
    expect(await echo).toEqual({ a: 1 });
    expect(steps[0]).toBe(0.01);
    expect(steps.length).toBeGreaterThan(1);
    // Every 200 ms at most, however long a busy machine took.
    expect(steps.length).toBeLessThanOrEqual(1 + (performance.now() - started) / 200);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('starts a thread before there is a task for it, if told to: %s', async (startsEarly, expected) => {
    let started = 0;
    const count = (): void => void (started += 1);
    diagnosticsChannel.subscribe('worker_threads', count);
    const lane = open({ startsEarly });
    diagnosticsChannel.unsubscribe('worker_threads', count);
    expect(started).toBe(expected);
    expect(await lane.run('echo', { value: 1, ms: 0, steps: 0 })).toBe(1);
  });

  it.runIf(process.platform === 'linux')('lets the thread that hears go first', async () => {
    expect(await open().run('niceness', undefined)).toBe(3);
  });

  it('passes a UserError on as one, and any other error as a fault', async () => {
    const lane = open();
    const refusal = await failure(lane.run('refuse', 'loss'));
    expect(refusal).toBeInstanceOf(UserError);
    expect(refusal).toMatchObject({
      message: 'That cannot be done.',
      option: 'loss',
      code: 'lane.refused',
      data: { got: [1, 'x'] },
    });
    const fault = await failure(lane.run('fail', 'broken'));
    expect(fault).not.toBeInstanceOf(UserError);
    expect(fault).toMatchObject({ message: 'broken' });
  });

  const deaths: [keyof TestTasks, (lane: Lane<TestTasks>) => Promise<unknown>, RegExp][] = [
    ['exit', (lane) => lane.run('exit', 3), /exited with code: 3/],
    ['fillHeap', (lane) => lane.run('fillHeap', undefined), /memory limit/],
    [
      'fillMemory',
      (lane) => lane.run('fillMemory', undefined),
      /Array buffer allocation failed|Invalid typed array length/,
    ],
  ];
  it.each(deaths)('survives a thread that ends by %s: it costs that task alone', async (_kind, die, words) => {
    const lane = open();
    const running = lane.run('echo', { value: 'running', ms: 1_500 });
    const dying = failure(die(lane));
    const waiting = [lane.run('echo', { value: 'waiting' }), lane.run('echo', { value: 'waiting too' })];
    const error = await dying;
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: expect.stringMatching(words) });
    expect(await Promise.all([running, ...waiting])).toEqual(['running', 'waiting', 'waiting too']);
  });

  it('reports threads that cannot start, and lets no task wait for them', async () => {
    const lane = open({ file: new URL('no-such-thread.ts', import.meta.url) });
    const before = crashes.length;
    expect(await failure(lane.run('echo', { value: 1 }))).toMatchObject({
      message: expect.stringContaining('no-such-thread'),
    });
    expect(crashes.slice(before)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('no-such-thread') }),
    ]);
  });

  it('lets none of several tasks wait for threads that cannot start', async () => {
    const lane = open({ threads: 2, file: new URL('no-such-thread.ts', import.meta.url) });
    const errors = await Promise.all([1, 2, 3].map((value) => failure(lane.run('echo', { value }))));
    for (const error of errors) expect(error).toMatchObject({ message: expect.stringContaining('no-such-thread') });
  });

  it('ends a task that takes too long, says so, and continues', async () => {
    const lane = open({ threads: 1 });
    const endless = failure(lane.run('spin', undefined));
    const next = lane.run('echo', { value: 'next' });
    const error = await endless;
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: expect.stringContaining('longer than 1 s and was stopped'),
      code: 'pool.too-long',
      data: { limitMs: expect.any(Number) },
    });
    expect(await next).toBe('next');
  });

  it('lets a task run without a limit when its caller can interrupt', async () => {
    const short = { ...usual, limitMs: 100 };
    const lane = open({ policies: { ...policies, echo: short }, hasTimeLimits: false });
    expect(await lane.run('echo', { value: 'late', ms: 300 })).toBe('late');
  });

  it('ends an endless loop when its caller aborts, and continues', async () => {
    const lane = open({ threads: 1, policies: { ...policies, spin: usual } });
    await lane.run('echo', { value: 'warm' });
    const abort = new AbortController();
    const endless = failure(lane.run('spin', undefined, { signal: abort.signal }));
    const next = lane.run('echo', { value: 'next' });
    const reason = new Error('nobody waits');
    setTimeout(() => abort.abort(reason), 100);
    expect(await endless).toBe(reason);
    expect(await next).toBe('next');
    const before = process.cpuUsage();
    await sleep(500);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(250);
  });

  it('lets a waiting task be aborted without a thread for it', async () => {
    const lane = open({ threads: 1, maxWaiting: 1 });
    const running = lane.run('echo', { value: 'running', ms: 300 });
    const abort = new AbortController();
    const waiting = failure(lane.run('exit', 1, { signal: abort.signal }));
    abort.abort();
    expect(await waiting).toMatchObject({ name: 'AbortError' });
    // Its place is free again.
    expect(await Promise.all([running, lane.run('echo', { value: 'next' })])).toEqual(['running', 'next']);
  });

  it('takes nothing from a caller who has gone already', async () => {
    const lane = open();
    expect(await failure(lane.run('exit', 1, { signal: AbortSignal.abort() }))).toMatchObject({ name: 'AbortError' });
  });

  it('lets the higher priority go first', async () => {
    const lane = open({ threads: 1 });
    const order: string[] = [];
    const first = lane.run('echo', { value: '', ms: 50 });
    const tasks = [
      lane.run('echo', { value: '' }).then(() => order.push('low')),
      lane.run('niceness', undefined).then(() => order.push('high')),
      lane.run('echo', { value: '' }).then(() => order.push('low too')),
    ];
    await Promise.all([first, ...tasks]);
    expect(order).toEqual(['high', 'low', 'low too']);
  });

  it('refuses a task when too many wait, and estimates from measured durations when to try again', async () => {
    const lane = open({ threads: 1, maxWaiting: 2 });
    const accepted = Array.from({ length: 3 }, (_, k) => lane.run('echo', { value: k, ms: 100 }));
    const error = await failure(lane.run('echo', { value: 'too many' }));
    expect(error).toBeInstanceOf(BusyError);
    // Three times the guess, less the moment for which the first has run.
    expect(error).toMatchObject({
      message: 'I am busy: 2 tasks wait already. Please try again in about 6 s.',
      code: 'pool.busy',
      data: { waiting: 2, waitMs: expect.any(Number) },
      option: undefined,
    });
    const kept = failure(lane.run('refuse', 'never refused for want of room'));
    const more = lane.run('echo', { value: 'of work that was accepted' }, { isAccepted: true });
    expect(await Promise.all(accepted)).toEqual([0, 1, 2]);
    expect(await kept).toMatchObject({ option: 'never refused for want of room' });
    expect(await more).toBe('of work that was accepted');

    for (let k = 0; k < 6; k++) await lane.run('echo', { value: k });
    const again = Array.from({ length: 3 }, (_, k) => lane.run('echo', { value: k, ms: 100 }));
    const refused = await failure(lane.run('echo', { value: 'too many' }));
    expect(refused).toMatchObject({ message: expect.stringMatching(/again in about 1 s/) });
    await Promise.all(again);
  });

  it('tells only the requester who floods it that it is busy', async () => {
    const lane = open({ threads: 1, maxWaiting: 3, maxWaitingEach: 2 });
    const running = lane.run('echo', { value: 'running', ms: 100 });
    const ask = (who: string, value: string) => asRequester(who, () => lane.run('echo', { value }));
    const flood = [ask('a', 'a1'), ask('a', 'a2')];
    expect(await failure(ask('a', 'a3'))).toMatchObject({ code: 'pool.busy', data: { waiting: 2 } });
    const order: string[] = [];
    const strangers = ['b', 'c'].map((who) => ask(who, who).then(() => order.push(who)));
    // One of theirs waits, and there is no room for more of anybody's.
    expect(await failure(ask('b', 'b2'))).toBeInstanceOf(BusyError);
    flood[1] = flood[1]!.finally(() => order.push('a2'));
    await Promise.all([running, ...flood, ...strangers]);
    expect(order).toEqual(['b', 'c', 'a2']);
  });

  it('never refuses scheduled work, nor what somebody waits for together with it', async () => {
    const lane = open({ threads: 1, maxWaiting: 2, maxWaitingEach: 1 });
    const ask = (who: string | Requesters) => asRequester(who, () => lane.run('echo', { value: 1, ms: 50 }));
    const [job, together] = [asRequester(JOBS, () => new Requesters()), asRequester('a', () => new Requesters())];
    const flood = [ask('runs'), ask('a'), ask('b')];
    expect(await failure(ask(together))).toBeInstanceOf(BusyError);
    asRequester(job, () => together.join());
    const scheduled = [ask(JOBS), ask(JOBS), ask(together)];
    expect(await Promise.all([...flood, ...scheduled])).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('ends what runs and what waits when it is closed, and takes nothing after', async () => {
    const lane = open({ threads: 1 });
    const running = failure(lane.run('echo', { value: 1, ms: 60_000 }));
    const waiting = failure(lane.run('echo', { value: 2 }));
    await lane.close();
    for (const task of [running, waiting, failure(lane.run('echo', { value: 3 }))]) {
      expect(await task).toMatchObject({ message: 'the worker pool is closed' });
    }
  });
});
