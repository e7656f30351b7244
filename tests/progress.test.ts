import { describe, expect, it } from 'vitest';
import { describeProgress } from '../src/progress.ts';

describe('how far a computation is', () => {
  it.each([
    [{ stage: 'training', done: 0.4249 }, 'Training a model: 42% done'],
    [{ stage: 'scenarios', done: 0.5, secondsLeft: 7.2 }, 'Drawing scenarios: 50% done, about 7 s left'],
    [
      { stage: 'backtest', done: 0.25, secondsLeft: 90, detail: 'decision 1 of 4' },
      'Backtesting: decision 1 of 4, 25% done, about 2 min left',
    ],
    [
      { stage: 'backtest', done: 1, secondsLeft: 0, detail: 'decision 4 of 4' },
      'Backtesting: decision 4 of 4, 100% done',
    ],
  ] as const)('is %o in words', (progress, words) => {
    expect(describeProgress(progress)).toBe(words);
  });
});
