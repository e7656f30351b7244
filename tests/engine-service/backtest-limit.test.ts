import { describe, expect, it } from 'vitest';
import { planBacktest, planOf } from '../../src/engine/backtest/plan.ts';
import type { Prices } from '../../src/engine/types.ts';
import { checkLength } from '../../src/engine-service/backtest-limit.ts';
import { WorkClock, workOf } from '../../src/engine-service/backtest-work.ts';
import { type BacktestRequest, LONGEST_BACKTEST_SECONDS, type WorkLimit } from '../../src/engine-service/requests.ts';
import { UserError } from '../../src/errors.ts';
import { readBacktest } from '../../src/commands/backtest/options.ts';
import { asRequester, JOBS } from '../../src/requester.ts';
import { weekdayBars } from '../support/vendor.ts';
import { backtestFixture } from './backtest-fixture.ts';

const dates = weekdayBars('2016-01-04', 2_500).map(([day]) => day);
const LIMIT: WorkLimit = { seconds: LONGEST_BACKTEST_SECONDS, by: ['from', 'horizon', 'retrain', 'tickers'] };

/** A backtest as it is asked for in Discord. */
const asked = (options: Record<string, string | number> = {}): BacktestRequest =>
  readBacktest({ tickers: 'AAA, BBB', ...options }, { universes: [], settings: {} });

const tradable = (): undefined => undefined;

/** What a backtest of so many assets would take, and its refusal if it is refused. */
function judge(request: BacktestRequest, tickers: number, clock = new WorkClock(2)) {
  const assets: Prices = { dates, tickers: Array.from({ length: tickers }, (_, j) => `T${j}`), closes: [] };
  const plan = { request, schedule: planBacktest(assets, planOf(request)), assets: tickers };
  const seconds = clock.secondsFor(workOf(plan), false);
  try {
    checkLength({ request, assets, tradable, plan, clock }, seconds, LIMIT);
    return { seconds, refusal: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { seconds, refusal: error };
  }
}

/** What a member's backtest would take while others run. */
function secondsBeside(...requesters: readonly string[]): number {
  const clock = new WorkClock(1);
  for (const requester of requesters) asRequester(requester, () => clock.begin());
  return asRequester('member', () => judge(asked({ horizon: 5 }), 60, clock).seconds);
}

/** The seconds of a backtest of many limits and few trainings. */
const many = (options: Record<string, string>, threads: number): number =>
  judge(asked({ limits: '1%-12%', retrain: 252, ...options }), 60, new WorkClock(threads)).seconds;

describe('the longest backtest', () => {
  it('leaves room for those that people ask for', () => {
    for (const [options, tickers] of [
      [{}, 12],
      [{ horizon: 5 }, 12],
      [{}, 60],
      [{ horizon: 5 }, 60],
    ] as const) {
      expect(judge(asked(options), tickers).refusal).toBeUndefined();
    }
  });

  it('is exceeded by a decision and a training each day over 60 tickers; what is advised is accepted', () => {
    const worst = { horizon: 1, retrain: 1 };
    const { refusal, seconds } = judge(asked(worst), 60);
    expect(refusal).toMatchObject({ code: 'backtest.too-long' });
    expect(refusal?.message).toMatch(/^This would take about \d+ min here, and 10 min is the most: begin on .*\.$/);
    expect(seconds).toBeGreaterThan(LONGEST_BACKTEST_SECONDS);
    const [from] = /\d{4}-\d\d-\d\d/.exec(refusal!.message) ?? [];
    const numberAfter = (words: string): number => Number(refusal!.message.split(words)[1]?.split(' ')[0]);
    expect(judge(asked({ ...worst, from: from! }), 60).refusal).toBeUndefined();
    expect(judge(asked({ ...worst, horizon: numberAfter('a horizon of ') }), 60).refusal).toBeUndefined();
    expect(judge(asked({ ...worst, retrain: numberAfter('train every ') }), 60).refusal).toBeUndefined();
    expect(judge(asked(worst), numberAfter('take at most ')).refusal).toBeUndefined();
  });

  it('follows what tasks take on this machine, and how many backtests share it', () => {
    const clock = new WorkClock(2);
    const guessed = judge(asked(), 60, clock).seconds;
    for (let k = 0; k < 200; k++) for (const kind of ['fit', 'draw', 'decide'] as const) clock.learn(kind, 1, 3_000);
    const measured = judge(asked(), 60, clock).seconds;
    expect(measured / guessed).toBeCloseTo(3, 1);
    const end = clock.begin();
    expect(judge(asked(), 60, clock).seconds).toBeGreaterThan(1.2 * measured);
    end();
    expect(judge(asked(), 60, clock).seconds).toBe(measured);
  });

  it('takes decisions that trade from those before them for a chain, which more threads do not shorten', () => {
    const limited = { max_turnover: '10%' };
    expect(many(limited, 1)).toBe(many({}, 1));
    expect(many({}, 16)).toBeLessThan(many({}, 4));
    expect(many(limited, 16)).toBeGreaterThan(1.5 * many({}, 16));
    expect(many(limited, 16)).toBe(many(limited, 12));
  });

  it('counts those of a requester as one for others: the threads are shared by requester', () => {
    const [alone, beside] = [secondsBeside(), secondsBeside(JOBS)];
    expect(beside).toBeGreaterThan(1.5 * alone);
    expect(secondsBeside(JOBS, JOBS, JOBS)).toBe(beside);
    expect(secondsBeside('member')).toBe(beside);
    expect(secondsBeside(JOBS, 'other')).toBeGreaterThan(beside);
    expect(secondsBeside('member', JOBS)).toBeGreaterThan(secondsBeside('other', JOBS));
  });
});

describe('a limited backtest', () => {
  it('is refused before anything is computed, unless its decisions are known', async () => {
    const { engine, request, count } = backtestFixture();
    const limit: WorkLimit = { seconds: 0.1, by: ['horizon'] };
    await expect(engine.backtest(request, { limit })).rejects.toThrow('ask for less');
    expect([count('fitPast'), count('simulatePast')]).toEqual([0, 0]);
    await engine.backtest(request);
    expect((await engine.backtest(request, { limit })).result.decisions.length).toBeGreaterThan(0);
  });
});
