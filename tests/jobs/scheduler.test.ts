import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/durations.ts';
import { at, openFixture, tickAt } from './scheduler-fixtures.ts';
import { memoryStore } from '../support/memory-table.ts';

const never = (): Promise<void> => new Promise(() => {});

describe('a task', () => {
  it('runs once when its time has come', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const scheduler = await made.start([made.task()]);
    await tickAt(made, scheduler, '2026-06-02T00:29:00Z');
    expect(made.ran).toEqual([]);
    await tickAt(made, scheduler, '2026-06-02T00:30:00Z');
    await tickAt(made, scheduler, '2026-06-02T00:30:30Z');
    await tickAt(made, scheduler, '2026-06-02T00:31:00Z');
    expect(made.ran).toEqual(['nightly 2026-06-02T00:30:00.000Z']);
    expect(await made.jobRuns.get('nightly')).toEqual({
      due: '2026-06-02T00:30:00.000Z',
      at: '2026-06-02T00:30:00.000Z',
      outcome: 'done',
      attempt: 1,
    });
    await tickAt(made, scheduler, '2026-06-03T00:30:00Z');
    expect(made.ran).toHaveLength(2);
  });

  it('runs once on a day that skips its time, and once on a day that has it twice', async () => {
    const made = await openFixture('2026-03-28T12:00:00Z');
    const scheduler = await made.start([made.task()]);
    for (let now = at('2026-03-29T00:00:00Z'); now <= at('2026-03-29T04:00:00Z'); now += 5 * MINUTE_MS) {
      await tickAt(made, scheduler, now);
    }
    expect(made.ran).toEqual(['nightly 2026-03-29T01:00:00.000Z']);
    await tickAt(made, scheduler, '2026-10-24T23:00:00Z');
    made.ran.length = 0;
    for (let now = at('2026-10-25T00:00:00Z'); now <= at('2026-10-25T04:00:00Z'); now += 5 * MINUTE_MS) {
      await tickAt(made, scheduler, now);
    }
    expect(made.ran).toEqual(['nightly 2026-10-25T00:30:00.000Z']);
  });

  it('runs once at the start after five missed runs', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const first = await made.start([made.task()]);
    await tickAt(made, first, '2026-06-02T00:30:00Z');
    await first.stop();
    made.now = at('2026-06-07T12:00:00Z');
    const second = await made.start([made.task()]);
    expect(made.ran.slice(1)).toEqual(['nightly 2026-06-07T00:30:00.000Z']);
    await tickAt(made, second, '2026-06-07T12:01:00Z');
    await second.stop();
    await made.start([made.task()]);
    expect(made.ran).toHaveLength(2);
  });

  it('runs at the next tick when the event loop was blocked at its time', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const scheduler = await made.start([made.task()]);
    await tickAt(made, scheduler, '2026-06-02T00:29:30Z');
    await tickAt(made, scheduler, '2026-06-02T01:47:13Z');
    expect(made.ran).toEqual(['nightly 2026-06-02T00:30:00.000Z']);
  });

  it('repeats nothing when the clock is set back', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const scheduler = await made.start([made.task()]);
    await tickAt(made, scheduler, '2026-06-02T00:30:00Z');
    await tickAt(made, scheduler, '2026-06-01T23:00:00Z');
    await tickAt(made, scheduler, '2026-06-02T00:30:00Z');
    await tickAt(made, scheduler, '2026-06-02T00:35:00Z');
    expect(made.ran).toHaveLength(1);
  });

  it('does not run for times before it existed, whatever the run under its key says', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    await made.jobRuns.set('nightly', { due: '2026-05-01T00:30:00Z', at: '2026-05-01T00:31:00Z', outcome: 'begun' });
    const scheduler = await made.start([made.task()]);
    expect(made.ran).toEqual([]);
    await tickAt(made, scheduler, '2026-06-02T00:30:00Z');
    expect(made.ran).toHaveLength(1);
  });

  it('never overlaps with itself, and runs once more if it became due in the meantime', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const ends: (() => void)[] = [];
    const task = made.task({ run: () => new Promise((resolve) => ends.push(resolve)) });
    const scheduler = await made.start([task]);
    for (const day of ['2', '3', '4']) {
      made.now = at(`2026-06-0${day}T00:30:00Z`);
      await scheduler.tick();
    }
    await vi.waitFor(() => expect(made.ran).toHaveLength(1));
    ends[0]?.();
    await scheduler.settled();
    const last = scheduler.tick();
    await vi.waitFor(() => expect(made.ran).toHaveLength(2));
    ends[1]?.();
    await last;
    await scheduler.settled();
    expect(made.ran).toEqual(['nightly 2026-06-02T00:30:00.000Z', 'nightly 2026-06-04T00:30:00.000Z']);
  });

  it('runs beside one that waits, whose lease is renewed at every beat', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const night = Promise.withResolvers<void>();
    const schedule = { cron: '0 3 * * *', timeZone: 'Europe/Berlin' };
    const tasks = [made.task({ run: () => night.promise }), made.task({ key: 'report/1/a', schedule })];
    const scheduler = await made.start(tasks, { atOnce: 2 });
    made.now = at('2026-06-02T00:30:00Z');
    await scheduler.tick();
    await vi.waitFor(() => expect(made.ran).toHaveLength(1));
    for (let minute = 31; minute <= 70; minute += 1) {
      made.now = at('2026-06-02T00:00:00Z') + minute * MINUTE_MS;
      await scheduler.tick();
      const until = new Date(made.now + 2 * MINUTE_MS).toISOString();
      expect(await made.jobRuns.get('nightly')).toMatchObject({ until });
    }
    await vi.waitFor(() =>
      expect(made.ran).toEqual(['nightly 2026-06-02T00:30:00.000Z', 'report/1/a 2026-06-02T01:00:00.000Z']),
    );
    night.resolve();
    await scheduler.settled();
    expect(await made.jobRuns.get('nightly')).toMatchObject({ outcome: 'done', attempt: 1 });
  });

  it('waits for another of its turn, and takes no place meanwhile', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const ends: (() => void)[] = [];
    const slow = (key: string, turn: string) =>
      made.task({ key, turn, run: () => new Promise((resolve) => ends.push(resolve)) });
    const scheduler = await made.start([slow('a1', 'a'), slow('a2', 'a'), slow('b1', 'b'), slow('c1', 'c')], {
      atOnce: 2,
    });
    made.now = at('2026-06-02T00:30:00Z');
    await scheduler.tick();
    const ran = () => made.ran.map((one) => one.split(' ')[0]);
    await vi.waitFor(() => expect(ran()).toEqual(['a1', 'b1']));
    ends[1]?.();
    await vi.waitFor(() => expect(ran()).toEqual(['a1', 'b1', 'c1']));
    ends[0]?.();
    await vi.waitFor(() => expect(ran()).toEqual(['a1', 'b1', 'c1', 'a2']));
    for (const end of ends) end();
    await scheduler.settled();
  });

  it('that is not ready is asked again when another has ended', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const night = Promise.withResolvers<void>();
    let isOver = false;
    const waiting = made.task({ key: 'report/1/a', isReady: async () => isOver });
    const scheduler = await made.start([made.task({ run: () => night.promise }), waiting], { atOnce: 2 });
    made.now = at('2026-06-02T00:30:00Z');
    await scheduler.tick();
    await sleep(20);
    expect(made.ran).toHaveLength(1);
    isOver = true;
    night.resolve();
    await scheduler.settled();
    expect(made.ran).toHaveLength(2);
  });
});

