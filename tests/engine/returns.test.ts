import { expect, it } from 'vitest';
import { dailyReturns } from '../../src/engine/returns.ts';

it('gives simple daily returns, a row a day', () => {
  const closes = [
    [100, 50],
    [110, 40],
    [99, 50],
  ];
  const returns = dailyReturns({ dates: ['2024-01-02', '2024-01-03', '2024-01-04'], tickers: ['A', 'B'], closes });
  expect(returns.rows).toBe(2);
  expect(returns.cols).toBe(2);
  [0.1, -0.2, -0.1, 0.25].forEach((r, i) => expect(returns.data[i]).toBeCloseTo(r, 14));
});
