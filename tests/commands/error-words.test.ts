import { describe, expect, it } from 'vitest';
import { wordError } from '../../src/commands/error-words.ts';
import { planBacktest } from '../../src/engine/backtest/plan.ts';
import type { BacktestPlan } from '../../src/engine/backtest/types.ts';
import { chooseStrategy } from '../../src/engine/strategies/index.ts';
import { UserError } from '../../src/errors.ts';
import { openStore } from '../../src/store/store.ts';
import { sampleMarket } from '../../src/prices/vendors/sample.ts';

async function failure(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error;
  }
}

describe('a mistake in one option', () => {
  const prices = sampleMarket();
  const { dates } = prices;
  const plan: BacktestPlan = {
    horizonDays: 20,
    offset: 0,
    retrainDays: 63,
    window: 'expanding',
    from: dates[600]!,
    minDays: 500,
    isWarmStarted: false,
  };
  const planned = (changed: Partial<BacktestPlan>) => () => planBacktest(prices, { ...plan, ...changed });

  it.each<[string, string, () => unknown, string]>([
    [
      'backtest.offset-beyond-horizon',
      'offset',
      planned({ offset: 20 }),
      'offset must lie below the horizon of 20 days, after which the same decisions come again; got 20.',
    ],
    [
      'backtest.window-too-short',
      'window',
      planned({ window: 499 }),
      'window takes expanding, or at least the 500 days that a model needs; got 499.',
    ],
    [
      'backtest.from-after-prices',
      'from',
      planned({ from: '2099-01-01' }),
      `from must not lie after the last price, of ${dates.at(-1)}; got 2099-01-01.`,
    ],
    [
      'backtest.until-too-early',
      'until',
      planned({ until: dates[610]! }),
      `until must leave room for one decision: the first is made on ${dates[600]} and held for 20 trading days; got ${dates[610]}.`,
    ],
  ])('names it at both doors: %s', async (code, option, work, message) => {
    const error = await failure(work);
    expect(error).toMatchObject({ code, option });
    expect(error).not.toMatchObject({ message: expect.stringContaining(option) });
    expect(wordError(error, 'terminal')).toMatchObject({ code, option, message, cause: error });
    expect(wordError(error, 'discord')).toMatchObject({ code, option, message });
  });
});

describe('a parameter that a strategy does not take', () => {
  it.each<[Record<string, string>, string, string, string?]>([
    [{ recipe: 'x' }, 'recipe', 'recipe takes filtered or plain; got "x".'],
    [{ recipe: 'plain', memory: 'carried' }, 'memory', 'memory takes window with recipe plain; got "carried".'],
    [{ trees: '3' }, 'trees', 'The strategy cvar-lstm does not take trees 3.'],
    [{ trees: '0' }, 'trees', 'trees takes a whole number, at least 1; got "0".', 'rank'],
    [{ trees: '2.5' }, 'trees', 'trees takes a whole number; got "2.5".', 'rank'],
    [{ units: '9999' }, 'units', 'units takes a whole number, at most 512; got "9999".', 'weekly-lstm'],
    [{ units: 'many' }, 'units', 'units takes a whole number; got "many".', 'weekly-lstm'],
  ])('is told with what it takes: %o', async (params, option, message, strategy = 'cvar-lstm') => {
    const error = await failure(() => chooseStrategy(strategy, params));
    expect(error).toMatchObject({ code: 'strategies.wrong-params', option });
    expect(wordError(error, 'terminal')).toMatchObject({ option, message });
    expect(wordError(error, 'discord')).toMatchObject({ option, message });
  });
});

describe('a store that cannot be opened', () => {
  const unreachable = new UserError('Expected a Redis server.', {
    code: 'store.no-server',
    data: { server: 'Redis', at: 'redis://…@h/', reason: 'refused.' },
  });
  it.each<[string, () => unknown, RegExp]>([
    [
      'store.url',
      () => openStore('mysql://h/db', { now: () => 0 }),
      /^STORE_URL: expected a store such as .*, got "mysql:\/\/h\/db"\.$/,
    ],
    [
      'store.no-file',
      () => openStore('sqlite:/dev/null/x', { now: () => 0 }),
      /^STORE_URL: expected a SQLite file that this account can read and write at \/dev\/null\/x, got ".+"\.$/,
    ],
    [
      'store.no-server',
      () => Promise.reject(unreachable),
      /^STORE_URL: expected a Redis server that answers at redis:\/\/…@h\/, got "refused\."\.$/,
    ],
  ])('is told with the name of the setting: %s', async (code, work, message) => {
    const error = await failure(work);
    expect(error).not.toMatchObject({ message: expect.stringContaining('STORE_URL') });
    for (const door of ['terminal', 'discord'] as const) {
      expect(wordError(error, door)).toMatchObject({ code, message: expect.stringMatching(message) });
    }
  });
});

describe('every other error', () => {
  it('keeps its own message', () => {
    for (const error of [
      new UserError('Expected a day.', { option: 'from' }),
      new UserError('A ticker is there twice.', { code: 'prices.duplicate-ticker', data: { tickers: ['A'] } }),
      new UserError('Expected a day.', { code: 'backtest.from-after-prices', data: { other: 1 } }),
      new Error('fault'),
      'odd',
    ]) {
      expect(wordError(error, 'discord')).toBe(error);
    }
  });
});