describe('a clock that was far ahead', () => {
  it.each(['done', 'begun', 'failed'] as const)('silences no task, whatever it has written (%s)', async (outcome) => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const ahead = at('2026-06-02T00:10:00Z') + 400 * 24 * HOUR_MS;
    const due = new Date(ahead).toISOString();
    const until = new Date(ahead + 2 * MINUTE_MS).toISOString();
    await made.jobRuns.set('nightly', { due, at: due, outcome, attempt: 1, ...(outcome !== 'done' && { until }) });
    const scheduler = await made.start([made.task()]);
    await tickAt(made, scheduler, '2026-06-02T00:30:00Z');
    expect(made.ran).toEqual(['nightly 2026-06-02T00:30:00.000Z']);
    await tickAt(made, scheduler, '2026-06-02T00:31:00Z');
    expect(made.ran).toHaveLength(1);
  });

  it('by less than a day, for one beat, silences no task either', async () => {
    const made = await openFixture('2026-06-01T09:30:00Z');
    const scheduler = await made.start([made.task({ schedule: { cron: '0 * * * *', timeZone: 'UTC' } })]);
    await tickAt(made, scheduler, '2026-06-01T10:00:00Z');
    await tickAt(made, scheduler, at('2026-06-01T10:01:00Z') + 23.5 * HOUR_MS);
    made.ran.length = 0;
    for (let hour = 11; hour <= 23; hour += 1) await tickAt(made, scheduler, `2026-06-01T${hour}:00:00Z`);
    expect(made.ran).toEqual(Array.from({ length: 13 }, (_, k) => `nightly 2026-06-01T${11 + k}:00:00.000Z`));
  });

  it('does not hold a lease that no lease could last for', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const due = '2026-06-02T00:30:00.000Z';
    await made.jobRuns.set('nightly', {
      due,
      at: due,
      outcome: 'begun',
      attempt: 1,
      until: '2026-06-02T03:30:00.000Z',
    });
    const scheduler = await made.start([made.task()]);
    await tickAt(made, scheduler, '2026-06-02T00:32:00Z');
    expect(made.ran).toHaveLength(1);
  });

  it('does not keep a task waiting that was scheduled by it', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const scheduler = await made.start([made.task({ since: at('2027-07-07T12:00:00Z') })]);
    for (const day of [2, 3, 4, 5]) {
      await tickAt(made, scheduler, `2026-06-0${day}T00:30:00Z`);
      await tickAt(made, scheduler, `2026-06-0${day}T12:30:00Z`);
    }
    expect(made.ran.at(-1)).toBe('nightly 2026-06-05T00:30:00.000Z');
    expect(new Set(made.ran).size).toBe(made.ran.length);
  });
});

describe('a task that fails', () => {
  it('is retried after 5 and after 20 minutes, then not until it is due again', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const scheduler = await made.start([made.task({ run: () => Promise.reject(new Error('no luck')) })]);
    const begun: number[] = [];
    const due = at('2026-06-02T00:30:00Z');
    for (let minute = 0; minute <= 120; minute += 1) {
      const before = made.ran.length;
      await tickAt(made, scheduler, due + minute * MINUTE_MS);
      if (made.ran.length > before) begun.push(minute);
    }
    expect(begun).toEqual([0, 5, 25]);
    expect(new Set(made.ran).size).toBe(1);
    expect(await made.jobRuns.get('nightly')).toMatchObject({ outcome: 'failed', attempt: 3 });
    await tickAt(made, scheduler, due + 24 * HOUR_MS);
    expect(made.ran).toHaveLength(4);
    expect(made.log.filter(({ msg }) => msg === 'task ended')).toHaveLength(4);
  });

  it('knows its last attempt, and is an incident for the digest when that fails too', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const last: boolean[] = [];
    const run = async (_due: number, isLastAttempt: boolean): Promise<void> => {
      last.push(isLastAttempt);
      throw new Error('no luck');
    };
    const givenUp: number[] = [];
    const scheduler = await made.start([made.task({ run, givenUp: async (time) => void givenUp.push(time) })]);
    const due = at('2026-06-02T00:30:00Z');
    for (const minute of [0, 5, 25, 26]) {
      expect(givenUp).toEqual([]);
      await tickAt(made, scheduler, due + minute * MINUTE_MS);
      if (minute === 25) break;
    }
    await tickAt(made, scheduler, due + 26 * MINUTE_MS);
    expect(last).toEqual([false, false, true]);
    expect(givenUp).toEqual([due]);
    expect(await made.incidents.digestOf(due)).toMatchObject([
      { subject: 'nightly', sentence: expect.stringMatching(/due at 2026-06-02 00:30 UTC failed/) },
    ]);
    expect(made.messenger.tried).toEqual([]);
  });

  it('does not block the others, and neither does a job whose tasks cannot be listed', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const broken = made.task({ key: 'broken', schedule: { cron: 'whenever', timeZone: 'UTC' } });
    const failing = made.task({ key: 'failing', run: () => Promise.reject(new Error('no luck')) });
    const scheduler = await made.start([broken, failing, made.task()]);
    await tickAt(made, scheduler, '2026-06-02T00:30:00Z');
    expect(made.ran.map((one) => one.split(' ')[0])).toEqual(['failing', 'nightly']);
    expect(made.log).toContainEqual(expect.objectContaining({ task: 'broken', level: 50 }));
  });
});

describe('a task whose process was killed during a run', () => {
  it('is run again for the same due time when its lease has run out', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const killed = await made.start([made.task({ run: never })], { stopMs: 0 });
    made.now = at('2026-06-02T00:30:00Z');
    await killed.tick();
    await vi.waitFor(async () => expect(await made.jobRuns.get('nightly')).toMatchObject({ outcome: 'begun' }));
    const next = await made.start([made.task()]);
    await tickAt(made, next, '2026-06-02T00:31:59Z');
    expect(made.ran).toHaveLength(1);
    await tickAt(made, next, '2026-06-02T00:32:00Z');
    expect(made.ran).toEqual(['nightly 2026-06-02T00:30:00.000Z', 'nightly 2026-06-02T00:30:00.000Z']);
    expect(await made.jobRuns.get('nightly')).toMatchObject({ outcome: 'done', attempt: 2 });
  });

  it('is given up after crashing three processes, and runs again when it is next due', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const deadly = made.task({ run: never });
    made.now = at('2026-06-02T00:30:00Z');
    for (let start = 0; start < 5; start += 1) {
      await made.start([deadly], { stopMs: 0 });
      made.now += 4 * MINUTE_MS;
    }
    expect(made.ran).toHaveLength(3);
    expect(await made.jobRuns.get('nightly')).toMatchObject({ outcome: 'failed', due: '2026-06-02T00:30:00.000Z' });
    expect(made.log.filter(({ msg }) => msg === 'task given up')).toHaveLength(1);
    expect(await made.incidents.digestOf(made.now)).toMatchObject([{ subject: 'nightly', times: 1 }]);
    made.now = at('2026-06-03T00:30:00Z');
    await made.start([made.task()]);
    expect(made.ran.at(-1)).toBe('nightly 2026-06-03T00:30:00.000Z');
  });
});

describe('two schedulers on one store', () => {
  it('run a task once, even when one is slow', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const slow = Promise.withResolvers<void>();
    const task = made.task({ run: () => slow.promise });
    const [one, other] = [await made.start([task]), await made.start([task])];
    made.now = at('2026-06-02T00:30:00Z');
    await Promise.all([one.tick(), other.tick()]);
    await vi.waitFor(() => expect(made.ran).toHaveLength(1));
    // Every tick of the one that works renews its lease.
    for (let minute = 1; minute <= 10; minute += 1) {
      made.now += MINUTE_MS;
      await Promise.all([one.tick(), other.tick()]);
    }
    expect(made.ran).toHaveLength(1);
    slow.resolve();
    await Promise.all([one.settled(), other.settled()]);
    await Promise.all([one.tick(), other.tick()]);
    await Promise.all([one.settled(), other.settled()]);
    expect(made.ran).toHaveLength(1);
    expect(await made.jobRuns.get('nightly')).toMatchObject({ outcome: 'done', attempt: 1 });
  });

  it('do not overwrite the run that the other has stored since the lease ran out', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const lost = Promise.withResolvers<void>();
    const one = await made.start([made.task({ run: () => lost.promise })]);
    made.now = at('2026-06-02T00:30:00Z');
    await one.tick();
    await vi.waitFor(async () => expect(await made.jobRuns.get('nightly')).toMatchObject({ outcome: 'begun' }));
    made.now += 10 * MINUTE_MS;
    await made.start([made.task()]);
    const run = await made.jobRuns.get('nightly');
    expect(run).toMatchObject({ outcome: 'done', attempt: 2 });
    lost.reject(new Error('too late'));
    await one.settled();
    expect(await made.jobRuns.get('nightly')).toEqual(run);
  });
});

describe('stopping', () => {
  it('ends the running task and starts no other; the next start resumes without counting the attempt', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const ended = Promise.withResolvers<void>();
    const first = await made.start([made.task({ run: () => ended.promise }), made.task({ key: 'report/1/a' })]);
    made.now = at('2026-06-02T00:30:00Z');
    await first.tick();
    await vi.waitFor(() => expect(made.ran).toHaveLength(1));
    const stopping = first.stop();
    ended.reject(new Error('aborted'));
    await stopping;
    expect(made.ran).toHaveLength(1);
    expect(made.log.some(({ msg }) => msg === 'task failed')).toBe(false);
    await made.start([made.task()]);
    await vi.waitFor(async () =>
      expect(await made.jobRuns.get('nightly')).toMatchObject({ outcome: 'done', attempt: 1 }),
    );
    expect(made.ran).toHaveLength(2);
  });

  it('does not wait forever', async () => {
    const made = await openFixture('2026-06-01T12:00:00Z');
    const scheduler = await made.start([made.task({ run: never })], { stopMs: 20 });
    made.now = at('2026-06-02T00:30:00Z');
    await scheduler.tick();
    await vi.waitFor(() => expect(made.ran).toHaveLength(1));
    const before = performance.now();
    await scheduler.stop();
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe('the clock', () => {
  afterEach(() => void vi.useRealTimers());

  it('ticks once a minute by itself, through node-cron', async () => {
    vi.useFakeTimers({ now: at('2026-06-02T00:28:30Z'), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const made = await openFixture('2026-06-02T00:28:30Z', memoryStore());
    Object.defineProperty(made, 'now', { get: () => Date.now() });
    const scheduler = await Promise.all([made.start([made.task()]), vi.advanceTimersByTimeAsync(60)]);
    expect(made.ran).toEqual([]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(made.ran).toEqual([]);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    await scheduler[0].settled();
    expect(made.ran).toEqual(['nightly 2026-06-02T00:30:00.000Z']);
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(made.ran).toHaveLength(1);
    await scheduler[0].stop();
    vi.setSystemTime(at('2026-06-03T00:29:59Z'));
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(made.ran).toHaveLength(1);
  });
});
